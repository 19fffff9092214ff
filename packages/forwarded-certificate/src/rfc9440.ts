import { decodeBase64, exactlyOne, splitDer, UnreadableValue } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * RFC 9440: `Client-Cert` is one Structured Field byte sequence (RFC 8941 §3.3.5) of the certificate's
 * DER, `Client-Cert-Chain` a list of them without the certificate itself.
 *
 * Stricter than RFC 8941 in two ways: parameters are refused, because RFC 9440 defines none, and the
 * list must stand on one line, because a second line is what a proxy that appends instead of replacing
 * leaves behind.
 *
 * An empty byte sequence, `::`, is what a template such as Caddy's `:{http.request.tls.client.certificate_der_base64}:`
 * makes without a certificate, and means that there is none.
 */
export function rfc9440(certificateHeader = 'client-cert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'rfc9440',
    certificateHeader,
    decode: (value) => [byteSequence(value)],
    absentValues: ['::'],
    chain: {
      headers: [`${certificateHeader}-chain`],
      decode: (value) =>
        value.split(',').map((member) => byteSequence(member.replace(/^[ \t]+|[ \t]+$/g, ''))),
    },
  });
}

function byteSequence(item: string): Uint8Array {
  const [, base64] = /^:([A-Za-z0-9+/=]+):$/.exec(item) ?? [];
  if (base64 === undefined) {
    throw new UnreadableValue('is not a byte sequence ":base64:" (RFC 9440 §2.1, RFC 8941 §3.3.5)');
  }
  const [der = new Uint8Array()] = exactlyOne(splitDer(decodeBase64(base64)));
  return der;
}

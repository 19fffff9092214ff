import { decodeBase64, decodePercent, exactlyOne, splitDer } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * Traefik: the `passTLSClientCert` middleware with `pem: true` writes `X-Forwarded-Tls-Client-Cert`, the
 * base64 of each certificate without PEM markers, joined by `,`, the client's own first. Version 3
 * sends base64 as it is, versions 1 and 2 percent-encode it.
 */
export function traefik(certificateHeader = 'x-forwarded-tls-client-cert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'traefik',
    certificateHeader,
    decode: (value) =>
      (value.includes('%') ? decodePercent(value) : value)
        .split(',')
        .flatMap((base64) => exactlyOne(splitDer(decodeBase64(base64)))),
  });
}

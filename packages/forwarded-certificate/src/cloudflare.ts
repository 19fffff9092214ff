import { decodeBase64, exactlyOne, splitDer } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * Cloudflare with client certificate forwarding: `Cf-Client-Cert-Der-Base64`, the base64 DER of the
 * client's certificate alone. A rule that sets `Client-Cert` and `Client-Cert-Chain` from
 * `cf.tls_client_auth.cert_rfc9440` is the format `rfc9440` instead.
 */
export function cloudflare(certificateHeader = 'cf-client-cert-der-base64'): CertificateHeaderFormat {
  return defineFormat({
    name: 'cloudflare',
    certificateHeader,
    decode: (value) => exactlyOne(splitDer(decodeBase64(value))),
  });
}

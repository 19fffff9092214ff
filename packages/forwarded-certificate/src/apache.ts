import { decodePemOrPercentEncodedPem, exactlyOne } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat, MAXIMUM_CHAIN_LENGTH } from './format.ts';

/**
 * Apache httpd: `RequestHeader set X-SSL-Client-Cert "%{SSL_CLIENT_CERT}s"`, PEM whose line ends
 * mod_headers turns into blanks, or percent-encoded with `expr=%{escape:%{SSL_CLIENT_CERT}}`. The chain
 * stands in numbered headers, `X-SSL-Client-Cert-Chain-0 "%{SSL_CLIENT_CERT_CHAIN_0}s"` and on. mod_headers
 * writes `(null)` for a variable that is not set.
 */
export function apache(certificateHeader = 'x-ssl-client-cert'): CertificateHeaderFormat {
  const decode = (value: string) => exactlyOne(decodePemOrPercentEncodedPem(value));
  return defineFormat({
    name: 'apache',
    certificateHeader,
    decode,
    chain: {
      headers: Array.from({ length: MAXIMUM_CHAIN_LENGTH }, (_, n) => `${certificateHeader}-chain-${n}`),
      decode,
    },
    absentValues: ['(null)'],
  });
}

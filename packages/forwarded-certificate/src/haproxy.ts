import { decodeBase64, exactlyOne, splitDer } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * HAProxy: `http-request set-header X-SSL-Client-Cert %[ssl_c_der,base64]`, and the chain, all DER values
 * in one, as `X-SSL-Client-Cert-Chain %[ssl_c_chain_der,base64]`. Without a certificate the value is
 * empty.
 */
export function haproxy(certificateHeader = 'x-ssl-client-cert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'haproxy',
    certificateHeader,
    decode: (value) => exactlyOne(splitDer(decodeBase64(value))),
    chain: {
      headers: [`${certificateHeader}-chain`],
      decode: (value) => splitDer(decodeBase64(value)),
    },
  });
}

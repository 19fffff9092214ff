import { decodePem, decodePercent, exactlyOne, UnreadableValue } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * nginx: `proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;`, percent-encoded PEM of the
 * client's certificate alone (ngx_http_ssl_module). nginx has no variable for the chain, so
 * intermediates must be known to this server. Without a certificate nginx sends no header.
 */
export function nginx(certificateHeader = 'x-ssl-client-cert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'nginx',
    certificateHeader,
    decode: (value) => {
      if (value.startsWith('-----BEGIN CERTIFICATE-----')) {
        throw new UnreadableValue(
          'is PEM that is not percent-encoded; send $ssl_client_escaped_cert, not $ssl_client_cert',
        );
      }
      return exactlyOne(decodePem(decodePercent(value)));
    },
  });
}

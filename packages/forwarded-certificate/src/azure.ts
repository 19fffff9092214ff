import { decodeBase64, decodePemOrPercentEncodedPem, exactlyOne, splitDer } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * Azure: App Service writes `X-ARR-ClientCert` as base64 DER; Application Gateway writes the server
 * variable `client_certificate`, PEM, into the header its rewrite rule names, which this format reads
 * with blanks for line ends or percent-encoded. The client's certificate alone.
 */
export function azure(certificateHeader = 'x-arr-clientcert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'azure',
    certificateHeader,
    decode: (value) =>
      exactlyOne(
        value.startsWith('-----BEGIN') ? decodePemOrPercentEncodedPem(value) : splitDer(decodeBase64(value)),
      ),
  });
}

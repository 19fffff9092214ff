import { decodeBase64, decodePemOrPercentEncodedPem, exactlyOne, splitDer } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * The header WSO2 Identity Server reads (`MutualTLS.ClientCertificateHeader`): PEM or bare base64 DER,
 * either with blanks in it, or PEM percent-encoded. Proxies set up for WSO2 keep working.
 */
export function wso2(certificateHeader = 'x-ssl-cert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'wso2',
    certificateHeader,
    decode: (value) =>
      exactlyOne(
        value.startsWith('-----BEGIN')
          ? decodePemOrPercentEncodedPem(value)
          : splitDer(decodeBase64(value.replaceAll(' ', ''))),
      ),
  });
}

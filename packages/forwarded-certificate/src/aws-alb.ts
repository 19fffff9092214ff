import { decodePem, decodePercent } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * AWS Application Load Balancer: percent-encoded PEM in which `+`, `=` and `/` stand as they are. In
 * passthrough mode `X-Amzn-Mtls-Clientcert` carries the whole chain, the client's certificate first; in
 * verify mode `X-Amzn-Mtls-Clientcert-Leaf` carries that certificate alone.
 *
 * Only one of the two is read, the one configured: a listener in one mode does not vouch for the
 * header of the other.
 */
export function awsAlb(certificateHeader = 'x-amzn-mtls-clientcert'): CertificateHeaderFormat {
  return defineFormat({
    name: 'aws-alb',
    certificateHeader,
    decode: (value) => decodePem(decodePercent(value)),
  });
}

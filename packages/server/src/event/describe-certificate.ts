import type { PresentedCertificate } from '../certificate/presented-certificate.ts';

/** The presented certificate as an operator reads it in a log, an event or an explanation. */
export function describeCertificate(presented: PresentedCertificate): Readonly<Record<string, unknown>> {
  const { certificate, source, chain } = presented;
  return {
    'x5t#S256': certificate.thumbprint,
    subject: certificate.x509.subject.split('\n').reverse().join(', '),
    issuer: certificate.x509.issuer.split('\n').reverse().join(', '),
    serial_number: certificate.x509.serialNumber,
    not_before: new Date(certificate.notBefore).toISOString(),
    not_after: new Date(certificate.notAfter).toISOString(),
    chain_length: chain.length,
    source: source.kind === 'tls' ? 'tls' : `${source.header} from ${source.proxy}`,
  };
}

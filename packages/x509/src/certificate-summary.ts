import type { Certificate } from './certificate.ts';

/** A name as node prints it, one attribute a line and root first, on one line and most specific first. */
const oneLine = (name: string): string => name.split('\n').reverse().join(', ');

/** By what a person tells a certificate from others, in logs, events, answers and on screens. */
export function certificateSummary(certificate: Certificate) {
  const { x509 } = certificate;
  return {
    'x5t#S256': certificate.thumbprint,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial_number: x509.serialNumber,
    not_before: new Date(certificate.notBefore).toISOString(),
    not_after: new Date(certificate.notAfter).toISOString(),
  } as const;
}

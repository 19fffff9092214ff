import type { Certificate } from './certificate.ts';

/** A name as node prints it, one attribute a line and root first, on one line and most specific first. */
const oneLine = (name: string): string => name.split('\n').reverse().join(', ');

/** What `certificateSummary` gives; names on one line, most specific first, and times in ISO 8601. */
export type CertificateSummary = {
  /** SHA-256 of the DER, base64url (RFC 8705 §3.1). */
  readonly 'x5t#S256': string;
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, upper case. */
  readonly serial_number: string;
  readonly not_before: string;
  readonly not_after: string;
};

/** By what a person tells a certificate from others, in logs, events, answers and on screens. */
export function certificateSummary(certificate: Certificate): CertificateSummary {
  const { x509 } = certificate;
  return {
    'x5t#S256': certificate.thumbprint,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial_number: x509.serialNumber,
    not_before: new Date(certificate.notBefore).toISOString(),
    not_after: new Date(certificate.notAfter).toISOString(),
  };
}

import { type Certificate, MalformedCertificate } from './certificate.ts';
import { READ_EXTENSIONS, readWhole } from './certificate-extensions.ts';
import { CERTIFICATE_FIELDS } from './certificate-fields.ts';
import { printGeneralName } from './general-name.ts';
import { isoTime } from './time-text.ts';

/** A part of a certificate that cannot be read. */
export type UnreadablePart = {
  /** As RFC 5280 spells it, for instance `tbsCertificate.validity.notAfter`. */
  readonly field: string;
  /** What stands there instead, in words. */
  readonly reason: string;
};

/** What `certificateDescription` gives: text for people, most of it from whoever made the certificate. */
export type CertificateDescription = {
  /** SHA-256 of the DER, base64url (RFC 8705 §3.1). */
  readonly 'x5t#S256': string;
  /**
   * On one line, most specific first. An empty name, which an end entity named by its alternative names may have
   * (RFC 5280 §4.1.2.6), reads `empty subject (uri:spiffe://example.org/service)`; no other text lacks an equals sign.
   */
  readonly subject: string;
  /** On one line, most specific first; `empty issuer` where there is none. */
  readonly issuer: string;
  /** Hexadecimal, upper case. */
  readonly serial_number: string;
  /** RFC 3339; absent for a time that is none. */
  readonly not_before?: string;
  readonly not_after?: string;
  /** What cannot be read, so that nothing is decided on it; absent for a certificate that is readable whole. */
  readonly unreadable?: readonly UnreadablePart[];
};

/** Alternative names that stand for an empty subject, and characters of each. */
const MOST_NAMES = 3;
const LONGEST_NAME = 200;

/** A name as node prints it, one attribute a line and root first, on one line and most specific first. */
const oneLine = (name: string): string => name.split('\n').reverse().join(', ');

const shortened = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;

/** Names what could not be read of one certificate. */
class UnreadableParts {
  readonly #unreadable = new Map<string, UnreadablePart>();

  /** What `read` gives; undefined, and noted, when it throws. */
  part<T>(field: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const part =
        error instanceof MalformedCertificate ? error.unreadable : { field, reason: 'cannot be read' };
      this.#unreadable.set(`${part.field} ${part.reason}`, part);
      return undefined;
    }
  }

  get unreadable(): readonly UnreadablePart[] {
    return Array.from(this.#unreadable.values());
  }
}

/** The alternative names as text, for a subject that is empty; empty where there are none to read. */
function alternativeNames(certificate: Certificate, reading: UnreadableParts): string {
  const names = reading.part('extensions.subjectAltName', () =>
    certificate.subjectAlternativeNames.map(printGeneralName),
  );
  if (names === undefined) {
    // Node reads more than the strict reader: enough to know the certificate again, and nothing rests on it.
    return shortened(reading.part('extensions.subjectAltName', () => certificate.x509.subjectAltName) ?? '');
  }
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  return names.slice(0, MOST_NAMES).map(shortened).join(', ') + more;
}

function subjectOf(certificate: Certificate, reading: UnreadableParts): string {
  const printed = reading.part('tbsCertificate.subject', () => certificate.x509.subject);
  if (printed) return oneLine(printed);
  const read = reading.part('tbsCertificate.subject', () => certificate.subject);
  if (read !== undefined && !read.isEmpty) return read.toString();
  const names = alternativeNames(certificate, reading);
  const what = read === undefined ? 'unreadable subject' : 'empty subject';
  return names === '' ? what : `${what} (${names})`;
}

function issuerOf(certificate: Certificate, reading: UnreadableParts): string {
  const printed = reading.part('tbsCertificate.issuer', () => certificate.x509.issuer);
  if (printed) return oneLine(printed);
  const read = reading.part('tbsCertificate.issuer', () => certificate.issuer);
  if (read === undefined) return 'unreadable issuer';
  return read.isEmpty ? 'empty issuer' : read.toString();
}

/**
 * By what a person tells a certificate from others, in logs, events, answers and on screens. It is total: whatever
 * certificate there is has a description, which names what cannot be read of it.
 */
export function certificateDescription(certificate: Certificate): CertificateDescription {
  const reading = new UnreadableParts();
  const subject = subjectOf(certificate, reading);
  const issuer = issuerOf(certificate, reading);
  const serial = reading.part('tbsCertificate.serialNumber', () => certificate.x509.serialNumber);
  const not_before = isoTime(certificate.notBefore);
  const not_after = isoTime(certificate.notAfter);
  for (const name of CERTIFICATE_FIELDS) reading.part('certificate', () => certificate.fields[name]);
  for (const name of READ_EXTENSIONS) {
    reading.part('extensions', () => readWhole(certificate.extensions, name));
  }
  for (const part of ['distributionPoints', 'freshestUris'] as const) {
    reading.part('extensions', () => certificate.revocationInformation[part]);
  }
  reading.part('subjectPublicKeyInfo', () => certificate.publicKey);
  const { unreadable } = reading;
  return {
    'x5t#S256': certificate.thumbprint,
    subject,
    issuer,
    serial_number: serial ?? 'unreadable',
    ...(not_before !== undefined && { not_before }),
    ...(not_after !== undefined && { not_after }),
    ...(unreadable.length > 0 && { unreadable }),
  };
}

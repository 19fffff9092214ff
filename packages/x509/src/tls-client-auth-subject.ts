import type { Certificate } from './certificate.ts';
import { DistinguishedName, inConventionalOrder, readRegisteredSubjectDn } from './distinguished-name.ts';
import { type GeneralName, printGeneralName } from './general-name.ts';
import { canonicalAddress, mailboxParts } from './subject-alternative-name.ts';

/** The one subject value that `tls_client_auth` compares a certificate with (RFC 8705 §2.1.2). */
export type TlsClientAuthSubject =
  | { readonly tls_client_auth_subject_dn: string }
  | { readonly tls_client_auth_san_dns: string }
  | { readonly tls_client_auth_san_uri: string }
  | { readonly tls_client_auth_san_ip: string }
  | { readonly tls_client_auth_san_email: string };

/** Whether a certificate bears the registered value, and what was compared with what. */
export type SubjectMatch =
  | { readonly matches: true; readonly field: string; readonly presented: string }
  | {
      readonly matches: false;
      /** The certificate's field that was compared. */
      readonly field: string;
      /** The registered value, in the form it was compared in. */
      readonly expected: string;
      /** What the certificate carries there. */
      readonly presented: string;
      /** What keeps them apart, when it is more than a different value. */
      readonly note?: string;
    };

const SAN = 'extensions.subjectAltName';
const asciiLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

function matchSubjectDn(certificate: Certificate, registered: string): SubjectMatch {
  const { canonical } = readRegisteredSubjectDn(registered);
  const presented = certificate.subject.toString();
  const expectedName = inConventionalOrder(DistinguishedName.parse(canonical));
  const presentedName = inConventionalOrder(certificate.subject);
  if (expectedName.equals(presentedName)) return { matches: true, field: 'subject', presented };
  const reversed = expectedName.equals(presentedName.reversed());
  return {
    matches: false,
    field: 'subject',
    expected: canonical,
    presented: presented === '' ? 'an empty subject' : presented,
    ...(reversed && { note: 'the same relative names in the opposite order' }),
  };
}

function matchName(
  certificate: Certificate,
  kind: 'dns' | 'uri' | 'ip' | 'email',
  expected: string,
  comparable: (value: string) => string | undefined,
): SubjectMatch {
  const names = certificate.subjectAlternativeNames;
  const ofKind = (name: GeneralName): string[] => (name.kind === kind ? [name.value] : []);
  const wanted = comparable(expected);
  const found = names.flatMap(ofKind).find((value) => wanted !== undefined && comparable(value) === wanted);
  if (found !== undefined) return { matches: true, field: SAN, presented: `${kind}:${found}` };
  const shown = names.slice(0, 20).map(printGeneralName);
  const more = names.length > shown.length ? `, and ${names.length - shown.length} more` : '';
  const wildcard = kind === 'dns' && names.flatMap(ofKind).some((value) => value.startsWith('*'));
  const note =
    wanted === undefined
      ? `the registered value is no ${kind} name`
      : wildcard
        ? 'a wildcard never names a client'
        : undefined;
  return {
    matches: false,
    field: SAN,
    expected: `${kind}:${expected}`,
    presented: names.length === 0 ? 'no subject alternative names' : shown.join(', ') + more,
    ...(note !== undefined && { note }),
  };
}

const comparableDns = (name: string): string | undefined =>
  name === '' || name.includes('*') ? undefined : asciiLowerCase(name);

const comparableEmail = (email: string): string | undefined => {
  const mailbox = mailboxParts(email);
  return mailbox && `${mailbox.local}@${asciiLowerCase(mailbox.domain)}`;
};

/**
 * Compares a certificate with the registered subject value (RFC 8705 §2.1.2). Only names of the very type
 * registered count: a URI never matches a DNS name, nor a common name anything. DNS names match without
 * regard to ASCII case and never by wildcard, URIs octet for octet, IP addresses as addresses, email
 * addresses with an exact local part; subjects as `DistinguishedName` says, in conventional order.
 *
 * @throws MalformedCertificate when the certificate's names cannot be read strictly
 * @throws InvalidDistinguishedName when the registered subject DN is none
 */
export function matchTlsClientAuthSubject(
  certificate: Certificate,
  subject: TlsClientAuthSubject,
): SubjectMatch {
  if ('tls_client_auth_subject_dn' in subject) {
    return matchSubjectDn(certificate, subject.tls_client_auth_subject_dn);
  }
  if ('tls_client_auth_san_dns' in subject) {
    return matchName(certificate, 'dns', subject.tls_client_auth_san_dns, comparableDns);
  }
  if ('tls_client_auth_san_uri' in subject) {
    return matchName(certificate, 'uri', subject.tls_client_auth_san_uri, (uri) => uri || undefined);
  }
  if ('tls_client_auth_san_ip' in subject) {
    return matchName(certificate, 'ip', subject.tls_client_auth_san_ip, canonicalAddress);
  }
  return matchName(certificate, 'email', subject.tls_client_auth_san_email, comparableEmail);
}

export { Certificate, MalformedCertificate } from './certificate.ts';
export { type CertificateExtensions, KEY_USAGES } from './certificate-extensions.ts';
export type { CertificateFields } from './certificate-fields.ts';
export { certificateSummary } from './certificate-summary.ts';
export { MalformedDer } from './der.ts';
export {
  DistinguishedName,
  InvalidDistinguishedName,
  normaliseRegisteredSubjectDn,
  type RegisteredSubjectDn,
  type WrittenForm,
} from './distinguished-name.ts';
export type { GeneralName } from './general-name.ts';
export { certificateToPem, parsePemCertificates } from './pem.ts';
export type { CertificateSource, PresentedCertificate } from './presented-certificate.ts';
export { canonicalAddress, mailboxParts } from './subject-alternative-name.ts';
export { matchesSubject, type SubjectMatch, type TlsClientAuthSubject } from './tls-client-auth-subject.ts';
export { isRocaModulus } from './weak-modulus.ts';

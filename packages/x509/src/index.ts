export type { AlgorithmIdentifier } from './algorithm-identifier.ts';
export { Certificate, type CertificateValidity } from './certificate.ts';
export {
  type CertificateDescription,
  certificateDescription,
  type UnreadablePart,
} from './certificate-description.ts';
export {
  type AccessDescription,
  type CertificateExtensions,
  KEY_USAGES,
  type KeyUsage,
  type PolicyMapping,
} from './certificate-extensions.ts';
export type { CertificateFields, ValidityTime } from './certificate-fields.ts';
export { certificatesIn } from './certificates-in.ts';
export { type DerElement, MalformedDer } from './der.ts';
export {
  type AttributeTypeAndValue,
  type AttributeValue,
  DistinguishedName,
  InvalidDistinguishedName,
  normaliseRegisteredSubjectDn,
  type RegisteredSubjectDn,
  type RelativeDistinguishedName,
  type WrittenForm,
} from './distinguished-name.ts';
export type { Extension } from './extension.ts';
export type { GeneralName, OtherForm, UnreadableName } from './general-name.ts';
export { clientKeyUse, type KeyUse, keyName, serverKeyUse } from './key-use.ts';
export { MalformedCertificate, type Reading } from './malformed-certificate.ts';
export { extensionName } from './object-identifiers.ts';
export { certificateToPem, MalformedPem, parsePemCertificates } from './pem.ts';
export type { CertificateSource, PresentedCertificate } from './presented-certificate.ts';
export type { DistributionPoint } from './revocation/distribution-point.ts';
export type { RevocationInformation } from './revocation/revocation-information.ts';
export { isSelfSigned } from './self-signed.ts';
export { PublicKey, type PublicKeyKind } from './signed-data/public-key.ts';
export type { SignedData } from './signed-data.ts';
export { canonicalAddress, mailboxParts } from './subject-alternative-name.ts';
export { isoTime, nearestTime, timeText } from './time-text.ts';
export {
  matchTlsClientAuthSubject,
  type SubjectMatch,
  type TlsClientAuthSubject,
} from './tls-client-auth-subject.ts';
export { isRocaModulus } from './weak-modulus.ts';

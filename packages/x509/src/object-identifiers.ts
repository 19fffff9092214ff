/**
 * The object identifiers that decisions are made on, each stated once, by the names of their RFCs. Attribute types of
 * names stand in `distinguished-name/attribute-type.ts`, signature and key algorithms beside the rules for them in
 * `signed-data/algorithms.ts`, what only PKCS#12 has in `key-store/`.
 */

/** Extensions of certificates, CRLs, their entries (RFC 5280 §4.2, §5.2, §5.3), and OCSP (RFC 6960 §4.4). */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  holdInstructionCode: '2.5.29.23',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  cRLDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  freshestCRL: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  /** RFC 9608 §2. */
  noRevAvail: '2.5.29.56',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;
export type ExtensionName = keyof typeof EXTENSION;

const EXTENSION_NAMES = new Map<string, string>(Object.entries(EXTENSION).map(([name, oid]) => [oid, name]));
/** The name an RFC gives an extension, else its OID. */
export const extensionName = (oid: string): string => EXTENSION_NAMES.get(oid) ?? oid;

/** RFC 5280 §4.2.1.4. */
export const ANY_POLICY = '2.5.29.32.0';

/** The purposes of extended key usage (RFC 5280 §4.2.1.12). */
export const KEY_PURPOSE = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
} as const;

const KEY_PURPOSE_NAMES = new Map<string, string>(
  Object.entries(KEY_PURPOSE).map(([name, oid]) => [oid, name]),
);
/** The name RFC 5280 gives a purpose, else its OID. */
export const keyPurposeName = (oid: string): string => KEY_PURPOSE_NAMES.get(oid) ?? oid;

/** The access method of authorityInfoAccess that leads to an OCSP responder (RFC 6960 §3.1). */
export const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1';
/** The response type id-pkix-ocsp-basic (RFC 6960 §4.2.1). */
export const OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1';

/** Hash functions (RFC 8017 Appendix B.1). */
export const HASH = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

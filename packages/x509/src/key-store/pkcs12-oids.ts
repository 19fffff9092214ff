/** Content types of RFC 5652. */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  encryptedData: '1.2.840.113549.1.7.6',
} as const;

/** Bag types of RFC 7292 §4.2. */
export const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const;

/** RFC 7292 §4.2.3: a certificate bag that holds an X.509 certificate. */
export const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';

/** Attributes of bags: RFC 2985 §5.5, and Java's own. */
export const BAG_ATTRIBUTE = {
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  /** Java's mark of a certificate that is trusted, valued with the extended key usages it is trusted for. */
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
} as const;

/** RFC 8018 §A.4. */
export const PBES2 = '1.2.840.113549.1.5.13';

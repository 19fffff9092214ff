import type { Certificate } from '../certificate.ts';

/** Why a path is refused: a closed list, for messages, metrics and tests. */
export const PATH_REFUSAL_REASONS = [
  /** Not strict DER, a malformed or repeated extension, a field the version does not have. */
  'malformed-certificate',
  /** No trust anchor and no given certificate bears the issuer's name. */
  'unknown-issuer',
  /** Certificates bear the issuer's name, and no key of theirs made the signature. */
  'signature-invalid',
  'signature-algorithm-mismatch',
  'weak-signature-algorithm',
  'unsupported-signature-algorithm',
  'weak-key',
  'unsupported-key',
  'not-yet-valid',
  'expired',
  'not-a-ca',
  'path-too-long',
  'key-usage',
  'extended-key-usage',
  'name-not-permitted',
  'name-excluded',
  'name-constraint-unsupported',
  'policy',
  'unknown-critical-extension',
  /** A field breaks the certificate profile asked for (RFC 5280 §4, or the web PKI's). */
  'profile',
  /** The work allowed for one validation is used up. */
  'limit-exceeded',
  /** Given by the revocation check. */
  'revoked',
  'revocation-unknown',
] as const;
/** One of `PATH_REFUSAL_REASONS`. */
export type PathRefusalReason = (typeof PATH_REFUSAL_REASONS)[number];

/** The exact certificate and field that a path fails at. */
export type PathRefusal = {
  readonly reason: PathRefusalReason;
  readonly certificate: Certificate;
  /** The field as RFC 5280 spells it, for instance `extensions.keyUsage`. */
  readonly field: string;
  readonly expected: string;
  readonly presented: string;
};

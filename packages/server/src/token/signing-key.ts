/** The signature algorithms tokens can be signed with (RFC 7518 §3.1, RFC 8037). */
export type SigningAlgorithm = 'ES256' | 'PS256' | 'RS256' | 'EdDSA';

/**
 * A key tokens are signed with, as kept in storage. `next` is published but not yet used,
 * `active` signs, `retired` only verifies until `retired_at` plus the longest token lifetime.
 */
export type StoredSigningKey = {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly state: 'next' | 'active' | 'retired';
  /** The private JWK, encrypted with the deployment's `[encryption] key`; opaque to storage. */
  readonly sealed_private_jwk: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly retired_at?: number;
};

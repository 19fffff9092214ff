import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A new client secret: 384 random bits as base64url, shown once and stored only as its hash. Its 64 characters are as
 * many as HS512 needs (RFC 7518 §3.2), for `client_secret_jwt`.
 */
export function generateClientSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** What a sealed client secret is bound to, so that it opens for this client alone. */
export const clientSecretPurpose = (client_id: string): string => `client secret ${client_id}`;

/** A new client identifier, 28 letters and digits of which 160 bits are random. */
export function generateClientId(): string {
  return randomBytes(20).toString('base64url').replaceAll('-', 'a').replaceAll('_', 'b');
}

/**
 * base64url SHA-256 of a secret, as stored. A fast hash is right here: the secrets are random,
 * so there is no dictionary to slow down.
 */
export function hashClientSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Compares a presented secret with the stored hash in constant time. */
export function clientSecretMatches(presented: string, stored_sha256: string): boolean {
  const actual = hash('sha256', presented, 'buffer');
  const expected = Buffer.from(stored_sha256, 'base64url');
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}

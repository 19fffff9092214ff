import { hash, timingSafeEqual } from 'node:crypto';
import { identifierSource } from './identifier.ts';

const nextValue = identifierSource(32);

/** A new opaque value (code, refresh or reference token): 256 random bits as 43 base64url characters. */
export const generateOpaqueToken = (): string => nextValue();

/** base64url SHA-256, under which an opaque value is stored: the database never holds what can be presented. */
export const hashOpaqueToken = (value: string): string => hash('sha256', value, 'base64url');

/** Whether `token` has the form of {@link generateOpaqueToken}; JWTs have dots. */
export const isOpaqueToken = (token: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(token);

/** Whether a token is the one whose hash is stored; takes as long whether or not it is. */
export function isOpaqueTokenOf(presented: string, stored_sha256: string): boolean {
  const actual = Buffer.from(hashOpaqueToken(presented), 'base64url');
  const expected = Buffer.from(stored_sha256, 'base64url');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

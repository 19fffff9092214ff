import { hash } from 'node:crypto';

/** Characters a presented identifier may have in an index; PostgreSQL refuses index rows of 2.7 kB and more. */
export const LONGEST_KEY = 255;

/** The key under which an identifier of any length is remembered: itself, or when long its SHA-256. */
export function indexKey(identifier: string): string {
  return identifier.length <= LONGEST_KEY ? identifier : `sha256:${hash('sha256', identifier, 'base64url')}`;
}

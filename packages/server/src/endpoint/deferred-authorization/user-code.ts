import { randomInt } from 'node:crypto';

/** Consonants that are not mistaken for each other or for digits: no words come of them (RFC 8628 §6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** A code for people to type: 20^8 possibilities, in its canonical form without the hyphen. */
export function generateUserCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

/** As it is shown, e.g. `BCDF-GHJK`. */
export const displayedUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What a person typed in canonical form: case, spaces and hyphens do not matter. */
export const canonicalUserCode = (typed: string): string =>
  typed
    .slice(0, 100)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');

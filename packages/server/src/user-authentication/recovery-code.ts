import { createHash, randomBytes } from 'node:crypto';

/** No letter can be taken for a digit or for another letter (Crockford's base 32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 12;
const CODES = 10;

/** Ten new recovery codes of 60 random bits, grouped for paper. */
export function generateRecoveryCodes(): readonly string[] {
  return Array.from({ length: CODES }, () => {
    const characters = Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte & 31]).join('');
    return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`;
  });
}

/**
 * The form in which a recovery code is stored. 60 random bits need no slow hash.
 * @param typed as typed: case, spaces and hyphens do not matter, nor does `o` for `0`, or `i` and `l` for `1`
 */
export function hashRecoveryCode(typed: string, sub: string): string {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return createHash('sha256').update(`${sub}:${code}`).digest('base64url');
}

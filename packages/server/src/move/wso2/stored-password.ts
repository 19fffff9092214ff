import { ownMember } from '../../own-member.ts';
import type { MovedPassword } from '../record.ts';
import type { UserStore } from './user-stores.ts';

/** A password as it comes over, or why it cannot. */
export type StoredPassword =
  | { readonly kind: 'taken'; readonly password: MovedPassword; readonly as: string }
  | { readonly kind: 'unusable'; readonly why: string };

const DIGESTS: Readonly<Record<string, string>> = {
  md5: 'md5',
  sha: 'sha1',
  sha1: 'sha1',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};

const PRFS: Readonly<Record<string, string>> = {
  PBKDF2WithHmacSHA1: 'sha1',
  PBKDF2WithHmacSHA256: 'sha256',
  PBKDF2WithHmacSHA512: 'sha512',
};

/** Base64 as PHC strings have it. */
const withoutPadding = (base64: string): string => base64.replace(/=+$/, '');
const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]+={0,2}$/.test(text);

const unusable = (why: string): StoredPassword => ({ kind: 'unusable', why });

/**
 * The password of a row of `UM_USER`. The row does not say how it was made; its store does. The salt enters as the text of
 * the column, not as what it would decode to.
 * @param salt the text of `UM_SALT_VALUE`
 */
export function storedPassword(
  written: string,
  salt: string | undefined,
  { digest, isSalted, iterations, prf }: UserStore,
): StoredPassword {
  const name = digest.toLowerCase().replaceAll(/[-_]/g, '');
  if (name === 'plaintext') {
    return { kind: 'taken', password: { form: 'text', value: written }, as: 'plain text, hashed here' };
  }
  if (!isBase64(written)) return unusable(`it is no base64 of a hash, which ${digest} gives`);
  if (isSalted && salt === undefined) return unusable('the row has no salt');
  const entering = withoutPadding(Buffer.from(isSalted ? (salt ?? '') : '', 'utf8').toString('base64'));
  const hash = withoutPadding(written);
  if (name === 'pbkdf2') {
    const function_ = ownMember(PRFS, prf);
    if (function_ === undefined) return unusable(`PBKDF2 by ${prf} cannot be checked here`);
    if (!Number.isSafeInteger(iterations) || iterations < 1) return unusable('its iterations are no number');
    return {
      kind: 'taken',
      password: { form: 'hash', value: `$pbkdf2-${function_}$i=${iterations}$${entering}$${hash}` },
      as: `PBKDF2, ${prf}, ${iterations} iterations`,
    };
  }
  const algorithm = ownMember(DIGESTS, name);
  if (algorithm === undefined) return unusable(`passwords by ${digest} cannot be checked here`);
  return {
    kind: 'taken',
    password: { form: 'hash', value: `$salted-digest$a=${algorithm}$${entering}$${hash}` },
    as: `${digest}${isSalted ? ', salted' : ''}`,
  };
}

import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { User } from '../user/user.ts';

/** Milliseconds from the check of a password; use does not prolong them. */
const REMEMBERED_FOR = 60_000;
/** People at once; of more, those whose password was longest not used are forgotten. */
const MOST = 1_000;

/** Which passwords were found to be right a short while ago. */
export type RememberedPasswords = {
  /** Whether this password was found to be that of the account as it is. */
  has(user: User, password: string): boolean;
  /** Remembers that it was just found to be. */
  add(user: User, password: string): void;
};

/**
 * Passwords that were found to be right, for 60 seconds: a program that sends one with each call costs one argon2 hash a
 * minute. Nothing is kept that a password could be found out from: an HMAC under a key that this process drew at its
 * start. It is over the account's revision and hash too, as the database has them at the call, so that any change of the
 * account, by whichever process, makes another value of it, and nothing has to be told or forgotten.
 */
export function createRememberedPasswords(clock: Clock): RememberedPasswords {
  const key = createSecretKey(randomBytes(32));
  const checkedAt = new LRUCache<string, number>({ max: MOST });
  const markOf = ({ sub, revision, password_hash }: User, password: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([sub, revision, password_hash, password]))
      .digest('base64');
  return {
    has(user, password) {
      const mark = markOf(user, password);
      const at = checkedAt.get(mark);
      if (at === undefined) return false;
      const age = clock() - at;
      if (age >= 0 && age < REMEMBERED_FOR) return true;
      checkedAt.delete(mark);
      return false;
    },
    add(user, password) {
      checkedAt.set(markOf(user, password), clock());
    },
  };
}

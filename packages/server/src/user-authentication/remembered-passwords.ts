import type { Clock } from '../clock.ts';
import type { User } from '../user/user.ts';
import { createRememberedMarks } from './remembered-marks.ts';

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
  const marks = createRememberedMarks(clock, { most: MOST, forMs: REMEMBERED_FOR });
  const partsOf = ({ sub, revision, password_hash }: User, password: string) =>
    [sub, revision, password_hash, password] as const;
  return {
    has: (user, password) => marks.has(partsOf(user, password)),
    add: (user, password) => marks.add(partsOf(user, password)),
  };
}

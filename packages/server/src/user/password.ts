import { randomBytes } from 'node:crypto';
import { isBehind, newArgon2id, OWN_ARGON2ID, readable } from '../password-hash.ts';

const MAXIMUM_PASSWORD_BYTES = 1024;

/** Stands in place of the hash of an account that has no password: no password leads to it. */
export const NO_PASSWORD = '!';

/** What can be wrong with a new password. */
export type PasswordFault = 'empty' | 'short' | 'long' | 'unprintable' | 'common' | 'named' | 'same';

/** Thrown when a password cannot be accepted as a new one; the message says why, and what to do. */
export class UnacceptablePassword extends Error {
  override readonly name = 'UnacceptablePassword';
  readonly fault: PasswordFault;

  constructor(fault: PasswordFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** @throws UnacceptablePassword when it is empty or longer than 1024 bytes */
export function checkSize(password: string): void {
  if (password.length === 0) throw new UnacceptablePassword('empty', 'the password is empty');
  if (Buffer.byteLength(password) > MAXIMUM_PASSWORD_BYTES) {
    throw new UnacceptablePassword('long', `the password is longer than ${MAXIMUM_PASSWORD_BYTES} bytes`);
  }
}

/**
 * Hashes a new password with argon2id.
 * @returns a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`
 * @throws UnacceptablePassword when it is empty or longer than 1024 bytes
 */
export async function hashPassword(password: string): Promise<string> {
  checkSize(password);
  return newArgon2id(password, 'nfkc', 'password hash');
}

/** Whether a PHC string is as {@link hashPassword} makes them now; any other is replaced where the password is known. */
export const isOwnHash = (phc: string): boolean => phc.startsWith(OWN_ARGON2ID);

/** Whether any password can be right for it: false for {@link NO_PASSWORD}, and for what nobody here can read. */
export const isPasswordHash = (phc: string): boolean => readable(phc) !== undefined;

/** Whether `password` is the one behind the PHC string; false too for a string that is none, and for an empty password. */
export async function passwordMatches(password: string, phc: string): Promise<boolean> {
  const hash = readable(phc);
  if (!hash || password === '' || Buffer.byteLength(password) > MAXIMUM_PASSWORD_BYTES) return false;
  return isBehind(password, hash);
}

/** A generated password of 120 random bits, in groups that can be typed from paper. */
export function generatePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789AB';
  const characters = Array.from(randomBytes(24), (byte) => alphabet[byte & 31]);
  return characters.join('').match(/.{6}/g)?.join('-') ?? '';
}

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { span } from '../telemetry/span.ts';

/** OWASP's argon2id profile for interactive sign-in: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_LENGTH = 32;
const MAXIMUM_PASSWORD_BYTES = 1024;

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

type Cost = { memory: number; passes: number; parallelism: number };

function derive(password: string, nonce: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
  return span(
    'password hash',
    () =>
      new Promise((resolve, reject) => {
        argon2(
          'argon2id',
          { message: password.normalize('NFKC'), nonce, tagLength, ...cost },
          (error, derived) => (error ? reject(error) : resolve(Buffer.from(derived))),
        );
      }),
  );
}

const withoutPadding = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

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
  const salt = randomBytes(16);
  const tag = await derive(password, salt, COST, TAG_LENGTH);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${withoutPadding(salt)}$${withoutPadding(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether `password` is the one behind the PHC string; false too for a string that is not argon2id. */
export async function passwordMatches(password: string, phc: string): Promise<boolean> {
  const fields = PHC.exec(phc);
  if (!fields || Buffer.byteLength(password) > MAXIMUM_PASSWORD_BYTES) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = fields;
  const expected = Buffer.from(tag, 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length);
  return timingSafeEqual(actual, expected);
}

/** A generated password of 120 random bits, in groups that can be typed from paper. */
export function generatePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789AB';
  const characters = Array.from(randomBytes(24), (byte) => alphabet[byte & 31]);
  return characters.join('').match(/.{6}/g)?.join('-') ?? '';
}

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { span } from './telemetry/span.ts';

/** OWASP's argon2id profile for interactive sign-in: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_LENGTH = 32;
const SALT_LENGTH = 16;

/** What somebody else's hash may cost at most: 256 MiB, and as many passes as make a gibibyte of work. */
const MOST_MEMORY = 262_144;
const MOST_WORK = 1_048_576;
const MOST_LANES = 16;

type Cost = typeof COST;

function derive(text: string, nonce: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
  return span(
    'secret hash',
    () =>
      new Promise((resolve, reject) => {
        argon2('argon2id', { message: text, nonce, tagLength, ...cost }, (error, derived) =>
          error ? reject(error) : resolve(Buffer.from(derived)),
        );
      }),
  );
}

const withoutPadding = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** A PHC string of the text as it is typed, without any normalisation: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashAsTyped(text: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const tag = await derive(text, salt, COST, TAG_LENGTH);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${withoutPadding(salt)}$${withoutPadding(tag)}`;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,7}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,172})\$([A-Za-z0-9+/]{16,172})$/;

type Phc = { readonly cost: Cost; readonly salt: Buffer; readonly tag: Buffer };

function readPhc(phc: string): Phc | undefined {
  const [, m, t, p, salt = '', tag = ''] = PHC.exec(phc) ?? [];
  const cost = { memory: Number(m), passes: Number(t), parallelism: Number(p) };
  const isBounded =
    cost.parallelism >= 1 &&
    cost.parallelism <= MOST_LANES &&
    cost.memory >= 8 * cost.parallelism &&
    cost.memory <= MOST_MEMORY &&
    cost.passes >= 1 &&
    cost.memory * cost.passes <= MOST_WORK;
  if (!isBounded) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/** Whether a string is a PHC string of argon2id whose cost this server is willing to pay. */
export const isKnownArgon2id = (phc: string): boolean => readPhc(phc) !== undefined;

/** Whether the text, as it is typed, is the one behind the PHC string; false too for a string that is not known. */
export async function matchesAsTyped(text: string, phc: string): Promise<boolean> {
  const read = readPhc(phc);
  if (!read) return false;
  return timingSafeEqual(await derive(text, read.salt, read.cost, read.tag.length), read.tag);
}

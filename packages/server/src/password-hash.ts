import { argon2, createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { span } from './telemetry/span.ts';

/** Thrown when a password hash cannot be used; the message says what is wrong with it and shows nothing of it. */
export class UnusablePasswordHash extends Error {
  override readonly name = 'UnusablePasswordHash';
}

const ARGON2 = ['argon2id', 'argon2i', 'argon2d'] as const;
const PBKDF2_DIGESTS = ['sha1', 'sha256', 'sha512'] as const;
const DIGESTS = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const;

/** What argon2 costs: KiB, passes over them, lanes (RFC 9106 §3.1). */
type Argon2Cost = {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
};

type SaltAndTag = { readonly salt: Uint8Array; readonly tag: Uint8Array };

type Argon2Parameters = {
  readonly algorithm: (typeof ARGON2)[number];
  readonly cost: Argon2Cost;
  /** Of the text as typed, or of its NFKC form. */
  readonly over: 'typed' | 'nfkc';
};

/** A password hash that can be checked: that of this server, and those that come with people of other servers. */
export type PasswordHash =
  | (SaltAndTag & Argon2Parameters & { readonly form: 'argon2' })
  | (SaltAndTag & {
      readonly form: 'pbkdf2';
      readonly digest: (typeof PBKDF2_DIGESTS)[number];
      readonly iterations: number;
    })
  | (SaltAndTag & { readonly form: 'salted-digest'; readonly digest: (typeof DIGESTS)[number] });

/** What the work is traced as: that of a person's password, or of a client's secret. */
type Traced = 'password hash' | 'secret hash';

/** OWASP's argon2id profile for interactive sign-in: 19 MiB, two passes, one lane. */
const COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };
/** How the hashes begin that {@link newArgon2id} makes. */
export const OWN_ARGON2ID = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$`;
const SALT_LENGTH = 16;
const TAG_LENGTH = 32;

/** KiB: four checks at once must leave room for everything else. */
const MOST_MEMORY = 262_144;
/** KiB times passes: about a second. */
const MOST_MEMORY_PASSES = 1_048_576;
const MOST_LANES = 16;
/** Of one block of output: five times what OWASP asks of the dearest, SHA-1, in three. Some seconds. */
const MOST_PBKDF2_ROUNDS = 10_000_000;
const SHORTEST_TAG = 16;
const LONGEST_TAG = 512;
const LONGEST_SALT = 1024;
/** RFC 9106 §3.1. */
const SHORTEST_ARGON2_SALT = 8;

const OUTPUT_LENGTH = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

const unusable = (what: string): UnusablePasswordHash =>
  new UnusablePasswordHash(`the password hash cannot be used: ${what}`);

/** Base64 of whatever length, without padding. @throws UnusablePasswordHash */
function octets(text: string, what: 'salt' | 'hash'): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (/^[A-Za-z0-9+/]*$/.test(text) && withoutPadding(bytes) === text) return bytes;
  throw unusable(`its ${what} is not base64 without padding`);
}

/** Base64 as PHC strings have it: the alphabet of RFC 4648 §4, without padding. */
export const withoutPadding = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** @throws UnusablePasswordHash */
function saltAndTag(salt: string | undefined, tag: string | undefined): SaltAndTag {
  if (salt === undefined || tag === undefined) throw unusable('it lacks its salt or its hash');
  const read = { salt: octets(salt, 'salt'), tag: octets(tag, 'hash') };
  if (read.salt.length > LONGEST_SALT) throw unusable(`its salt is longer than ${LONGEST_SALT} bytes`);
  const { length } = read.tag;
  if (length < SHORTEST_TAG || length > LONGEST_TAG) {
    throw unusable(`its hash has ${length} bytes; expected ${SHORTEST_TAG} to ${LONGEST_TAG}`);
  }
  return read;
}

/** `m=7168,t=5,p=1`; what is no such list has no parameters. */
function parametersOf(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => pair.split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

/** @throws UnusablePasswordHash */
function wholeNumber(parameters: ReadonlyMap<string, string>, name: string, most: number): number {
  const text = parameters.get(name) ?? '';
  if (!/^[1-9]\d{0,9}$/.test(text)) throw unusable(`its parameter ${name} is no whole number above 0`);
  const value = Number(text);
  if (value > most) throw unusable(`its parameter ${name} is ${value}; at most ${most} is computed here`);
  return value;
}

/** @throws UnusablePasswordHash */
function onlyParameters(parameters: ReadonlyMap<string, string>, known: readonly string[]): void {
  const strange = [...parameters.keys()].find((name) => !known.includes(name));
  if (strange !== undefined) throw unusable(`it has a parameter other than ${known.join(', ')}`);
}

/** @throws UnusablePasswordHash */
function readArgon2(algorithm: (typeof ARGON2)[number], fields: readonly string[]): PasswordHash {
  const [version, written, salt, tag, ...more] = fields;
  if (version !== 'v=19') throw unusable('it is of another version of argon2 than v=19');
  if (more.length > 0) throw unusable('it has more than version, parameters, salt and hash');
  const parameters = parametersOf(written);
  onlyParameters(parameters, ['m', 't', 'p', 'as']);
  const cost = {
    memory: wholeNumber(parameters, 'm', MOST_MEMORY),
    passes: wholeNumber(parameters, 't', MOST_MEMORY_PASSES),
    parallelism: wholeNumber(parameters, 'p', MOST_LANES),
  };
  if (cost.memory * cost.passes > MOST_MEMORY_PASSES) {
    throw unusable(`${cost.memory} KiB in ${cost.passes} passes is more work than is done here`);
  }
  if (cost.memory < 8 * cost.parallelism) throw unusable('it has less than 8 KiB a lane');
  const as = parameters.get('as');
  if (as !== undefined && as !== 'typed') throw unusable('its parameter as is not typed');
  const read = saltAndTag(salt, tag);
  if (read.salt.length < SHORTEST_ARGON2_SALT) {
    throw unusable(`its salt is shorter than ${SHORTEST_ARGON2_SALT} bytes`);
  }
  return { form: 'argon2', algorithm, cost, over: as === 'typed' ? 'typed' : 'nfkc', ...read };
}

/** @throws UnusablePasswordHash */
function readPbkdf2(digest: (typeof PBKDF2_DIGESTS)[number], fields: readonly string[]): PasswordHash {
  const [written, salt, tag, ...more] = fields;
  if (more.length > 0) throw unusable('it has more than parameters, salt and hash');
  const parameters = parametersOf(written);
  onlyParameters(parameters, ['i']);
  const iterations = wholeNumber(parameters, 'i', MOST_PBKDF2_ROUNDS);
  const read = saltAndTag(salt, tag);
  if (iterations * Math.ceil(read.tag.length / OUTPUT_LENGTH[digest]) > MOST_PBKDF2_ROUNDS) {
    throw unusable(`${iterations} iterations for ${read.tag.length} bytes is more work than is done here`);
  }
  return { form: 'pbkdf2', digest, iterations, ...read };
}

/** @throws UnusablePasswordHash */
function readSaltedDigest(fields: readonly string[]): PasswordHash {
  const [written, salt, tag, ...more] = fields;
  if (more.length > 0) throw unusable('it has more than parameters, salt and hash');
  const parameters = parametersOf(written);
  onlyParameters(parameters, ['a']);
  const digest = DIGESTS.find((known) => known === parameters.get('a'));
  if (digest === undefined) throw unusable(`its parameter a is none of ${DIGESTS.join(', ')}`);
  const read = saltAndTag(salt, tag);
  if (read.tag.length !== OUTPUT_LENGTH[digest]) {
    throw unusable(`its hash has ${read.tag.length} bytes; ${digest} gives ${OUTPUT_LENGTH[digest]}`);
  }
  return { form: 'salted-digest', digest, ...read };
}

/**
 * Reads a PHC string (https://github.com/P-H-C/phc-string-format). Known are
 * - `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, also `argon2i` and `argon2d`: over the NFKC form of the password, as this
 *   server makes them; with the further parameter `as=typed` over the text as typed
 * - `$pbkdf2-sha1$i=…$salt$hash`, also `sha256` and `sha512`: over the text as typed
 * - `$salted-digest$a=md5$salt$hash`, also `sha1`, `sha256`, `sha384` and `sha512`: over the text as typed, followed by
 *   the salt, which may be empty
 *
 * with salt and hash in base64 without padding, and a cost that somebody who waits at a sign-in can wait for.
 * @throws UnusablePasswordHash
 */
export function readPasswordHash(phc: string): PasswordHash {
  const [, identifier = '', ...fields] = phc.split('$');
  if (!phc.startsWith('$')) throw unusable('it does not begin with $');
  const algorithm = ARGON2.find((known) => known === identifier);
  if (algorithm) return readArgon2(algorithm, fields);
  const digest = PBKDF2_DIGESTS.find((known) => `pbkdf2-${known}` === identifier);
  if (digest) return readPbkdf2(digest, fields);
  if (identifier === 'salted-digest') return readSaltedDigest(fields);
  const shown = /^[A-Za-z0-9-]{1,32}$/.test(identifier) ? `$${identifier}$` : 'its identifier';
  throw unusable(
    `${shown} is none of ${[...ARGON2, ...PBKDF2_DIGESTS.map((each) => `pbkdf2-${each}`), 'salted-digest'].join(', ')}`,
  );
}

/** What {@link readPasswordHash} reads; undefined for what cannot be used. */
export function readable(phc: string): PasswordHash | undefined {
  try {
    return readPasswordHash(phc);
  } catch (error) {
    if (error instanceof UnusablePasswordHash) return undefined;
    throw error;
  }
}

function deriveArgon2(
  password: string,
  { algorithm, cost, over, salt }: Argon2Parameters & Pick<SaltAndTag, 'salt'>,
  tagLength: number,
): Promise<Uint8Array> {
  const message = over === 'typed' ? password : password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    argon2(algorithm, { message, nonce: salt, tagLength, ...cost }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
}

const derivePbkdf2 = promisify(pbkdf2);

async function tagOf(password: string, hash: PasswordHash, traced: Traced): Promise<Uint8Array> {
  const { salt, tag } = hash;
  switch (hash.form) {
    case 'argon2':
      return await span(traced, () => deriveArgon2(password, hash, tag.length));
    case 'pbkdf2':
      return await span(traced, () => derivePbkdf2(password, salt, hash.iterations, tag.length, hash.digest));
    case 'salted-digest':
      return createHash(hash.digest).update(password).update(salt).digest();
  }
}

/** Whether `password` is the one behind the hash. */
export async function isBehind(
  password: string,
  hash: PasswordHash,
  traced: Traced = 'password hash',
): Promise<boolean> {
  return timingSafeEqual(await tagOf(password, hash, traced), hash.tag);
}

const ownPhc = (salt: Uint8Array, tag: Uint8Array): string =>
  `${OWN_ARGON2ID}${withoutPadding(salt)}$${withoutPadding(tag)}`;

/** A PHC string as {@link newArgon2id} makes them, which no text is behind: checking one against it takes as long. */
export const argon2idOfNothing = (): string => ownPhc(randomBytes(SALT_LENGTH), randomBytes(TAG_LENGTH));

/**
 * Hashes a text with argon2id.
 * @returns a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, which does not say whether it is over the text as typed
 */
export async function newArgon2id(
  text: string,
  over: Argon2Parameters['over'],
  traced: Traced,
): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const parameters = { algorithm: 'argon2id', cost: COST, over, salt } as const;
  const tag = await span(traced, () => deriveArgon2(text, parameters, TAG_LENGTH));
  return ownPhc(salt, tag);
}

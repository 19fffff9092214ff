import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { contextTag, TAG } from '../der.ts';
import {
  der,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
} from '../der-encoding.ts';
import { HASH } from '../object-identifiers.ts';
import type { BerValue } from './ber.ts';
import { KeyStoreError } from './key-store-entry.ts';
import { PBES2 } from './pkcs12-oids.ts';
import { decryptRc2Cbc } from './rc2.ts';

const pbkdf2Async = promisify(pbkdf2);

const OID = {
  pbkdf2: '1.2.840.113549.1.5.12',
  pbmac1: '1.2.840.113549.1.5.14',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const;

type Digest = { readonly name: string; readonly blockBytes: number; readonly outputBytes: number };

const SHA1: Digest = { name: 'sha1', blockBytes: 64, outputBytes: 20 };
const SHA256: Digest = { name: 'sha256', blockBytes: 64, outputBytes: 32 };

/** The digests of a PKCS#12 MAC. */
const DIGESTS = new Map<string, Digest>([
  [HASH.sha1, SHA1],
  [HASH.sha224, { name: 'sha224', blockBytes: 64, outputBytes: 28 }],
  [HASH.sha256, SHA256],
  [HASH.sha384, { name: 'sha384', blockBytes: 128, outputBytes: 48 }],
  [HASH.sha512, { name: 'sha512', blockBytes: 128, outputBytes: 64 }],
]);

/** RFC 8018 §B.1.2: the digests under the HMACs of PBKDF2 and PBMAC1. */
const HMAC_DIGESTS = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  [OID.hmacWithSha256, 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.840.113549.2.12', 'sha512-224'],
  ['1.2.840.113549.2.13', 'sha512-256'],
]);

type BlockCipher = { readonly name: string; readonly keyBytes: number; readonly blockBytes: number };

/** RFC 8018 §B.2, as far as key stores use it. */
const PBES2_CIPHERS = new Map<string, BlockCipher>([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16, blockBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24, blockBytes: 16 }],
  [OID.aes256Cbc, { name: 'aes-256-cbc', keyBytes: 32, blockBytes: 16 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 }],
]);

/** RFC 7292 Appendix C, without the RC4 variants. */
const PKCS12_CIPHERS = new Map<string, BlockCipher>([
  ['1.2.840.113549.1.12.1.3', { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 }],
  ['1.2.840.113549.1.12.1.4', { name: 'des-ede-cbc', keyBytes: 16, blockBytes: 8 }],
  ['1.2.840.113549.1.12.1.5', { name: 'rc2', keyBytes: 16, blockBytes: 8 }],
  ['1.2.840.113549.1.12.1.6', { name: 'rc2', keyBytes: 5, blockBytes: 8 }],
]);

/** Algorithms that are not supported, by the names their users know. */
const OTHER_ALGORITHMS = new Map([
  ['1.3.6.1.4.1.11591.4.11', 'scrypt'],
  ['1.2.840.113549.1.5.1', 'pbeWithMD2AndDES-CBC'],
  ['1.2.840.113549.1.5.3', 'pbeWithMD5AndDES-CBC'],
  ['1.2.840.113549.1.5.10', 'pbeWithSHA1AndDES-CBC'],
  ['1.2.840.113549.1.5.11', 'pbeWithSHA1AndRC2-CBC'],
  ['1.2.840.113549.1.12.1.1', 'pbeWithSHAAnd128BitRC4'],
  ['1.2.840.113549.1.12.1.2', 'pbeWithSHAAnd40BitRC4'],
  ['1.3.14.3.2.7', 'DES-CBC'],
  ['1.2.840.113549.3.2', 'RC2-CBC'],
  ['1.2.840.113549.3.4', 'RC4'],
  ['2.16.840.1.101.3.4.1.6', 'AES-128-GCM'],
  ['2.16.840.1.101.3.4.1.46', 'AES-256-GCM'],
  ['2.16.840.1.101.3.4.1.48', 'AES-256 key wrap with padding'],
  ['2.16.840.1.101.3.4.1.47', 'AES-256-CCM'],
  ['1.2.392.200011.61.1.1.1.4', 'Camellia-256-CBC'],
  ['1.2.643.2.2.21', 'GOST 28147-89'],
  ['1.2.643.7.1.1.2.2', 'Streebog-256'],
  ['1.2.643.7.1.1.2.3', 'Streebog-512'],
  ['1.2.643.7.1.1.4.2', 'HMAC with Streebog-512'],
  ['1.2.156.10197.1.104.2', 'SM4-CBC'],
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.2.840.113549.2.6', 'HMAC with MD5'],
]);

function unsupported(what: string, oid: string): KeyStoreError {
  const name = OTHER_ALGORITHMS.get(oid);
  return new KeyStoreError(
    'unsupported',
    `${what} algorithm ${oid}${name === undefined ? '' : ` (${name})`}, which is not supported`,
  );
}

const MAX_ITERATIONS = 5_000_000;
const MAX_ITERATIONS_IN_ALL = 10_000_000;
const MAX_SALT_BYTES = 1024;

/**
 * What opening one store may cost. The store itself names its iteration counts, so without a bound a file
 * of a few hundred bytes could keep a processor busy for hours.
 */
export class DerivationBudget {
  #left = MAX_ITERATIONS_IN_ALL;

  /** @throws KeyStoreError when a single count, or their sum over the store, is absurd */
  spend(iterations: number): number {
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new KeyStoreError(
        'malformed',
        `an iteration count of ${iterations}; 1 to ${MAX_ITERATIONS} is sane`,
      );
    }
    this.#left -= iterations;
    if (this.#left < 0) {
      throw new KeyStoreError('malformed', `iteration counts of more than ${MAX_ITERATIONS_IN_ALL} in all`);
    }
    return iterations;
  }
}

/** How something in a key store is protected: an `AlgorithmIdentifier` in BER, its parameters unread. */
export type Protection = { readonly oid: string; readonly parameters: BerValue | undefined };

/** @throws MalformedBer */
export function readProtection(value: BerValue): Protection {
  const members = value.members();
  const oid = members.next().objectIdentifier();
  return { oid, parameters: members.atEnd ? undefined : members.next() };
}

function parametersOf({ oid, parameters }: Protection): BerValue {
  if (parameters !== undefined) return parameters;
  throw new KeyStoreError('malformed', `algorithm ${oid} stands without its parameters`);
}

function saltOf(value: BerValue): Uint8Array {
  const salt = value.octets();
  if (salt.length <= MAX_SALT_BYTES) return salt;
  throw new KeyStoreError('malformed', `a salt of ${salt.length} bytes; ${MAX_SALT_BYTES} is the most`);
}

/**
 * Deciphers what a password protects: PBES2 (RFC 8018 §6.2), or the older schemes of RFC 7292 Appendix C.
 * @param what names the protected thing in errors
 * @returns the plaintext, or undefined when its padding is wrong, as with a wrong password it nearly always is
 * @throws KeyStoreError unsupported or malformed; MalformedBer
 */
export async function decryptWithPassword(
  algorithm: Protection,
  ciphertext: Uint8Array,
  password: string,
  budget: DerivationBudget,
  what: string,
): Promise<Uint8Array | undefined> {
  if (algorithm.oid === PBES2) return decryptPbes2(algorithm, ciphertext, password, budget, what);
  const cipher = PKCS12_CIPHERS.get(algorithm.oid);
  if (cipher === undefined) {
    throw unsupported(`${what} is enciphered by`, algorithm.oid);
  }
  const parameters = parametersOf(algorithm).members();
  const salt = saltOf(parameters.next());
  const iterations = budget.spend(parameters.next().count());
  const secret = pkcs12Password(password);
  const key = await deriveKey(SHA1, KEY_MATERIAL, secret, salt, iterations, cipher.keyBytes);
  const iv = await deriveKey(SHA1, INITIAL_VECTOR, secret, salt, iterations, cipher.blockBytes);
  return cipher.name === 'rc2'
    ? decryptRc2(cipher, key, iv, ciphertext)
    : decrypt(cipher, key, iv, ciphertext);
}

async function decryptPbes2(
  algorithm: Protection,
  ciphertext: Uint8Array,
  password: string,
  budget: DerivationBudget,
  what: string,
): Promise<Uint8Array | undefined> {
  const parameters = parametersOf(algorithm).members();
  const derivation = readProtection(parameters.next());
  const encryption = readProtection(parameters.next());
  const cipher = PBES2_CIPHERS.get(encryption.oid);
  if (cipher === undefined) {
    throw unsupported(`${what} is enciphered by`, encryption.oid);
  }
  const iv = parametersOf(encryption).octets();
  if (iv.length !== cipher.blockBytes) {
    throw new KeyStoreError('malformed', `${what} has an initial vector of ${iv.length} bytes`);
  }
  const key = await deriveByPbkdf2(derivation, password, budget, what, cipher.keyBytes);
  return decrypt(cipher, key, iv, ciphertext);
}

/** RFC 8018 §5.2 and §A.2. @param keyBytes the length to derive, where the parameters may repeat it */
async function deriveByPbkdf2(
  algorithm: Protection,
  password: string,
  budget: DerivationBudget,
  what: string,
  keyBytes: number | undefined,
): Promise<Uint8Array> {
  if (algorithm.oid !== OID.pbkdf2) {
    throw unsupported(`${what} derives its key by`, algorithm.oid);
  }
  const parameters = parametersOf(algorithm).members();
  const salt = saltOf(parameters.next());
  const iterations = budget.spend(parameters.next().count());
  const stated = parameters.optional(TAG.integer)?.count();
  const length = keyBytes ?? stated;
  if (length === undefined || length < 1 || length > 64 || (stated !== undefined && stated !== length)) {
    throw new KeyStoreError('malformed', `${what} derives a key of ${stated} bytes`);
  }
  const prf = parameters.atEnd ? undefined : readProtection(parameters.next());
  return pbkdf2Async(password, salt, iterations, length, prf === undefined ? 'sha1' : hmacDigest(prf, what));
}

function hmacDigest({ oid }: Protection, what: string): string {
  const digest = HMAC_DIGESTS.get(oid);
  if (digest === undefined) throw unsupported(`${what} uses`, oid);
  return digest;
}

function decrypt(
  cipher: BlockCipher,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (ciphertext.length === 0 || ciphertext.length % cipher.blockBytes !== 0) return undefined;
  const decipher = createDecipheriv(cipher.name, key, iv).setAutoPadding(false);
  return withoutPadding(Buffer.concat([decipher.update(ciphertext), decipher.final()]), cipher.blockBytes);
}

/** How much is deciphered in JavaScript before other work of the process gets its turn. */
const RC2_BYTES_A_TURN = 65_536;

async function decryptRc2(
  cipher: BlockCipher,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (ciphertext.length === 0 || ciphertext.length % cipher.blockBytes !== 0) return undefined;
  const plaintext: Uint8Array[] = [];
  let previous = iv;
  for (let at = 0; at < ciphertext.length; at += RC2_BYTES_A_TURN) {
    if (at > 0) await new Promise(setImmediate);
    const part = ciphertext.subarray(at, at + RC2_BYTES_A_TURN);
    plaintext.push(decryptRc2Cbc(key, previous, part));
    previous = part.subarray(-cipher.blockBytes);
  }
  return withoutPadding(Buffer.concat(plaintext), cipher.blockBytes);
}

/** RFC 8018 §6.1.1 step 4: every octet of the padding tells its length. */
function withoutPadding(plaintext: Uint8Array, blockBytes: number): Uint8Array | undefined {
  const length = plaintext.at(-1) ?? 0;
  if (length < 1 || length > blockBytes) return undefined;
  const padding = plaintext.subarray(plaintext.length - length);
  return padding.every((octet) => octet === length) ? plaintext.subarray(0, -length) : undefined;
}

/** The integrity check of a PKCS#12 file: `MacData` of RFC 7292 §4, or with PBMAC1 (RFC 9579). */
export class PasswordMac {
  readonly #digest: Protection;
  readonly #expected: Uint8Array;
  readonly #salt: Uint8Array;
  readonly #iterations: number;

  /** @param macData the `MacData` SEQUENCE @throws MalformedBer, KeyStoreError */
  constructor(macData: BerValue) {
    const members = macData.members();
    const digestInfo = members.next().members();
    this.#digest = readProtection(digestInfo.next());
    this.#expected = digestInfo.next().octets();
    this.#salt = saltOf(members.next());
    this.#iterations = members.atEnd ? 1 : members.next().count();
  }

  /** True when `content` was written under `password` and has not changed since. */
  async verifies(content: Uint8Array, password: string, budget: DerivationBudget): Promise<boolean> {
    if (this.#digest.oid === OID.pbmac1) return this.#verifiesPbmac1(content, password, budget);
    const digest = DIGESTS.get(this.#digest.oid);
    if (digest === undefined) {
      throw new KeyStoreError('unsupported', `the integrity check uses digest ${this.#digest.oid}`);
    }
    const secrets = [pkcs12Password(password)];
    // RFC 7292 §B.1 ends even the empty password by a NUL; some writers hash nothing at all.
    if (password === '') secrets.push(new Uint8Array(0));
    for (const secret of secrets) {
      const iterations = budget.spend(this.#iterations);
      const key = await deriveKey(digest, MAC_KEY, secret, this.#salt, iterations, digest.outputBytes);
      if (this.#matches(createHmac(digest.name, key).update(content).digest())) return true;
    }
    return false;
  }

  async #verifiesPbmac1(content: Uint8Array, password: string, budget: DerivationBudget): Promise<boolean> {
    const what = 'the integrity check';
    const parameters = parametersOf(this.#digest).members();
    const derivation = readProtection(parameters.next());
    const digest = hmacDigest(readProtection(parameters.next()), what);
    const key = await deriveByPbkdf2(derivation, password, budget, what, undefined);
    return this.#matches(createHmac(digest, key).update(content).digest());
  }

  #matches(actual: Uint8Array): boolean {
    return actual.length === this.#expected.length && timingSafeEqual(actual, this.#expected);
  }
}

/** RFC 7292 §B.3: what a derived key is for. */
const KEY_MATERIAL = 1;
const INITIAL_VECTOR = 2;
const MAC_KEY = 3;

/** RFC 7292 §B.1: UTF-16, big-endian, ended by a NUL. */
const pkcs12Password = (password: string): Uint8Array => Buffer.from(`${password}\0`, 'utf16le').swap16();

/** How many digests are computed before other work of the process gets its turn. */
const DIGESTS_A_TURN = 10_000;

/** The key derivation of RFC 7292 §B.2; the step numbers are its own. */
async function deriveKey(
  digest: Digest,
  id: number,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  bytes: number,
): Promise<Uint8Array> {
  const v = digest.blockBytes;
  const diversifier = Buffer.alloc(v, id);
  const s = repeatToBlocks(salt, v);
  const i_blocks = Buffer.concat([s, repeatToBlocks(password, v)]);
  const derived: Uint8Array[] = [];
  for (let have = 0; have < bytes; have += digest.outputBytes) {
    let a = hash(digest.name, Buffer.concat([diversifier, i_blocks]), 'buffer');
    for (let round = 1; round < iterations; round++) {
      a = hash(digest.name, a, 'buffer');
      if (round % DIGESTS_A_TURN === 0) await new Promise(setImmediate);
    }
    derived.push(a);
    addToEachBlock(i_blocks, repeatToBlocks(a, v).subarray(0, v), v);
  }
  return Buffer.concat(derived).subarray(0, bytes);
}

/** Steps 2 and 3: repeated until whole blocks are full. */
const repeatToBlocks = (bytes: Uint8Array, v: number): Uint8Array =>
  bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / v) * v, bytes);

/** Step 6C: every block becomes itself plus `b` plus one, modulo 2^(8v). */
function addToEachBlock(blocks: Uint8Array, b: Uint8Array, v: number): void {
  for (let start = 0; start < blocks.length; start += v) {
    let carry = 1;
    for (let i = v - 1; i >= 0; i--) {
      const sum = (blocks[start + i] ?? 0) + (b[i] ?? 0) + carry;
      blocks[start + i] = sum;
      carry = sum >> 8;
    }
  }
}

/** What keytool has used since Java 16 and openssl reads; enough for a password that stands in a file beside. */
const ITERATIONS = 10_000;

/**
 * Enciphers with PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC (RFC 8018 §6.2).
 * @returns the DER `AlgorithmIdentifier` and the ciphertext
 */
export async function encryptWithPassword(
  plaintext: Uint8Array,
  password: string,
): Promise<{ readonly algorithm: Uint8Array; readonly ciphertext: Uint8Array }> {
  const salt = randomBytes(20);
  const iv = randomBytes(16);
  const key = await pbkdf2Async(password, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const derivation = derSequence(
    derOctetString(salt),
    derInteger(ITERATIONS),
    derInteger(32),
    derSequence(derObjectIdentifier(OID.hmacWithSha256), derNull()),
  );
  const algorithm = derSequence(
    derObjectIdentifier(PBES2),
    derSequence(
      derSequence(derObjectIdentifier(OID.pbkdf2), derivation),
      derSequence(derObjectIdentifier(OID.aes256Cbc), derOctetString(iv)),
    ),
  );
  return { algorithm, ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final()]) };
}

/** The DER `MacData` over `content` (RFC 7292 §4), with HMAC-SHA-256. */
export async function macData(content: Uint8Array, password: string): Promise<Uint8Array> {
  const salt = randomBytes(20);
  const key = await deriveKey(SHA256, MAC_KEY, pkcs12Password(password), salt, ITERATIONS, 32);
  const mac = createHmac('sha256', key).update(content).digest();
  return derSequence(
    derSequence(derSequence(derObjectIdentifier(HASH.sha256), derNull()), derOctetString(mac)),
    derOctetString(salt),
    derInteger(ITERATIONS),
  );
}

/** `EncryptedContentInfo` (RFC 5652 §6.1) of data under `password`. @param contentType its object identifier */
export async function encryptedContentInfo(
  contentType: string,
  plaintext: Uint8Array,
  password: string,
): Promise<Uint8Array> {
  const { algorithm, ciphertext } = await encryptWithPassword(plaintext, password);
  return derSequence(derObjectIdentifier(contentType), algorithm, der(contextTag(0, false), ciphertext));
}

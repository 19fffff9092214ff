import { createHash, type KeyObject } from 'node:crypto';
import { MalformedBer, readBer } from './ber.ts';
import {
  type KeyStoreEntry,
  KeyStoreError,
  refuseTooManyEntries,
  storedCertificate,
  storedPrivateKey,
} from './key-store-entry.ts';
import { readProtection } from './password-based-encryption.ts';

const PRIVATE_KEY_TAG = 1;
const TRUSTED_CERTIFICATE_TAG = 2;

/** The algorithm under which Sun's JKS protects its private keys. */
const SUN_KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';

const DIGEST_BYTES = 20;

/** Several times the longest RSA key in use. */
const MAX_KEY_BYTES = 65_536;

/** Reads what Java's `DataOutputStream` writes: big-endian numbers and length-prefixed strings. */
class JavaDataInput {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  take(length: number): Buffer {
    if (length > this.left) {
      throw new KeyStoreError(
        'truncated',
        `the JKS file ends after ${this.#bytes.length} bytes, where ${length} more were to be read at ${this.#offset}`,
      );
    }
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  int(): number {
    return this.take(4).readUInt32BE();
  }

  long(): bigint {
    return this.take(8).readBigInt64BE();
  }

  block(): Uint8Array {
    return this.take(this.int());
  }

  /** `writeUTF`: each UTF-16 unit of its own in one to three bytes, NUL in two. */
  utf(): string {
    const bytes = this.take(this.take(2).readUInt16BE());
    const units: number[] = [];
    for (let i = 0; i < bytes.length; ) {
      const low = (n: number): number => (bytes[i + n] ?? 0) & 0x3f;
      const lead = bytes[i] ?? 0;
      if (lead < 0x80) {
        units.push(lead);
        i += 1;
      } else if (lead < 0xe0) {
        units.push(((lead & 0x1f) << 6) | low(1));
        i += 2;
      } else {
        units.push(((lead & 0x0f) << 12) | (low(1) << 6) | low(2));
        i += 3;
      }
    }
    return units.map((unit) => String.fromCharCode(unit)).join('');
  }
}

type StoredEntry = {
  readonly alias: string;
  readonly created_at: number;
  readonly protectedKey: Uint8Array | undefined;
  readonly certificates: readonly Uint8Array[];
};

/**
 * The entries of a JKS file, versions 1 and 2, its integrity checked first.
 * @param keyPassword the password of the private keys, which JKS lets differ from the store's
 * @throws KeyStoreError
 */
export function readJks(bytes: Uint8Array, password: string, keyPassword: string): KeyStoreEntry[] {
  const input = new JavaDataInput(bytes);
  input.int();
  const version = input.int();
  if (version !== 1 && version !== 2) {
    throw new KeyStoreError('unsupported', `JKS version ${version}; 1 and 2 are known`);
  }
  const count = input.int();
  refuseTooManyEntries(count);
  const stored: StoredEntry[] = [];
  let certificates = 0;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(input, version);
    certificates += entry.certificates.length;
    refuseTooManyEntries(certificates);
    stored.push(entry);
  }
  const content = bytes.subarray(0, input.offset);
  const digest = input.take(DIGEST_BYTES);
  if (input.left > 0) {
    throw new KeyStoreError('malformed', `${input.left} bytes stand after the end of the JKS file`);
  }
  // Sun's integrity check: a plain digest of password, a fixed phrase, and the file.
  const expected = createHash('sha1')
    .update(utf16(password))
    .update('Mighty Aphrodite')
    .update(content)
    .digest();
  if (!expected.equals(digest)) {
    throw new KeyStoreError(
      'wrong-password',
      'the password does not open this JKS key store: its integrity check fails, so the password is wrong or the file was changed',
    );
  }
  return stored.map((entry) => openEntry(entry, keyPassword));
}

function readEntry(input: JavaDataInput, version: number): StoredEntry {
  const tag = input.int();
  if (tag !== PRIVATE_KEY_TAG && tag !== TRUSTED_CERTIFICATE_TAG) {
    throw new KeyStoreError('malformed', `a JKS entry of kind ${tag}; 1 and 2 are known`);
  }
  const alias = input.utf();
  const created_at = Number(input.long());
  const certificate = (): Uint8Array => {
    const type = version === 2 ? input.utf() : 'X.509';
    if (type === 'X.509') return input.block();
    throw new KeyStoreError(
      'unsupported',
      `entry "${alias}" holds a certificate of type ${JSON.stringify(type)}`,
    );
  };
  if (tag === TRUSTED_CERTIFICATE_TAG) {
    return { alias, created_at, protectedKey: undefined, certificates: [certificate()] };
  }
  const protectedKey = input.block();
  const length = input.int();
  refuseTooManyEntries(length);
  return { alias, created_at, protectedKey, certificates: Array.from({ length }, certificate) };
}

function openEntry(
  { alias, created_at, protectedKey, certificates }: StoredEntry,
  password: string,
): KeyStoreEntry {
  const chain = certificates.map((der) => storedCertificate(der, `entry "${alias}"`));
  if (protectedKey !== undefined) {
    return { kind: 'private-key', alias, privateKey: openPrivateKey(protectedKey, alias, password), chain };
  }
  const [certificate] = chain;
  if (certificate === undefined) throw new KeyStoreError('malformed', `entry "${alias}" has no certificate`);
  return { kind: 'trusted-certificate', alias, certificate, created_at };
}

/** Undoes Sun's key protector: salt, key XOR a chain of SHA-1 digests, and a digest of password and key. */
function openPrivateKey(encoded: Uint8Array, alias: string, password: string): KeyObject {
  const enciphered = readProtectedKey(encoded, alias);
  if (enciphered.length < 2 * DIGEST_BYTES || enciphered.length > MAX_KEY_BYTES) {
    throw new KeyStoreError(
      'malformed',
      `the private key of entry "${alias}" is ${enciphered.length} bytes long`,
    );
  }
  const secret = utf16(password);
  const key = Buffer.from(enciphered.subarray(DIGEST_BYTES, -DIGEST_BYTES));
  let mask: Uint8Array = enciphered.subarray(0, DIGEST_BYTES);
  for (let i = 0; i < key.length; i++) {
    if (i % DIGEST_BYTES === 0) mask = createHash('sha1').update(secret).update(mask).digest();
    key[i] = (key[i] ?? 0) ^ (mask[i % DIGEST_BYTES] ?? 0);
  }
  const check = createHash('sha1').update(secret).update(key).digest();
  if (!check.equals(enciphered.subarray(-DIGEST_BYTES))) {
    throw new KeyStoreError(
      'wrong-password',
      `the private key of entry "${alias}" is protected by another password than the one given`,
    );
  }
  return storedPrivateKey(key, alias);
}

function readProtectedKey(encoded: Uint8Array, alias: string): Uint8Array {
  try {
    const members = readBer(encoded).members();
    const { oid } = readProtection(members.next());
    if (oid === SUN_KEY_PROTECTOR) return members.next().octets();
    throw new KeyStoreError(
      'unsupported',
      `the private key of entry "${alias}" is protected by algorithm ${oid}`,
    );
  } catch (cause) {
    if (!(cause instanceof MalformedBer)) throw cause;
    throw new KeyStoreError('malformed', `the private key of entry "${alias}": ${cause.message}`, { cause });
  }
}

const utf16 = (password: string): Uint8Array => Buffer.from(password, 'utf16le').swap16();

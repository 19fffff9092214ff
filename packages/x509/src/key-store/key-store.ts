import { adviceFor, type Format, formatOf, nameOfFormat } from '../foreign-format.ts';
import { textOf } from '../text-of-bytes.ts';
import { readJks } from './jks.ts';
import { type KeyStoreEntry, KeyStoreError, type PrivateKeyEntry, sameAlias } from './key-store-entry.ts';
import { readPem } from './pem-key-store.ts';
import { readPkcs12 } from './pkcs12.ts';

export {
  entryCertificate,
  type KeyStoreEntry,
  KeyStoreError,
  type KeyStoreFault,
  type PrivateKeyEntry,
  type TrustedCertificateEntry,
} from './key-store-entry.ts';

/** The formats a key store may have, by the names Java gives them, and PEM. */
export type KeyStoreType = 'JKS' | 'PKCS12' | 'PEM';

/** Key stores of other programs. */
const UNSUPPORTED = new Set<Format>(['JCEKS', 'BCFKS', 'BKS', 'UBER', 'PVK', 'SST', 'SQLite']);

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Tells a key store's format by its bytes, for its name proves nothing: keytool has written PKCS#12 into
 * `.jks` files since Java 9.
 * @throws KeyStoreError when the bytes are no key store at all
 */
export function detectKeyStoreType(bytes: Uint8Array): KeyStoreType {
  if (bytes.length === 0) throw new KeyStoreError('truncated', 'the key store is an empty file');
  const format = formatOf(bytes);
  if (format === 'JKS') return 'JKS';
  if (format === 'PKCS#12') return 'PKCS12';
  if (format !== undefined) {
    throw new KeyStoreError(
      UNSUPPORTED.has(format) ? 'unsupported' : 'malformed',
      `this is ${nameOfFormat(format)}, which is not read as a key store; ${adviceFor(format, 'keyStore')}`,
    );
  }
  if (bytes[0] === 0x30) return 'PKCS12';
  if (textOf(bytes).includes('-----BEGIN')) return 'PEM';
  throw new KeyStoreError(
    'malformed',
    `not a key store: it begins with ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}, as neither JKS, PKCS#12 nor PEM does`,
  );
}

/** Whether bytes are a key store, of a type that is read or not, and not certificates themselves; PEM is not. */
export function isKeyStore(bytes: Uint8Array): boolean {
  const format = formatOf(bytes);
  return format !== undefined && (format === 'JKS' || format === 'PKCS#12' || UNSUPPORTED.has(format));
}

/**
 * Reads a key store of any known format: JKS, PKCS#12 with old and new encryption, or PEM.
 * @param bytes the whole file
 * @param password the store's password; PEM needs it for encrypted private keys alone
 * @param keyPassword the password of the private keys, where it differs from the store's
 * @returns the entries; none for an empty store
 * @throws KeyStoreError and nothing else
 */
export async function readKeyStore(
  bytes: Uint8Array,
  password: string,
  keyPassword: string = password,
): Promise<readonly KeyStoreEntry[]> {
  if (bytes.length > MAX_BYTES) {
    throw new KeyStoreError('malformed', `a key store of ${bytes.length} bytes; ${MAX_BYTES} is the most`);
  }
  switch (detectKeyStoreType(bytes)) {
    case 'JKS':
      return readJks(bytes, password, keyPassword);
    case 'PKCS12':
      return readPkcs12(bytes, password, keyPassword);
    case 'PEM':
      return readPem(textOf(bytes), keyPassword);
  }
}

/**
 * The private key under `alias`, in any case, with a chain that begins with the key's own certificate.
 * @throws KeyStoreError naming the aliases that exist, or what is wrong with the entry
 */
export function privateKeyEntry(entries: readonly KeyStoreEntry[], alias: string): PrivateKeyEntry {
  const named = entries.filter((entry) => sameAlias(entry.alias, alias));
  const entry = named.find(({ kind }) => kind === 'private-key');
  if (entry?.kind !== 'private-key') {
    const [other] = named;
    throw other === undefined
      ? new KeyStoreError('no-such-alias', `no entry "${alias}"; the key store holds ${listed(entries)}`)
      : new KeyStoreError(
          'not-a-private-key',
          `entry "${alias}" is a trusted certificate, not a private key; the key store holds ${listed(entries)}`,
        );
  }
  const [own] = entry.chain;
  if (own === undefined || !own.x509.checkPrivateKey(entry.privateKey)) {
    throw new KeyStoreError(
      'key-mismatch',
      own === undefined
        ? `the private key "${entry.alias}" stands without its certificate`
        : `the certificate of entry "${entry.alias}" is not that of its private key`,
    );
  }
  return entry;
}

function listed(entries: readonly KeyStoreEntry[]): string {
  if (entries.length === 0) return 'no entries';
  const shown = entries.slice(0, 20).map(({ alias, kind }) => `"${alias}" (${kind.replace('-', ' ')})`);
  const more = entries.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Certificate, MalformedCertificate } from '../certificate.ts';

/** A certificate that stands alone: trusted, by the store's convention. */
export type TrustedCertificateEntry = {
  readonly kind: 'trusted-certificate';
  readonly alias: string;
  readonly certificate: Certificate;
  /** Milliseconds since the epoch, where the store records it. */
  readonly created_at?: number;
};

/** A private key with its certificates. */
export type PrivateKeyEntry = {
  readonly kind: 'private-key';
  readonly alias: string;
  readonly privateKey: KeyObject;
  /** The key's own certificate first, each next one the issuer of the one before. */
  readonly chain: readonly Certificate[];
};

/** An entry of a key store; aliases are unique but for letter case. */
export type KeyStoreEntry = TrustedCertificateEntry | PrivateKeyEntry;

/** The certificate an entry stands for: the one trusted, or the key's own; undefined for a key without one. */
export const entryCertificate = (entry: KeyStoreEntry): Certificate | undefined =>
  entry.kind === 'trusted-certificate' ? entry.certificate : entry.chain[0];

/** Why a key store, or an entry of it, cannot be used. */
export type KeyStoreFault =
  | 'wrong-password'
  | 'truncated'
  | 'malformed'
  | 'unsupported'
  | 'no-such-alias'
  | 'not-a-private-key'
  | 'key-mismatch'
  | 'duplicate-alias';

/** Thrown by everything that reads or writes key stores. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
  readonly reason: KeyStoreFault;

  constructor(reason: KeyStoreFault, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}

/** How many entries and chain certificates are read from one store before it is refused as malformed. */
const MAX_ENTRIES = 10_000;

/** @throws KeyStoreError when `count` is more than any honest store holds */
export function refuseTooManyEntries(count: number): void {
  if (count <= MAX_ENTRIES) return;
  throw new KeyStoreError('malformed', `the store claims more than ${MAX_ENTRIES} entries`);
}

/** keytool writes aliases in lower case and finds them in any case. */
export const sameAlias = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * A certificate found in a store, its bytes copied so that the store itself can be forgotten.
 * @throws KeyStoreError
 */
export function storedCertificate(der: Uint8Array, owner: string): Certificate {
  try {
    return Certificate.fromDer(new Uint8Array(der));
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new KeyStoreError('malformed', `the certificate of ${owner}: ${cause.message}`, { cause });
  }
}

/** A private key from its PKCS#8 DER. @throws KeyStoreError */
export function storedPrivateKey(pkcs8: Uint8Array, alias: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new KeyStoreError(
      'malformed',
      `the private key of entry "${alias}" is not one that OpenSSL can use`,
      {
        cause,
      },
    );
  }
}

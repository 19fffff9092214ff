import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { contextTag } from '../der.ts';
import {
  der,
  derBmpString,
  derInteger,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
} from '../der-encoding.ts';
import { KEY_PURPOSE } from '../object-identifiers.ts';
import { type KeyStoreEntry, KeyStoreError, type PrivateKeyEntry } from './key-store-entry.ts';
import { encryptedContentInfo, encryptWithPassword, macData } from './password-based-encryption.ts';
import { BAG, BAG_ATTRIBUTE, CONTENT_TYPE, X509_CERTIFICATE } from './pkcs12-oids.ts';

/**
 * Writes a PKCS#12 file (RFC 7292) laid out as keytool lays it out, so that keytool finds every entry again
 * under its alias: PBES2 with AES-256-CBC and HMAC-SHA-256 throughout, and a MAC with SHA-256.
 * @param entries none makes an empty store, into which keytool imports
 * @param password protects the store and its private keys alike
 * @throws KeyStoreError duplicate-alias when two entries differ at most in case, as keytool would keep one;
 *   key-mismatch when a private key has no certificate
 */
export async function writePkcs12(entries: readonly KeyStoreEntry[], password: string): Promise<Uint8Array> {
  refuseDuplicateAliases(entries);
  const contents: Uint8Array[] = [];
  const keys = entries.filter((entry) => entry.kind === 'private-key');
  if (keys.length > 0) {
    const bags = await Promise.all(keys.map((entry) => shroudedKeyBag(entry, password)));
    contents.push(contentInfo(CONTENT_TYPE.data, derOctetString(derSequence(...bags))));
  }
  if (entries.length > 0) {
    const encrypted = await encryptedContentInfo(CONTENT_TYPE.data, certificateBags(entries), password);
    contents.push(contentInfo(CONTENT_TYPE.encryptedData, derSequence(derInteger(0), encrypted)));
  }
  const authenticatedSafe = derSequence(...contents);
  return derSequence(
    derInteger(3),
    contentInfo(CONTENT_TYPE.data, derOctetString(authenticatedSafe)),
    await macData(authenticatedSafe, password),
  );
}

function refuseDuplicateAliases(entries: readonly KeyStoreEntry[]): void {
  const seen = new Map<string, string>();
  for (const { alias } of entries) {
    const other = seen.get(alias.toLowerCase());
    if (other !== undefined) {
      throw new KeyStoreError('duplicate-alias', `two entries are called "${other}" and "${alias}"`);
    }
    seen.set(alias.toLowerCase(), alias);
  }
}

async function shroudedKeyBag(entry: PrivateKeyEntry, password: string): Promise<Uint8Array> {
  const pkcs8 = entry.privateKey.export({ format: 'der', type: 'pkcs8' });
  const { algorithm, ciphertext } = await encryptWithPassword(pkcs8, password);
  return bag(BAG.shroudedKey, derSequence(algorithm, derOctetString(ciphertext)), [
    friendlyName(entry.alias),
    localKeyId(ownCertificate(entry)),
  ]);
}

function ownCertificate({ alias, chain }: PrivateKeyEntry): Certificate {
  const [own] = chain;
  if (own !== undefined) return own;
  throw new KeyStoreError('key-mismatch', `the private key "${alias}" stands without its certificate`);
}

/** Every certificate of every entry; those that issued others, once each and without a name. */
function certificateBags(entries: readonly KeyStoreEntry[]): Uint8Array {
  const issuers = new Map<string, Certificate>();
  const named = entries.map((entry) => {
    if (entry.kind === 'trusted-certificate') {
      return certificateBag(entry.certificate, [friendlyName(entry.alias), trustedForAll()]);
    }
    const own = ownCertificate(entry);
    for (const issuer of entry.chain.slice(1)) issuers.set(issuer.thumbprint, issuer);
    return certificateBag(own, [friendlyName(entry.alias), localKeyId(own)]);
  });
  return derSequence(...named, ...Array.from(issuers.values(), (issuer) => certificateBag(issuer, [])));
}

const certificateBag = (certificate: Certificate, attributes: readonly Uint8Array[]): Uint8Array =>
  bag(
    BAG.certificate,
    derSequence(
      derObjectIdentifier(X509_CERTIFICATE),
      der(contextTag(0, true), derOctetString(certificate.der)),
    ),
    attributes,
  );

const bag = (bagId: string, value: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array =>
  derSequence(
    derObjectIdentifier(bagId),
    der(contextTag(0, true), value),
    ...(attributes.length > 0 ? [derSet(...attributes)] : []),
  );

const contentInfo = (contentType: string, content: Uint8Array): Uint8Array =>
  derSequence(derObjectIdentifier(contentType), der(contextTag(0, true), content));

const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  derSequence(derObjectIdentifier(oid), derSet(value));

const friendlyName = (alias: string): Uint8Array =>
  attribute(BAG_ATTRIBUTE.friendlyName, derBmpString(alias));

/** Ties a key to its certificate; any octets do, and the certificate's SHA-1 is what openssl writes. */
const localKeyId = (certificate: Certificate): Uint8Array =>
  attribute(BAG_ATTRIBUTE.localKeyId, derOctetString(createHash('sha1').update(certificate.der).digest()));

const trustedForAll = (): Uint8Array =>
  attribute(BAG_ATTRIBUTE.trustedKeyUsage, derObjectIdentifier(KEY_PURPOSE.anyExtendedKeyUsage));

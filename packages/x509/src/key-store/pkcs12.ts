import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { contextTag, TAG } from '../der.ts';
import { type BerValue, MalformedBer, readBer } from './ber.ts';
import { CertificatesByPublicKey } from './certificates-by-public-key.ts';
import { Issuers } from './issuers.ts';
import {
  type KeyStoreEntry,
  KeyStoreError,
  refuseTooManyEntries,
  storedCertificate,
  storedPrivateKey,
} from './key-store-entry.ts';
import {
  DerivationBudget,
  decryptWithPassword,
  PasswordMac,
  readProtection,
} from './password-based-encryption.ts';
import { BAG, BAG_ATTRIBUTE, CONTENT_TYPE, X509_CERTIFICATE } from './pkcs12-oids.ts';

type Attributes = {
  readonly friendlyName: string | undefined;
  readonly localKeyId: string | undefined;
  readonly trusted: boolean;
};

type KeyBag = { readonly attributes: Attributes; readonly privateKey: KeyObject };
type CertificateBag = { readonly attributes: Attributes; readonly certificate: Certificate };

const WRITE_ANEW =
  'write it anew: "openssl pkcs12 -in FILE -nodes -out ALL.pem", then "openssl pkcs12 -export -in ALL.pem -out NEW.p12", and delete ALL.pem';

/**
 * The entries of a PKCS#12 file (RFC 7292), its integrity checked first when it carries a check.
 *
 * A certificate that Java marked is a trusted entry. One without the mark, as openssl writes them, belongs to
 * the chain of a private key; only in a store without private keys is it a trusted entry as well, for there
 * it can mean nothing else.
 * @param keyPassword the password of the private keys, should it differ from the store's
 * @throws KeyStoreError
 */
export async function readPkcs12(
  bytes: Uint8Array,
  password: string,
  keyPassword: string,
): Promise<KeyStoreEntry[]> {
  try {
    const reader = new Pkcs12Reader(password, keyPassword);
    await reader.readPfx(readBer(bytes));
    return reader.entries();
  } catch (cause) {
    if (cause instanceof KeyStoreError && cause.reason === 'unsupported') {
      throw new KeyStoreError('unsupported', `${cause.message}; ${WRITE_ANEW}`, { cause });
    }
    if (!(cause instanceof MalformedBer)) throw cause;
    throw new KeyStoreError(
      cause.truncated ? 'truncated' : 'malformed',
      cause.truncated
        ? `the PKCS#12 file is cut short after ${bytes.length} bytes: ${cause.message}`
        : `not a well-formed PKCS#12 file: ${cause.message}`,
      { cause },
    );
  }
}

class Pkcs12Reader {
  readonly #password: string;
  readonly #keyPassword: string;
  readonly #budget = new DerivationBudget();
  readonly #keys: KeyBag[] = [];
  readonly #certificates: CertificateBag[] = [];
  /** True once a password-protected part has opened, so that a later failure has another cause. */
  #passwordProved = false;

  constructor(password: string, keyPassword: string) {
    this.#password = password;
    this.#keyPassword = keyPassword;
  }

  async readPfx(pfx: BerValue): Promise<void> {
    const members = pfx.members();
    const version = members.next().count();
    if (version !== 3) throw new KeyStoreError('malformed', `PKCS#12 version ${version}; expected 3`);
    const authSafe = members.next().members();
    const contentType = authSafe.next().objectIdentifier();
    if (contentType !== CONTENT_TYPE.data) {
      throw new KeyStoreError(
        'unsupported',
        contentType === CONTENT_TYPE.signedData
          ? 'the PKCS#12 file is protected by a signature (public-key integrity), not by a password'
          : `the PKCS#12 file holds content of type ${contentType}`,
      );
    }
    const content = explicit(authSafe.next()).octets();
    if (!members.atEnd) await this.#checkIntegrity(content, new PasswordMac(members.next()));
    for (const info of readBer(content).members()) await this.#readContentInfo(info);
  }

  async #checkIntegrity(content: Uint8Array, mac: PasswordMac): Promise<void> {
    if (!(await mac.verifies(content, this.#password, this.#budget))) {
      throw new KeyStoreError(
        'wrong-password',
        'the password does not open this PKCS#12 key store: its integrity check fails, so the password is wrong or the file was changed',
      );
    }
    this.#passwordProved = true;
  }

  async #readContentInfo(info: BerValue): Promise<void> {
    const members = info.members();
    const contentType = members.next().objectIdentifier();
    const content = explicit(members.next());
    if (contentType === CONTENT_TYPE.data) {
      await this.#readSafeContents(readBer(content.octets()));
      return;
    }
    if (contentType !== CONTENT_TYPE.encryptedData) {
      throw new KeyStoreError(
        'unsupported',
        contentType === CONTENT_TYPE.envelopedData
          ? 'a part of the PKCS#12 file is enciphered for a public key, not under a password'
          : `a part of the PKCS#12 file is of type ${contentType}`,
      );
    }
    const encryptedData = content.members();
    encryptedData.next();
    const encrypted = encryptedData.next().members();
    encrypted.next();
    const algorithm = readProtection(encrypted.next());
    const ciphertext = encrypted.next().octets(contextTag(0, false));
    const what = 'a part of the PKCS#12 file';
    const plaintext = await decryptWithPassword(algorithm, ciphertext, this.#password, this.#budget, what);
    if (plaintext === undefined) throw this.#undecipherable(what);
    try {
      await this.#readSafeContents(readBer(plaintext));
    } catch (cause) {
      // Garbage whose last bytes happen to look like padding.
      if (cause instanceof MalformedBer && !this.#passwordProved) throw this.#undecipherable(what);
      throw cause;
    }
  }

  #undecipherable(what: string): KeyStoreError {
    return this.#passwordProved
      ? new KeyStoreError('malformed', `${what} cannot be deciphered, though the password is right`)
      : new KeyStoreError('wrong-password', `the password does not decipher ${what}`);
  }

  async #readSafeContents(safeContents: BerValue): Promise<void> {
    for (const bag of safeContents.members()) await this.#readBag(bag);
  }

  async #readBag(bag: BerValue): Promise<void> {
    const members = bag.members();
    const bagId = members.next().objectIdentifier();
    const value = explicit(members.next());
    const attributes = readAttributes(members.optional(TAG.set));
    refuseTooManyEntries(this.#keys.length + this.#certificates.length + 1);
    switch (bagId) {
      case BAG.certificate:
        this.#readCertificateBag(value, attributes);
        break;
      case BAG.key:
        this.#keys.push({ attributes, privateKey: storedPrivateKey(value.encoded, nameOf(attributes)) });
        break;
      case BAG.shroudedKey:
        await this.#readShroudedKeyBag(value, attributes);
        break;
      case BAG.safeContents:
        await this.#readSafeContents(value);
        break;
      default:
      // CRLs and secrets are neither certificates nor private keys.
    }
  }

  #readCertificateBag(value: BerValue, attributes: Attributes): void {
    const members = value.members();
    if (members.next().objectIdentifier() !== X509_CERTIFICATE) return;
    const der = explicit(members.next()).octets();
    const certificate = storedCertificate(der, `entry "${nameOf(attributes)}"`);
    this.#certificates.push({ attributes, certificate });
  }

  async #readShroudedKeyBag(value: BerValue, attributes: Attributes): Promise<void> {
    const members = value.members();
    const algorithm = readProtection(members.next());
    const ciphertext = members.next().octets();
    const name = nameOf(attributes);
    const what = `the private key of entry "${name}"`;
    const pkcs8 = await decryptWithPassword(algorithm, ciphertext, this.#keyPassword, this.#budget, what);
    if (pkcs8 === undefined) {
      throw new KeyStoreError(
        'wrong-password',
        `${what} is protected by another password than the one given`,
      );
    }
    this.#keys.push({ attributes, privateKey: storedPrivateKey(pkcs8, name) });
  }

  entries(): KeyStoreEntry[] {
    const aliasOf = aliases();
    const certificates = this.#certificates.map(({ certificate }) => certificate);
    const issuers = new Issuers(certificates);
    const byPublicKey = new CertificatesByPublicKey(certificates);
    const byKeyId = new Map(
      this.#certificates.map(({ attributes, certificate }) => [attributes.localKeyId, certificate]),
    );
    byKeyId.delete(undefined);
    const keys = this.#keys.map(
      ({ attributes, privateKey }): KeyStoreEntry => ({
        kind: 'private-key',
        alias: aliasOf(attributes),
        privateKey,
        chain: issuers.chain(byKeyId.get(attributes.localKeyId) ?? byPublicKey.get(privateKey)),
      }),
    );
    const trusted = this.#certificates
      .filter(({ attributes }) => attributes.trusted || keys.length === 0)
      .map(
        ({ attributes, certificate }): KeyStoreEntry => ({
          kind: 'trusted-certificate',
          alias: aliasOf(attributes),
          certificate,
        }),
      );
    return [...keys, ...trusted];
  }
}

/** What an explicit `[0]` holds. */
const explicit = (value: BerValue): BerValue => value.members(contextTag(0, true)).next();

function readAttributes(set: BerValue | undefined): Attributes {
  const values = new Map<string, BerValue | undefined>();
  for (const attribute of set?.members(TAG.set) ?? []) {
    const members = attribute.members();
    const oid = members.next().objectIdentifier();
    const [value] = members.next().members(TAG.set);
    values.set(oid, value);
  }
  const localKeyId = values.get(BAG_ATTRIBUTE.localKeyId)?.octets();
  return {
    friendlyName: readFriendlyName(values.get(BAG_ATTRIBUTE.friendlyName)),
    localKeyId: localKeyId === undefined ? undefined : Buffer.from(localKeyId).toString('hex'),
    trusted: values.has(BAG_ATTRIBUTE.trustedKeyUsage),
  };
}

/** A BMPString; UTF8String is what some writers put instead. */
function readFriendlyName(value: BerValue | undefined): string | undefined {
  if (value === undefined || value.content.length === 0) return undefined;
  const { tag, content } = value;
  if (tag === TAG.utf8String) return Buffer.from(content).toString('utf8');
  if (tag !== TAG.bmpString || content.length % 2 !== 0) {
    throw new MalformedBer('a friendlyName that is no BMPString');
  }
  return Buffer.from(content).swap16().toString('utf16le');
}

const nameOf = ({ friendlyName, localKeyId }: Attributes): string => friendlyName ?? localKeyId ?? 'unnamed';

/**
 * Gives every entry an alias no other has: its friendlyName, numbered when it is not the first of that name,
 * or a number alone, as Java does for entries without a name.
 */
function aliases(): (attributes: Attributes) => string {
  const given = new Map<string, number>();
  let unnamed = 0;
  return ({ friendlyName }) => {
    if (friendlyName === undefined) {
      unnamed += 1;
      return String(unnamed);
    }
    const key = friendlyName.toLowerCase();
    const times = (given.get(key) ?? 0) + 1;
    given.set(key, times);
    return times === 1 ? friendlyName : `${friendlyName} (${times})`;
  };
}

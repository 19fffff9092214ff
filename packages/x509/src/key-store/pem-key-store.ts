import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Certificate, MalformedCertificate } from '../certificate.ts';
import {
  isCertificateBlock,
  isPrivateKeyLabel,
  MalformedPem,
  type PemBlock,
  pemBlockBytes,
  pemBlockCertificate,
  readPemBlocks,
  refuseTrustedCertificates,
} from '../pem.ts';
import { MalformedBer, readBer } from './ber.ts';
import { CertificatesByPublicKey } from './certificates-by-public-key.ts';
import { Issuers } from './issuers.ts';
import {
  type KeyStoreEntry,
  KeyStoreError,
  refuseTooManyEntries,
  storedPrivateKey,
} from './key-store-entry.ts';
import { DerivationBudget, decryptWithPassword, readProtection } from './password-based-encryption.ts';

const ENCIPHER_ANEW =
  'write the key anew with "openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW.pem" and put its certificates beside it';

/**
 * The entries of a PEM text. A private key takes as its chain the certificate of its public key and the
 * issuers that stand in the text; every other certificate is a trusted entry.
 * Aliases are the `friendlyName` openssl writes above a block, else `private-key-1`, `certificate-1` and on.
 * @param password opens encrypted private keys
 * @throws KeyStoreError
 */
export async function readPem(text: string, password: string): Promise<KeyStoreEntry[]> {
  try {
    const blocks = readPemBlocks(text);
    refuseTooManyEntries(blocks.length);
    refuseTrustedCertificates(blocks);
    return await entriesOf(blocks, password);
  } catch (cause) {
    if (cause instanceof KeyStoreError && cause.reason === 'unsupported') {
      throw new KeyStoreError('unsupported', `${cause.message}; ${ENCIPHER_ANEW}`, { cause });
    }
    if (!(cause instanceof MalformedCertificate)) throw cause;
    const truncated = cause instanceof MalformedPem && cause.truncated;
    throw new KeyStoreError(truncated ? 'truncated' : 'malformed', cause.message, { cause });
  }
}

async function entriesOf(blocks: readonly PemBlock[], password: string): Promise<KeyStoreEntry[]> {
  const placed = blocks
    .filter(isCertificateBlock)
    .map((block): Placed => ({ block, certificate: pemBlockCertificate(block) }));
  const keyBlocks = blocks.filter(({ label }) => isPrivateKeyLabel(label));
  if (placed.length + keyBlocks.length === 0) {
    throw new KeyStoreError('malformed', 'the PEM text holds neither a certificate nor a private key');
  }
  const certificates = placed.map(({ certificate }) => certificate);
  const owners = new CertificatesByPublicKey(certificates);
  const issuers = new Issuers(certificates);
  const budget = new DerivationBudget();
  const chained = new Set<Certificate>();
  const entries: KeyStoreEntry[] = [];
  for (const [index, block] of keyBlocks.entries()) {
    const privateKey = await readPrivateKey(block, password, budget);
    const chain = issuers.chain(owners.get(privateKey));
    for (const certificate of chain) chained.add(certificate);
    const alias = friendlyName(block) ?? `private-key-${index + 1}`;
    entries.push({ kind: 'private-key', alias, privateKey, chain });
  }
  for (const [index, { block, certificate }] of placed.entries()) {
    if (chained.has(certificate)) continue;
    const alias = friendlyName(block) ?? `certificate-${index + 1}`;
    entries.push({ kind: 'trusted-certificate', alias, certificate });
  }
  return entries;
}

type Placed = { readonly block: PemBlock; readonly certificate: Certificate };

async function readPrivateKey(
  block: PemBlock,
  password: string,
  budget: DerivationBudget,
): Promise<KeyObject> {
  if (block.label !== 'ENCRYPTED PRIVATE KEY') return readPlainOrLegacyPrivateKey(block, password);
  // Not left to OpenSSL, which would run through whatever iteration count the file names.
  const what = `${block.place}: the private key`;
  try {
    const members = readBer(pemBlockBytes(block)).members();
    const algorithm = readProtection(members.next());
    const pkcs8 = await decryptWithPassword(algorithm, members.next().octets(), password, budget, what);
    if (pkcs8 !== undefined) return storedPrivateKey(pkcs8, block.place);
  } catch (cause) {
    if (!(cause instanceof MalformedBer)) throw cause;
    throw new KeyStoreError('malformed', `${what}: ${cause.message}`, { cause });
  }
  throw new KeyStoreError('wrong-password', `${what} is not opened by the password given`);
}

function readPlainOrLegacyPrivateKey(block: PemBlock, password: string): KeyObject {
  const encrypted = block.body.includes('ENCRYPTED');
  try {
    return createPrivateKey(
      encrypted
        ? { key: block.text, format: 'pem', passphrase: password }
        : { key: block.text, format: 'pem' },
    );
  } catch (cause) {
    throw new KeyStoreError(
      encrypted ? 'wrong-password' : 'malformed',
      encrypted
        ? `${block.place}: the private key is not opened by the password given`
        : `${block.place}: not a private key that OpenSSL can use`,
      { cause },
    );
  }
}

const friendlyName = ({ preamble }: PemBlock): string | undefined =>
  /^[ \t]*friendlyName: (.{1,256}?)\r?$/m.exec(preamble)?.[1];

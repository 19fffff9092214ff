import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { certificateToPem, serverKeyUse } from '@countersign/x509';
import {
  type KeyStoreEntry,
  type PrivateKeyEntry,
  privateKeyEntry,
  readKeyStore,
} from '@countersign/x509/key-store';
import type { Deployment } from './deployment.ts';

/** What `[keystore.primary]` says. */
export type PrimaryKeystore = Deployment['keystore']['primary'];

/**
 * The server's key out of the bytes of the file that names it: of the key store, or of `certificate_file`, beside which
 * `key_file` is read.
 * @throws Error that says why there is none to be used
 */
export async function readServerKey(bytes: Uint8Array, primary: PrimaryKeystore): Promise<PrivateKeyEntry> {
  const { password, key_password, alias, type } = primary;
  if (primary.certificate_file !== undefined) return usableServerKey(await readPair(bytes, primary));
  return usableServerKey(entryOf(await readKeyStore(bytes, password, key_password), alias, type));
}

/** The entry under `alias`; of a PEM file, which has no aliases of its own, its only key as well. */
function entryOf(
  entries: readonly KeyStoreEntry[],
  alias: string,
  type: PrimaryKeystore['type'],
): PrivateKeyEntry {
  const [only, ...others] = entries.filter(({ kind }) => kind === 'private-key');
  const unnamed = type === 'PEM' && only !== undefined && others.length === 0;
  return privateKeyEntry(entries, unnamed ? only.alias : alias);
}

type Pair = PrimaryKeystore & { readonly certificate_file: string };

async function readPair(
  bytes: Uint8Array,
  { certificate_file, key_file, key_password }: Pair,
): Promise<PrivateKeyEntry> {
  const certificates = await readKeyStore(bytes, key_password);
  if (certificates.length === 0) throw new TypeError('it holds no certificate');
  const { content, privateKey } = await readKeyFile(key_file, key_password);
  const together = await readKeyStore(Buffer.concat([bytes, Buffer.from('\n'), content]), key_password);
  for (const entry of together) {
    if (entry.kind !== 'private-key' || entry.chain.length === 0) continue;
    if (entry.privateKey.equals(privateKey)) return { ...entry, alias: certificate_file };
  }
  throw new TypeError(
    `the private key in ${key_file} is that of no certificate in it; where both are being replaced, it is looked at again`,
  );
}

/** @throws Error that names the file */
async function readKeyFile(file: string, password: string) {
  try {
    const content = await readFile(file);
    const keys = (await readKeyStore(content, password)).filter((entry) => entry.kind === 'private-key');
    const [key, ...others] = keys;
    if (key === undefined) throw new TypeError('it holds no private key');
    if (others.length > 0) throw new TypeError(`it holds ${keys.length} private keys, not one`);
    return { content, privateKey: key.privateKey };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`its private key, ${file}: ${reason}`, { cause });
  }
}

const publicKeyOf = ({ chain, alias }: PrivateKeyEntry) => {
  const [own] = chain;
  if (own === undefined) throw new TypeError(`"${alias}" has a key and no certificate`);
  if (own.keyObject === undefined) {
    throw new TypeError(
      `the certificate of "${alias}" has a key of a kind that the TLS library does not know`,
    );
  }
  return own.keyObject;
};

/**
 * The server's key, once it is known that handshakes can be made with it.
 * @throws TypeError that says why none can
 */
export function usableServerKey(entry: PrivateKeyEntry): PrivateKeyEntry {
  const use = serverKeyUse(publicKeyOf(entry));
  if (use.peers === 'none') {
    throw new TypeError(`no peer can use the key of "${entry.alias}", ${use.key}: ${use.why}`);
  }
  try {
    createSecureContext({
      key: entry.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      cert: entry.chain.map(certificateToPem).join(''),
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`TLS does not take the key and certificate of "${entry.alias}": ${why}`, { cause });
  }
  return entry;
}

/** What an operator should know of a server's key that only some peers can use, or undefined. */
export function serverKeyWarning(entry: PrivateKeyEntry): string | undefined {
  const use = serverKeyUse(publicKeyOf(entry));
  return use.peers === 'some' ? `its key is ${use.key}: ${use.but}` : undefined;
}

import { createSecureContext } from 'node:tls';
import { certificateToPem, serverKeyUse } from '@countersign/x509';
import type { PrivateKeyEntry } from '@countersign/x509/key-store';

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

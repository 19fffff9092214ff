import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { KeyManagementAlgorithm } from '../client/client-encryption.ts';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import { type KeyRingStore, withMissingKeys } from './missing-keys.ts';
import {
  DECRYPTION_ALGORITHMS,
  type DecryptionAlgorithm,
  isDecryptionKey,
  openServerKey,
} from './server-key.ts';

/** A decryption key as the JWK Set shows it. It names no `alg`: an RSA key serves two. */
export type DecryptionJwk = JsonWebKey & { readonly kid: string; readonly use: 'enc' };

/**
 * The decryption keys of this deployment: what clients encrypt their request objects to. Of each kind one is published;
 * those before it still open what was encrypted to them, until they are removed as retired signing keys are.
 */
export type DecryptionKeys = {
  /** Those to encrypt to. The first to be asked makes them. */
  published(): Promise<readonly DecryptionJwk[]>;
  /** Those that a JWE with this header may be meant for: the named one, or where none is named the published one. */
  meantBy(alg: KeyManagementAlgorithm, kid: string | undefined): Promise<readonly KeyObject[]>;
};

type OpenedKey = {
  readonly alg: DecryptionAlgorithm;
  readonly isActive: boolean;
  readonly privateKey: KeyObject;
  readonly jwk: DecryptionJwk;
};

/** Of each kind one that is published. */
const KINDS = DECRYPTION_ALGORITHMS.map((alg) => ({ alg, state: 'active' }) as const);

const kindOf = (alg: KeyManagementAlgorithm): DecryptionAlgorithm =>
  alg.startsWith('RSA') ? 'RSA-OAEP-256' : 'ECDH-ES';

/**
 * Keeps decryption keys open, and makes those that are missing: not before somebody looks for them, since most
 * deployments have nothing to decrypt.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @param isReached whether there is a database to look into; while there is none those that are known serve
 */
export function createDecryptionKeys(
  store: KeyRingStore,
  encryptionKey: Uint8Array,
  registry: RegistryState,
  clock: Clock,
  isReached: () => boolean,
): DecryptionKeys {
  let held: { readonly version: number; readonly keys: Promise<readonly OpenedKey[]> } | undefined;
  const opened = (): Promise<readonly OpenedKey[]> => {
    const version = registry.lastChange('signing key');
    if (held && ((held.version === version && registry.isCurrent()) || !isReached())) return held.keys;
    const keys = withMissingKeys(store, KINDS, encryptionKey, clock).then((stored) =>
      stored.filter(isDecryptionKey).map((key): OpenedKey => {
        const { privateKey, publicKey } = openServerKey(key, encryptionKey);
        const jwk: DecryptionJwk = { ...publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'enc' };
        return { alg: key.alg, isActive: key.state === 'active', privateKey, jwk };
      }),
    );
    held = { version, keys };
    // Whoever comes after a failure tries anew.
    keys.catch(() => {
      if (held?.keys === keys) held = undefined;
    });
    return keys;
  };

  return {
    published: async () => (await opened()).filter(({ isActive }) => isActive).map(({ jwk }) => jwk),
    meantBy: async (alg, kid) =>
      (await opened())
        .filter((key) => key.alg === kindOf(alg) && (kid === undefined ? key.isActive : key.jwk.kid === kid))
        .map(({ privateKey }) => privateKey),
  };
}

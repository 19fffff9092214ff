import type { Clock } from '../clock.ts';
import { generateServerKey, type ServerKeyAlgorithm, type StoredServerKey } from './server-key.ts';

/** Where the keys of this server are kept; a part of the storage port. */
export type KeyRingStore = {
  list(): Promise<readonly StoredServerKey[]>;
  /** Inserts `key` only if no key of its alg is in its state yet, so that many processes starting at once agree. */
  insertIfNone(key: StoredServerKey): Promise<void>;
};

/** What there has to be: a key of an algorithm, in a state. */
export type WantedKey = { readonly alg: ServerKeyAlgorithm; readonly state: 'active' | 'next' };

/**
 * Makes those of the wanted keys that are not there.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @returns all keys there are then
 */
export async function withMissingKeys(
  store: KeyRingStore,
  wanted: readonly WantedKey[],
  encryptionKey: Uint8Array,
  clock: Clock,
): Promise<readonly StoredServerKey[]> {
  const stored = await store.list();
  const missing = wanted.filter(
    ({ alg, state }) => !stored.some((key) => key.alg === alg && key.state === state),
  );
  if (missing.length === 0) return stored;
  const now = clock();
  const made = await Promise.all(
    missing.map(({ alg, state }) => generateServerKey(alg, state, encryptionKey, now)),
  );
  for (const key of made) await store.insertIfNone(key);
  return store.list();
}

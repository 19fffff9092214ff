import { keyRingStore } from '../registration/key-rotation.ts';
import { createDecryptionKeys, type DecryptionKeys } from '../token/decryption-keys.ts';
import { type KeyRing, openKeyRing } from '../token/key-ring.ts';
import { accessTokenAlgorithm } from '../token/server-key.ts';
import type { OpenHome } from './open-home.ts';

/**
 * The keys of this deployment: those that sign, and those that request objects are encrypted to.
 * @throws CannotUnseal when they were sealed with another `[encryption] key`
 */
export async function openServerKeys({
  configuration: { atStart },
  storage,
  events,
  clock,
}: OpenHome): Promise<{ readonly keyRing: KeyRing; readonly decryptionKeys: DecryptionKeys }> {
  const store = keyRingStore(storage, events);
  const { key } = atStart.encryption;
  const alg = accessTokenAlgorithm(atStart.oauth);
  const keyRing = await openKeyRing(store, alg, key, storage.registry, clock);
  const isReached = () => storage.reach.state() === 'reached';
  return {
    keyRing,
    decryptionKeys: createDecryptionKeys(store, key, storage.registry, clock, isReached),
  };
}

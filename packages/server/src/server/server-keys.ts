import { keyRingStore } from '../registration/key-rotation.ts';
import { createDecryptionKeys, type DecryptionKeys } from '../token/decryption-keys.ts';
import { type KeyRing, openKeyRing } from '../token/key-ring.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import { accessTokenAlgorithm } from '../token/server-key.ts';
import type { OpenHome } from './open-home.ts';
import { openSubjects } from './subjects.ts';

/**
 * The keys of this deployment: those that sign, those that request objects are encrypted to, and what pairwise subjects
 * are made with.
 * @throws CannotUnseal when they were sealed with another `[encryption] key`
 */
export async function openServerKeys({
  configuration: { atStart },
  storage,
  events,
  clock,
}: OpenHome): Promise<{
  readonly keyRing: KeyRing;
  readonly decryptionKeys: DecryptionKeys;
  readonly subjects: Subjects;
}> {
  const store = keyRingStore(storage, events);
  const { key } = atStart.encryption;
  const alg = accessTokenAlgorithm(atStart.oauth);
  const keyRing = await openKeyRing(store, alg, key, storage.registry, clock);
  const isReached = () => storage.reach.state() === 'reached';
  return {
    keyRing,
    subjects: await openSubjects({ storage, encryptionKey: key, clock }),
    decryptionKeys: createDecryptionKeys(store, key, storage.registry, clock, isReached),
  };
}

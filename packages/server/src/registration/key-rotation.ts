import type { EventRecorder } from '../event/event-recorder.ts';
import type { SigningKeyStore } from '../storage/storage.ts';
import { generateSigningKey, type SigningAlgorithm, type StoredSigningKey } from '../token/signing-key.ts';
import type { Actor } from './actor.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Longer than any token lives (`[oauth] access_token_lifetime`, `id_token_lifetime`: 30 days at most). */
const VERIFIES_AFTER_RETIREMENT_MS = 31 * DAY_MS;

/** Removes the retired keys whose last tokens have ended. @param now milliseconds since the epoch */
export async function removeEndedSigningKeys(
  store: Pick<SigningKeyStore, 'list' | 'remove'>,
  now: number,
): Promise<void> {
  for (const { kid, retired_at } of await store.list()) {
    if (retired_at !== undefined && retired_at + VERIFIES_AFTER_RETIREMENT_MS < now) await store.remove(kid);
  }
}

/**
 * Rotates the signing key of `alg`: the key published ahead becomes the active one, a new one is published ahead,
 * and the old one verifies until the tokens it signed have ended. No token in use breaks.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @returns the keys after the rotation
 */
export async function rotateSigningKey(
  store: SigningKeyStore,
  events: EventRecorder,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
  by: Actor,
): Promise<readonly StoredSigningKey[]> {
  const now = Date.now();
  await store.rotate(generateSigningKey(alg, 'next', encryptionKey, now), now);
  const keys = await store.list();
  const active = keys.find((key) => key.alg === alg && key.state === 'active');
  events.record({
    type: 'signing_key.rotated',
    outcome: 'success',
    detail: { by: by.name, through: by.through, alg, kid: active?.kid },
  });
  return keys;
}

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
 * Rotates the signing keys of `alg` and of every other algorithm in use: the key published ahead becomes the active one,
 * a new one is published ahead, and the old one verifies until the tokens it signed have ended. No token in use breaks.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @param now milliseconds since the epoch
 * @returns the keys after the rotation
 */
export async function rotateSigningKeys(
  store: SigningKeyStore,
  events: Pick<EventRecorder, 'record'>,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
  by: Actor,
  now: number,
): Promise<readonly StoredSigningKey[]> {
  const inUse = (await store.list()).filter(({ state }) => state === 'active').map((key) => key.alg);
  for (const each of new Set([alg, ...inUse])) {
    await store.rotate(generateSigningKey(each, 'next', encryptionKey, now), now);
    const active = (await store.list()).find((key) => key.alg === each && key.state === 'active');
    events.record({
      type: 'signing_key.rotated',
      outcome: 'success',
      actor: by,
      object: { kind: 'signing_key', id: active?.kid ?? '' },
      detail: { alg: each, kid: active?.kid },
    });
  }
  return store.list();
}

/**
 * Stops believing a retired key before its time, because someone else has it: what it signed is worth nothing from now on.
 * @returns `in use` for a key that still signs or is about to: it must be rotated first
 */
export async function removeRetiredSigningKey(
  store: Pick<SigningKeyStore, 'list' | 'remove'>,
  events: Pick<EventRecorder, 'record'>,
  kid: string,
  by: Actor,
): Promise<'removed' | 'in use' | 'unknown'> {
  const key = (await store.list()).find((candidate) => candidate.kid === kid);
  if (!key) return 'unknown';
  if (key.state !== 'retired') return 'in use';
  if (!(await store.remove(kid))) return 'unknown';
  events.record({
    type: 'signing_key.removed',
    outcome: 'success',
    actor: by,
    object: { kind: 'signing_key', id: kid },
    detail: { alg: key.alg, kid },
  });
  return 'removed';
}

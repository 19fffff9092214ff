import { timeText } from '@countersign/x509';
import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange, tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { KeyRingStore } from '../token/missing-keys.ts';
import {
  generateServerKey,
  type ServerKeyAlgorithm,
  type SigningAlgorithm,
  type StoredServerKey,
} from '../token/server-key.ts';
import type { Actor } from './actor.ts';
import { changeAgain } from './unit-of-change.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Longer than any token lives (`[oauth] access_token_lifetime`, `id_token_lifetime`: 30 days at most). */
const VERIFIES_AFTER_RETIREMENT_MS = 31 * DAY_MS;

const SERVER: Actor = { name: 'the server itself', through: 'server' };

type KeyStorage = Pick<Storage, 'signingKeys' | 'commit'>;

/** Where a key ring finds its keys and keeps the first ones, whose making is an event. */
export function keyRingStore(storage: KeyStorage, events: Pick<EventRecorder, 'prepare'>): KeyRingStore {
  const { steps, list } = storage.signingKeys;
  return {
    list,
    async insertIfNone(key) {
      const { kid, alg, state } = key;
      await tryChange({ storage, events }, [steps.insertIfNone(key)], {
        type: 'signing_key.created',
        outcome: 'success',
        actor: SERVER,
        object: { kind: 'signing_key', id: kid },
        changes: changesBetween(undefined, { alg, state }),
        detail: { alg, kid },
      });
    },
  };
}

/** Removes the retired keys whose last tokens have ended. @param now milliseconds since the epoch */
export async function removeEndedSigningKeys(
  storage: KeyStorage,
  events: Pick<EventRecorder, 'prepare'>,
  now: number,
): Promise<void> {
  for (const { kid, retired_at } of await storage.signingKeys.list()) {
    if (retired_at === undefined || retired_at + VERIFIES_AFTER_RETIREMENT_MS >= now) continue;
    await removeRetiredSigningKey(storage, events, kid, SERVER);
  }
}

/** The `kid` of the key in each state in which there is one an algorithm. */
function kidsOf(keys: readonly StoredServerKey[], alg: ServerKeyAlgorithm) {
  const kidIn = (state: 'active' | 'next') => keys.find((key) => key.alg === alg && key.state === state)?.kid;
  return { active: kidIn('active'), next: kidIn('next') };
}

/**
 * Rotates the keys of this server as one change: the signing key published ahead becomes the
 * active one, which signs once everybody knows it (`signingKeyAt`), a new one is published ahead, and the old one verifies
 * until the tokens it signed have ended. No token in use breaks. A decryption key is followed by a new one at once, and
 * opens for as long what was encrypted to it.
 * @param alg that of access tokens, told of first
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @param now milliseconds since the epoch
 * @param only the algorithm whose keys are rotated; left out, `alg` and every other one in use
 * @returns the keys after the rotation
 */
export async function rotateSigningKeys(
  storage: KeyStorage,
  events: Pick<EventRecorder, 'prepare'>,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
  by: Actor,
  now: number,
  only?: ServerKeyAlgorithm,
): Promise<readonly StoredServerKey[]> {
  const store = storage.signingKeys;
  await changeAgain(async () => {
    const keys = await store.list();
    const rotation = async (each: ServerKeyAlgorithm) => {
      const before = kidsOf(keys, each);
      const replacement = await generateServerKey(each, 'next', encryptionKey, now);
      const { kid } = replacement;
      const after =
        before.next === undefined ? { active: kid, next: undefined } : { active: before.next, next: kid };
      return { alg: each, before, after, steps: store.steps.rotate(replacement, before, now) };
    };
    const inUse = keys.filter((key) => key.state === 'active').map((key) => key.alg);
    const besides = only === undefined ? inUse.filter((each) => each !== alg) : [];
    const [own, others] = await Promise.all([rotation(only ?? alg), Promise.all(besides.map(rotation))]);
    await commitChange(
      { storage, events },
      [own, ...others].flatMap(({ steps }) => steps),
      {
        type: 'signing_key.rotated',
        outcome: 'success',
        actor: by,
        object: { kind: 'signing_key', id: own.after.active },
        changes: changesBetween(own.before, own.after),
        detail: {
          alg: own.alg,
          kid: own.after.active,
          ...(others.length > 0 && {
            others: others.map(({ alg: other, before, after }) => ({ alg: other, before, after })),
          }),
        },
      },
    );
  });
  return store.list();
}

/**
 * Stops believing a retired key before its time, because someone else has it: what it signed is worth nothing from now on.
 * @returns `in use` for a key that still signs or is about to: it must be rotated first
 */
export async function removeRetiredSigningKey(
  storage: KeyStorage,
  events: Pick<EventRecorder, 'prepare'>,
  kid: string,
  by: Actor,
): Promise<'removed' | 'in use' | 'unknown'> {
  const store = storage.signingKeys;
  const key = (await store.list()).find((candidate) => candidate.kid === kid);
  if (!key) return 'unknown';
  if (key.state !== 'retired') return 'in use';
  const { alg, state, retired_at = 0 } = key;
  const { outcome } = await tryChange({ storage, events }, [store.steps.remove(kid)], {
    type: 'signing_key.removed',
    outcome: 'success',
    actor: by,
    object: { kind: 'signing_key', id: kid },
    changes: changesBetween({ alg, state, retired_at: timeText(retired_at) }, undefined),
    detail: { alg, kid },
  });
  return outcome === 'committed' ? 'removed' : 'unknown';
}

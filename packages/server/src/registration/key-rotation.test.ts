import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { recorderInto } from '../../test/recorder-into.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import { openKeyRing } from '../token/key-ring.ts';
import { generateServerKey, SIGNING_ALGORITHMS, type StoredSigningKey } from '../token/server-key.ts';
import {
  keyRingStore,
  removeEndedSigningKeys,
  removeRetiredSigningKey,
  rotateSigningKeys,
} from './key-rotation.ts';

const DAY = 24 * 3600 * 1000;

test('a retired key goes when the last token it signed has ended, and no other does', async (t) => {
  const storage = await openTestStorage(t);
  const now = 100 * DAY;
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  const key = async (retired_at?: number): Promise<StoredSigningKey> => ({
    ...(await generateServerKey('ES256', 'active', randomBytes(32), 0)),
    ...(retired_at !== undefined && { state: 'retired', retired_at }),
  });
  const [active, fresh, ended] = [await key(), await key(now - 30 * DAY), await key(now - 32 * DAY)] as const;
  await storage.commit([active, fresh, ended].map(storage.signingKeys.steps.insertIfNone));
  await removeEndedSigningKeys(storage, events, now);
  await removeEndedSigningKeys(storage, events, now);
  const kids = (await storage.signingKeys.list()).map(({ kid }) => kid);
  assert.deepEqual(kids.toSorted(), [active.kid, fresh.kid].toSorted());
  assert.equal(recorded.length, 1);
  assert.partialDeepStrictEqual(recorded[0], {
    type: 'signing_key.removed',
    actor: { through: 'server' },
    object: { kind: 'signing_key', id: ended.kid },
  });
});

test('the first keys of a ring are told of, and once where many processes start', async (t) => {
  const storage = await openTestStorage(t);
  const recorded: EventDraft[] = [];
  const open = () =>
    openKeyRing(
      keyRingStore(storage, recorderInto(recorded)),
      'ES256',
      new Uint8Array(32),
      storage.registry,
      systemClock,
    );
  const rings = await Promise.all([open(), open(), open()]);
  const published = await Promise.all(rings.map((ring) => ring.keys()));
  const keys = await storage.signingKeys.list();
  assert.deepEqual(
    keys.map(({ alg, state }) => `${alg} ${state}`).toSorted(),
    SIGNING_ALGORITHMS.flatMap((alg) => [`${alg} active`, `${alg} next`]).toSorted(),
  );
  for (const each of published) assert.equal(each.length, keys.length);
  assert.deepEqual(
    recorded.map(({ type, object }) => [type, object?.id]).toSorted(),
    keys.map(({ kid }) => ['signing_key.created', kid]).toSorted(),
  );
  assert.partialDeepStrictEqual(recorded[0], {
    actor: { through: 'server' },
    changes: { alg: { new: 'ES256' }, state: { new: 'active' } },
  });
});

test('every algorithm in use is rotated, and a retired key can be ended at once, no other', async (t) => {
  const storage = await openTestStorage(t);
  const { signingKeys } = storage;
  const by = { name: 'test', through: 'command-line' } as const;
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  const encryptionKey = randomBytes(32);
  for (const alg of ['ES256', 'EdDSA'] as const) {
    const key = await generateServerKey(alg, 'active', encryptionKey, Date.now());
    await storage.commit([signingKeys.steps.insertIfNone(key)]);
  }
  const before = await signingKeys.list();
  const after = await rotateSigningKeys(storage, events, 'ES256', encryptionKey, by, Date.now());
  const stateOf = (kid: string) => after.find((key) => key.kid === kid)?.state;
  assert.deepEqual(
    before.map(({ kid }) => stateOf(kid)),
    ['retired', 'retired'],
  );
  const kidOf = (state: string, alg = 'ES256') =>
    after.find((key) => key.alg === alg && key.state === state)?.kid ?? '';
  assert.equal(recorded.length, 1, 'one change, one event');
  assert.partialDeepStrictEqual(recorded[0], {
    type: 'signing_key.rotated',
    object: { kind: 'signing_key', id: kidOf('active') },
    changes: { active: { old: kidOf('retired'), new: kidOf('active') } },
    detail: {
      others: [
        {
          alg: 'EdDSA',
          before: { active: kidOf('retired', 'EdDSA') },
          after: { active: kidOf('active', 'EdDSA') },
        },
      ],
    },
  });

  const remove = (kid: string) => removeRetiredSigningKey(storage, events, kid, by);
  assert.equal(await remove(kidOf('active')), 'in use');
  assert.equal(await remove('nothing'), 'unknown');
  assert.equal(await remove(kidOf('retired')), 'removed');
  assert.equal(await remove(kidOf('retired')), 'unknown');
  assert.equal((await signingKeys.list()).length, after.length - 1);
  assert.partialDeepStrictEqual(recorded.at(-1), {
    type: 'signing_key.removed',
    changes: { state: { old: 'retired' } },
  });
});

test('whoever keeps the published keys knows the key of every token, however closely rotations follow', async (t) => {
  const storage = await openTestStorage(t);
  const encryptionKey = randomBytes(32);
  const by = { name: 'test', through: 'command-line' } as const;
  const events = recorderInto();
  let now = 10 * DAY;
  const ring = await openKeyRing(
    keyRingStore(storage, events),
    'ES256',
    encryptionKey,
    storage.registry,
    () => now,
  );
  const rotate = () => rotateSigningKeys(storage, events, 'ES256', encryptionKey, by, now);
  const published = async () => (await ring.keys()).map(({ kid }) => kid);
  const signing = async () => decodeProtectedHeader((await ring.signer('at+jwt'))({})).kid;
  const activeKid = async () =>
    (await storage.signingKeys.list()).find(({ alg, state }) => alg === 'ES256' && state === 'active')?.kid;
  const first = await published();

  now += 300_000;
  await rotate();
  const rotated = await activeKid();
  assert.equal(await signing(), rotated, 'the first keys were published together');
  assert.ok(first.includes(String(rotated)));

  for (const later of [60_000, 120_000]) {
    now += later;
    await rotate();
    assert.equal(await signing(), rotated, 'what a verifier may not have seen signs nothing');
  }
  const seen = await published();
  now += 900_000;
  assert.equal(
    await signing(),
    await activeKid(),
    'from when everybody has seen it it signs, without a rotation',
  );
  assert.ok(seen.includes(String(await signing())));

  await rotate();
  await rotate();
  const held = await signing();
  assert.notEqual(held, await activeKid());
  assert.equal(await removeRetiredSigningKey(storage, events, String(held), by), 'removed');
  assert.notEqual(await signing(), held, 'a key that leaked signs no more');
});

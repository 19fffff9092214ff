import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { recorderInto } from '../../test/recorder-into.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import type { EventDraft } from '../event/event.ts';
import { generateSigningKey, type StoredSigningKey } from '../token/signing-key.ts';
import { removeEndedSigningKeys, removeRetiredSigningKey, rotateSigningKeys } from './key-rotation.ts';

const DAY = 24 * 3600 * 1000;

test('a retired key goes when the last token it signed has ended, and no other does', async () => {
  const now = 100 * DAY;
  const key = (retired_at?: number): StoredSigningKey => ({
    ...generateSigningKey('ES256', 'active', randomBytes(32), 0),
    ...(retired_at !== undefined && { state: 'retired', retired_at }),
  });
  const [active, fresh, ended] = [key(), key(now - 30 * DAY), key(now - 32 * DAY)];
  const removed: string[] = [];
  await removeEndedSigningKeys(
    {
      list: async () => [active, fresh, ended],
      remove: async (kid) => {
        removed.push(kid);
        return true;
      },
    },
    now,
  );
  assert.deepEqual(removed, [ended.kid]);
});

test('every algorithm in use is rotated, and a retired key can be ended at once, no other', async (t) => {
  const storage = await openTestStorage(t);
  const { signingKeys } = storage;
  const by = { name: 'test', through: 'command-line' } as const;
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  const encryptionKey = randomBytes(32);
  for (const alg of ['ES256', 'EdDSA'] as const) {
    await signingKeys.insertIfNone(generateSigningKey(alg, 'active', encryptionKey, Date.now()));
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
  assert.partialDeepStrictEqual(
    recorded,
    ['ES256', 'EdDSA'].map((alg) => ({
      type: 'signing_key.rotated',
      object: { kind: 'signing_key', id: kidOf('active', alg) },
      changes: { active: { old: kidOf('retired', alg), new: kidOf('active', alg) } },
    })),
  );

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

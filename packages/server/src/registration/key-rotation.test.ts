import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { generateSigningKey, type StoredSigningKey } from '../token/signing-key.ts';
import { removeEndedSigningKeys } from './key-rotation.ts';

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

import assert from 'node:assert/strict';
import test from 'node:test';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { Idempotency } from './idempotency.ts';

const KEY = 'a key of sixteen or more';

test('a database that does not answer is asked for a key once, and not once more after the wait for it', async (t) => {
  const { ephemerals } = await openTestStorage(t);
  let asked = 0;
  const counted = {
    ...ephemerals,
    get(...of: Parameters<typeof ephemerals.get>) {
      asked++;
      return ephemerals.get(...of);
    },
  };
  const idempotency = new Idempotency(counted, new Uint8Array(32), systemClock);
  const failing = (error: Error) =>
    idempotency.once('somebody', KEY, {}, async () => {
      throw error;
    });
  await assert.rejects(failing(new StorageUnavailable('no answer in time')), StorageUnavailable);
  assert.equal(asked, 1);
  // What fails for another reason may have been done by somebody who was faster.
  await assert.rejects(failing(new TypeError('spent')), TypeError);
  assert.equal(asked, 3);
});

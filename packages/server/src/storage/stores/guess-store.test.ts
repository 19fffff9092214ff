import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('failed guesses', (test) => {
  test('each of many at once is counted, the old ones fall out of the window', async ({ storage }) => {
    const key = unique('user:alice');
    const counts = await Promise.all(Array.from({ length: 20 }, () => storage.guesses.fail(key, 1_000, 500)));
    assert.deepEqual(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    assert.equal(await storage.guesses.count(key, 1_499, 500), 20);
    assert.equal(await storage.guesses.count(key, 1_500, 500), 0);
    assert.equal(await storage.guesses.fail(key, 1_600, 500), 1);
    assert.equal(await storage.guesses.count(unique('user:bob'), 1_600, 500), 0);
    await storage.guesses.clear(key);
    assert.equal(await storage.guesses.count(key, 1_600, 500), 0);
  });
});

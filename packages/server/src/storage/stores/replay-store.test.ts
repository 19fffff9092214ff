import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('identifiers seen once', (test) => {
  test('of parallel claims to an identifier one succeeds', async ({ storage }) => {
    const key = unique('jti');
    const claims = await Promise.all(Array.from({ length: 50 }, () => storage.replays.claim(key, 9_000)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await storage.replays.claim(unique('jti'), 9_000), true);
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('identifiers seen once', (test) => {
  test('of parallel claims to an identifier one succeeds', async ({ storage }) => {
    const key = unique('jti');
    const claims = await Promise.all(Array.from({ length: 50 }, () => storage.replays.claim(key, 9_000)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await storage.replays.claim(unique('jti'), 9_000), true);
  });

  test('claims of one turn are told apart', async ({ storage, another }) => {
    const [known, repeated, ...others] = Array.from({ length: 300 }, () => unique('jti'));
    assert.ok(known && repeated);
    assert.equal(await storage.replays.claim(known, 9_000), true);
    const asked = [repeated, known, ...others, repeated];
    const claims = await Promise.all(asked.map((key) => storage.replays.claim(key, 9_000)));
    // One of the two, whichever: so many claims are more than one statement.
    assert.equal(Number(claims[0]) + Number(claims.at(-1)), 1);
    assert.deepEqual(claims.slice(1, -1), [false, ...others.map(() => true)]);
    assert.equal(await another.replays.claim(repeated, 9_000), false);
  });

  test('two processes that claim the same at once, in any order, get each of them once', async ({
    storage,
    another,
  }) => {
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 50 }, () => unique('jti'));
      const [one, other] = await Promise.all([
        Promise.all(keys.map((key) => storage.replays.claim(key, 9_000))),
        Promise.all(keys.toReversed().map((key) => another.replays.claim(key, 9_000))),
      ]);
      const times = keys.map((_, index) => Number(one[index]) + Number(other.toReversed()[index]));
      assert.deepEqual(
        times,
        keys.map(() => 1),
      );
    }
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases, refreshToken, unique } from '../../../test/storage-contract.ts';

onBothDatabases('refresh tokens', (test) => {
  test('50 parallel uses: one unit redeems the token, and stores its successor', async ({
    storage,
    another,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const issued = refreshToken(client_id);
    await storage.refreshTokens.insert(issued);
    assert.deepEqual(await storage.refreshTokens.find(issued.token_sha256), { ...issued, repeats: 0 });
    const successors = Array.from({ length: 50 }, () => refreshToken(client_id));
    const units = await Promise.all(
      successors.map((successor, index) =>
        (index % 2 ? storage : another).commit([
          storage.refreshTokens.steps.redeem(issued.token_sha256, 2_000 + index),
          storage.refreshTokens.steps.insert(successor),
        ]),
      ),
    );
    const committed = units.flatMap(({ outcome }, index) => (outcome === 'committed' ? [index] : []));
    assert.equal(committed.length, 1);
    const found = await storage.refreshTokens.find(issued.token_sha256);
    assert.deepEqual(found, { ...issued, repeats: 0, used_at: 2_000 + (committed[0] ?? 0) });
    const stored = await Promise.all(
      successors.map(({ token_sha256 }) => storage.refreshTokens.find(token_sha256)),
    );
    assert.deepEqual(
      stored.flatMap((each, index) => (each ? [index] : [])),
      committed,
    );
    assert.equal(await storage.refreshTokens.find(unique('absent')), undefined);
  });

  test('repeats are counted, those of one moment as one, and the end moves on and never back', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const issued = refreshToken(client_id, { expires_at: 9_000 });
    const { token_sha256 } = issued;
    await storage.refreshTokens.insert(issued);
    const { steps, find } = storage.refreshTokens;
    const before = await find(token_sha256);
    assert.ok(before);
    await Promise.all(Array.from({ length: 5 }, () => storage.commit([steps.countRepeat(before, 3_000)])));
    const counted = await find(token_sha256);
    assert.deepEqual([counted?.repeats, counted?.repeated_at], [1, 3_000]);
    await storage.commit([steps.prolong(token_sha256, 10_000)]);
    await storage.commit([steps.prolong(token_sha256, 9_500)]);
    assert.equal((await find(token_sha256))?.expires_at, 10_000);
    await storage.sweep(9_000 + 86_400_000);
    assert.ok(await find(token_sha256), 'swept by its moved end');
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases, refreshToken } from '../../../test/storage-contract.ts';

onBothDatabases('refresh tokens', (test) => {
  test('50 parallel uses: one redeems the token', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const issued = refreshToken(client_id);
    await storage.refreshTokens.insert(issued);
    assert.deepEqual(await storage.refreshTokens.find(issued.token_sha256), issued);
    const redemptions = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        storage.refreshTokens.redeem(issued.token_sha256, 2_000 + index),
      ),
    );
    const [first, ...others] = redemptions.toSorted((a, b) => a.outcome.localeCompare(b.outcome));
    assert(first?.outcome === 'redeemed');
    const used = { ...issued, used_at: first.item.used_at };
    assert.equal(typeof used.used_at, 'number');
    assert.deepEqual(first.item, used);
    for (const each of others) assert.deepEqual(each, { outcome: 'reused', item: used });
    assert.deepEqual(await storage.refreshTokens.find(issued.token_sha256), used);
    assert.deepEqual(await storage.refreshTokens.redeem('absent', 1), { outcome: 'unknown' });
  });
});

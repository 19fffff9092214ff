import assert from 'node:assert/strict';
import { onBothDatabases, referenceToken } from '../../../test/storage-contract.ts';

onBothDatabases('reference tokens', (test) => {
  test('come back as they went in, and are revoked once', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const token = referenceToken(client_id, { grant_id: 'no such grant', claims: { act: { sub: 'x' } } });
    await storage.referenceTokens.insert(token);
    assert.deepEqual(await storage.referenceTokens.find(token.token_sha256), token);
    assert.equal(await storage.referenceTokens.revoke(token.token_sha256, 2_000), true);
    assert.equal(await storage.referenceTokens.revoke(token.token_sha256, 3_000), false);
    assert.equal((await storage.referenceTokens.find(token.token_sha256))?.revoked_at, 2_000);
    assert.equal(await storage.referenceTokens.find('absent'), undefined);
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('revoked JWTs', (test) => {
  test('are told from those in force, also when revoked twice', async ({ storage }) => {
    const jti = unique('jti');
    assert.equal(await storage.revokedTokens.isRevoked(jti), false);
    await storage.revokedTokens.revoke(jti, 9_000);
    await storage.revokedTokens.revoke(jti, 8_000);
    assert.equal(await storage.revokedTokens.isRevoked(jti), true);
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { onBothDatabases } from '../../../test/storage-contract.ts';
import type { InitialAccessToken } from '../../client/initial-access-token.ts';

const DAY = 86_400_000;

const initialToken = (over: Partial<InitialAccessToken> = {}): InitialAccessToken => ({
  token_id: randomUUID(),
  token_sha256: randomUUID(),
  label: 'partner',
  clients_allowed: 1,
  clients_registered: 0,
  created_at: 1_000,
  expires_at: 9_000,
  ...over,
});

onBothDatabases('initial access tokens', (test) => {
  test('an initial access token registers as many clients as it allows, whoever asks at once', async ({
    storage,
    another,
  }) => {
    const token = initialToken({ clients_allowed: 3 });
    await storage.initialAccessTokens.insert(token);
    const used = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? storage : another).initialAccessTokens.use(token.token_sha256, 8_999),
      ),
    );
    assert.equal(used.filter(Boolean).length, 3);
    assert.equal((await storage.initialAccessTokens.find(token.token_sha256))?.clients_registered, 3);
  });

  test('an initial access token ends at its time, and when it is removed', async ({ storage }) => {
    const token = initialToken();
    await storage.initialAccessTokens.insert(token);
    assert.equal(await storage.initialAccessTokens.use(token.token_sha256, 9_000), false);
    assert.ok((await storage.initialAccessTokens.list()).some((each) => each.token_id === token.token_id));
    assert.equal(await storage.initialAccessTokens.remove(token.token_id), true);
    assert.equal(await storage.initialAccessTokens.remove(token.token_id), false);
    assert.equal(await storage.initialAccessTokens.use(token.token_sha256, 1_000), false);
  });

  test('stay known for a day after their end', async ({ storage }) => {
    const token = initialToken();
    await storage.initialAccessTokens.insert(token);
    await storage.sweep(9_000 + DAY - 1);
    assert.ok(await storage.initialAccessTokens.find(token.token_sha256));
    await storage.sweep(9_000 + DAY);
    assert.equal(await storage.initialAccessTokens.find(token.token_sha256), undefined);
  });
});

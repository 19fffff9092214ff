import assert from 'node:assert/strict';
import { grant, onBothDatabases, readAll, referenceToken, unique } from '../../../test/storage-contract.ts';

onBothDatabases('grants', (test) => {
  test('are in force until revoked, and revoking revokes the reference tokens from them', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const given = grant(client_id);
    const token = referenceToken(client_id, { grant_id: given.grant_id });
    await storage.grants.insert(given);
    await storage.referenceTokens.insert(token);
    assert.deepEqual(await storage.grants.find(given.grant_id), given);
    const revocations = await Promise.all(
      Array.from({ length: 10 }, () => storage.grants.revoke(given.grant_id, 2_000)),
    );
    assert.equal(revocations.filter(Boolean).length, 1);
    assert.deepEqual(await storage.grants.find(given.grant_id), { ...given, revoked_at: 2_000 });
    assert.deepEqual(await storage.referenceTokens.find(token.token_sha256), {
      ...token,
      revoked_at: 2_000,
    });
    const late = referenceToken(client_id, { grant_id: given.grant_id });
    await storage.referenceTokens.insert(late);
    assert.equal((await storage.referenceTokens.find(late.token_sha256))?.revoked_at, 2_000);
    assert.equal(await storage.grants.revoke('absent', 1), false);
    const expired = grant(client_id, { expires_at: 1_500 });
    await storage.grants.insert(expired);
    assert.equal(await storage.grants.revoke(expired.grant_id, 2_000), false);
  });

  test('of a person are revoked together, all or with one client', async ({ storage, insertedClient }) => {
    const [one, two] = [await insertedClient(), await insertedClient()];
    const sub = unique('sub');
    for (const { client_id } of [one, one, two]) await storage.grants.insert(grant(client_id, { sub }));
    const others = grant(one.client_id, { sub: unique('other') });
    await storage.grants.insert(others);
    const ofOne = { sub, client_id: one.client_id };
    assert.equal(await storage.grants.count(ofOne, 2_000), 2);
    assert.equal(await storage.grants.count({ sub }, 2_000), 3);
    await storage.commit([storage.grants.steps.revokeAll(ofOne, 2_000)]);
    assert.equal(await storage.grants.count({ sub }, 2_000), 1);
    await storage.commit([storage.grants.steps.revokeAll({ sub }, 2_000)]);
    assert.equal(await storage.grants.count({ sub }, 2_000), 0);
    assert.deepEqual(await storage.grants.find(others.grant_id), others);
  });

  test('in force are listed newest first', async ({ storage, insertedClient }) => {
    const [one, two] = [await insertedClient(), await insertedClient()];
    const sub = unique('sub');
    const grants = [one, two, one].map(({ client_id }, index) =>
      grant(client_id, { sub, created_at: 3_000 - index }),
    );
    const expired = grant(one.client_id, { sub, expires_at: 4_000 });
    const revoked = grant(one.client_id, { sub, revoked_at: 4_000 });
    for (const each of [...grants, expired, revoked]) await storage.grants.insert(each);
    const all = await readAll((next) => storage.grants.list({ sub }, { limit: 1, ...next }, 4_000));
    const otherWay = await readAll((next) =>
      storage.grants.list({ sub }, { limit: 1, isOldestFirst: true, ...next }, 4_000),
    );
    assert.deepEqual(otherWay, all.toReversed());
    assert.deepEqual(all, grants);
    const ofTwo = await storage.grants.list({ client_id: two.client_id }, { limit: 9 }, 4_000);
    assert.deepEqual(ofTwo.items, [grants[1]]);
    const found = await storage.grants.list({ sub }, { search: two.client_id, limit: 9 }, 4_000);
    assert.deepEqual(found.items, [grants[1]]);
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases, readAll, unique } from '../../../test/storage-contract.ts';

onBothDatabases('consents', (test) => {
  test('are put, replaced, listed, removed', async ({ storage, insertedClient }) => {
    const [one, two] = [await insertedClient(), await insertedClient()];
    const sub = unique('sub');
    const first = { sub, client_id: one.client_id, scopes: ['openid'], granted_at: 1_000 };
    const second = { sub, client_id: two.client_id, scopes: [], granted_at: 1_000 };
    await storage.consents.put(first);
    await storage.consents.put(second);
    const wider = { ...first, scopes: ['openid', 'email'], granted_at: 2_000 };
    await storage.consents.put(wider);
    assert.deepEqual(await storage.consents.find(sub, one.client_id), wider);
    const later = await storage.commit([storage.consents.steps.insert({ ...first, granted_at: 3_000 })]);
    assert.equal(later.outcome, 'refused');
    assert.deepEqual(await storage.consents.find(sub, one.client_id), wider);
    const listed = await readAll((next) => storage.consents.list({ sub }, { limit: 1, ...next }));
    const otherWay = await readAll((next) =>
      storage.consents.list({ sub }, { limit: 1, isOldestFirst: true, ...next }),
    );
    assert.deepEqual(otherWay, listed.toReversed());
    assert.deepEqual(listed, [wider, second]);
    assert.deepEqual((await storage.consents.list({ client_id: two.client_id }, { limit: 5 })).items, [
      second,
    ]);
    assert.equal(await storage.consents.remove(sub, one.client_id), true);
    assert.equal(await storage.consents.remove(sub, one.client_id), false);
  });
});

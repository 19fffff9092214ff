import assert from 'node:assert/strict';
import { grant, onBothDatabases, readAll, session, unique } from '../../../test/storage-contract.ts';

onBothDatabases('sessions', (test) => {
  test('are found by secret until their end, replaced, removed, listed', async ({ storage }) => {
    const { sessions } = storage;
    const sub = unique('sub');
    const first = session({ sub, acr: '1', remote_address: '192.0.2.1', user_agent: 'Browser' });
    await sessions.insert(first);
    assert.deepEqual(await sessions.find(first.session_id), first);
    assert.deepEqual(await sessions.findBySecret(first.secret_sha256, 8_999), first);
    assert.equal(await sessions.findBySecret(first.secret_sha256, 9_000), undefined);

    const renewed = { ...first, secret_sha256: unique('secret'), client_ids: ['c'], expires_at: 19_000 };
    await sessions.update(renewed);
    assert.equal(await sessions.findBySecret(first.secret_sha256, 2_000), undefined);
    assert.deepEqual(await sessions.findBySecret(renewed.secret_sha256, 10_000), renewed);

    const second = session({ sub, created_at: 2_000 });
    const expired = session({ sub, expires_at: 3_000 });
    for (const each of [second, expired]) await sessions.insert(each);
    const listed = await readAll((next) => sessions.list({ sub }, { limit: 1, ...next }, 4_000));
    const otherWay = await readAll((next) =>
      sessions.list({ sub }, { limit: 1, isOldestFirst: true, ...next }, 4_000),
    );
    assert.deepEqual(otherWay, listed.toReversed());
    assert.deepEqual(listed, [second, renewed]);

    assert.equal(await sessions.remove(second.session_id), true);
    assert.equal(await sessions.remove(second.session_id), false);
    await sessions.update(second);
    assert.equal(await sessions.find(second.session_id), undefined, 'what signed out stays out');
    assert.equal(await sessions.removeAll(sub), 2);
    assert.equal(await sessions.removeAll(sub), 0);
  });

  test('nothing is granted in a session beside its end', async ({ storage, insertedClient }) => {
    const { sessions, grants, commit } = storage;
    const { client_id } = await insertedClient();
    for (let times = 0; times < 40; times++) {
      const sub = unique('sub');
      const held = session({ sub });
      await sessions.insert(held);
      const granting = () =>
        commit([sessions.steps.isThere(held.session_id), grants.steps.insert({ ...grant(client_id), sub })]);
      await Promise.all([
        granting(),
        commit([sessions.steps.removeAll(sub), grants.steps.revokeAll({ sub }, 2_000)]),
      ]);
      assert.equal(await grants.count({ sub }, 1_500), 0);
      assert.equal((await granting()).outcome, 'refused');
    }
  });

  test('parallel changes of one session lose nothing', async ({ storage }) => {
    const shared = session();
    await storage.sessions.insert(shared);
    const client_ids = Array.from({ length: 20 }, (_, index) => `client-${index}`);
    await Promise.all(
      client_ids.map((client_id) =>
        storage.sessions.change(shared.session_id, (current) => ({
          ...current,
          client_ids: [...current.client_ids, client_id],
        })),
      ),
    );
    const changed = await storage.sessions.find(shared.session_id);
    assert.deepEqual(changed?.client_ids.toSorted(), client_ids.toSorted());
    assert.equal(await storage.sessions.change(unique('absent'), (current) => current), undefined);
  });
});

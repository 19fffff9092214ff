import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  client,
  comesToHold,
  event,
  grant,
  isSteady,
  onBothDatabases,
  type StartedDatabase,
  signingKey,
  unique,
  user,
} from '../../test/storage-contract.ts';
import type { Storage } from './storage.ts';

async function settled(storage: Storage, { options }: StartedDatabase): Promise<void> {
  await comesToHold(() => isSteady(storage));
  // A notification of what was done before may still be under way.
  if (options.type === 'postgres') await delay(200);
}

onBothDatabases('registryVersion', (test) => {
  test('moves with every change of a client, user, signing key, role or claim, and with nothing else', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const registered = client();
    const account = user();
    const key = signingKey({ state: 'retired' });
    const role = {
      thumbprint: unique('thumbprint'),
      role: 'authority',
      named_by: 'alice',
      named_at: 1,
    } as const;
    const claim = storage.authorities.steps.claim('mallory', [unique('claim')], 1);
    const { steps } = storage.authorities;
    const changes: readonly (() => Promise<unknown>)[] = [
      () => storage.clients.insert(registered),
      () => storage.clients.update({ ...registered, revision: 2 }),
      () => storage.users.insert(account),
      () => storage.users.update({ ...account, revision: 2 }),
      () => storage.users.remove(account.sub),
      () => storage.commit([storage.signingKeys.steps.insertIfNone(key)]),
      () => storage.commit([storage.signingKeys.steps.remove(key.kid)]),
      () => storage.clients.remove(registered.client_id),
      () => storage.commit([steps.name(role, undefined)]),
      () => storage.commit([steps.name({ ...role, role: 'handshake', named_at: 2 }, role)]),
      () => storage.commit([steps.unname({ ...role, named_at: 2 })]),
      () => storage.commit(claim),
    ];
    for (const [index, change] of changes.entries()) {
      await settled(storage, database);
      const earlier = storage.registryVersion();
      await change();
      assert.notEqual(storage.registryVersion(), earlier, `change ${index}`);
    }
    const { client_id } = await insertedClient();
    await settled(storage, database);
    const version = storage.registryVersion();
    await storage.grants.insert(grant(client_id));
    await storage.events.append([event()]);
    await storage.replays.claim(unique('jti'), 1);
    await settled(storage, database);
    assert.equal(storage.registryVersion(), version);
  });

  test('tells of what another process changed', async ({ storage, another, database }) => {
    await settled(storage, database);
    const [mine, theirs] = [storage.registryVersion(), another.registryVersion()];
    await another.clients.insert(client());
    assert.notEqual(another.registryVersion(), theirs);
    // On SQLite in the next turn of the event loop: calls within one turn share an answer.
    await new Promise((resolve) => setImmediate(resolve));
    if (database.options.type === 'sqlite') assert.notEqual(storage.registryVersion(), mine);
    else await comesToHold(() => storage.registryVersion() !== mine);
  });

  test('tells of a claim that another process noted, and of one that was known already nothing', async ({
    storage,
    another,
    database,
  }) => {
    const claims = another.authorities.steps.claim('mallory', [unique('claim')], 1);
    await settled(storage, database);
    const before = storage.registryVersion();
    await another.commit(claims);
    await new Promise((resolve) => setImmediate(resolve));
    await comesToHold(() => storage.registryVersion() !== before);
    await settled(storage, database);
    const known = storage.registryVersion();
    await another.commit(claims);
    await settled(storage, database);
    assert.equal(storage.registryVersion(), known);
  });

  test('tells of what an operator changed in the database itself', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    await settled(storage, database);
    const version = storage.registryVersion();
    await database.execute(`delete from client where client_id = '${client_id}'`);
    await comesToHold(() => storage.registryVersion() !== version);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CompiledQuery } from 'kysely';
import { databaseWay, type LostAtCommit } from '../../test/database-way.ts';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import { client, comesToHold, event, onBothDatabases, user } from '../../test/storage-contract.ts';
import type { Step } from '../unit-of-work.ts';
import { openStorage } from './open-storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

onBothDatabases('a unit of work', (test) => {
  test('is committed whole, and the other process hears of it', async ({ storage, another }) => {
    const [added, alice, told] = [client(), user(), event()];
    const steps = [
      ...storage.clients.steps.insert(added),
      ...storage.users.steps.insert(alice),
      storage.events.steps.insert(told),
    ];
    const numberOf = ({ registry }: typeof storage) => registry.lastChange('client', added.client_id);
    const before = [numberOf(storage), numberOf(another)];
    assert.deepEqual(await storage.commit(steps), { outcome: 'committed' });
    assert.notEqual(numberOf(storage), before[0]);
    await new Promise((resolve) => setImmediate(resolve));
    await comesToHold(() => numberOf(another) !== before[1]);
    assert.deepEqual(await another.clients.find(added.client_id), added);
    assert.deepEqual(await another.users.find(alice.sub), alice);
    assert.deepEqual(await another.events.find(told.event_id), told);
  });

  test('is refused whole, naming the condition that does not hold', async ({ storage, insertedClient }) => {
    const [first, added, told] = [await insertedClient(), client(), event()];
    const stale = { ...first, enabled: false, revision: 3 };
    const outcome = await storage.commit([
      ...storage.clients.steps.insert(added),
      storage.events.steps.insert(told),
      ...storage.clients.steps.update(stale),
    ]);
    assert.deepEqual(outcome, { outcome: 'refused', condition: 'the client is at revision 2' });
    assert.equal(await storage.clients.find(added.client_id), undefined);
    assert.equal(await storage.events.find(told.event_id), undefined);
    assert.deepEqual(await storage.clients.find(first.client_id), first);
    const alice = user();
    await storage.users.insert(alice);
    const renamed = { ...user(), username: alice.username };
    assert.deepEqual(await storage.commit(storage.users.steps.insert(renamed)), {
      outcome: 'refused',
      condition: 'the username and the sub are free',
    });
  });

  test('names the first condition that does not hold, whatever became of the steps behind it', async ({
    storage,
    insertedClient,
  }) => {
    const [first, told] = [await insertedClient(), event()];
    const outcome = await storage.commit([
      storage.events.steps.insert(told),
      ...storage.clients.steps.update({ ...first, enabled: false, revision: 3 }),
      ...storage.clients.steps.insert(first),
      storage.events.steps.insert(event()),
    ]);
    assert.deepEqual(outcome, { outcome: 'refused', condition: 'the client is at revision 2' });
    assert.equal(await storage.events.find(told.event_id), undefined);
    assert.deepEqual(await storage.clients.find(first.client_id), first);
  });

  test('of many that contradict one another one is committed', async ({
    storage,
    another,
    insertedClient,
  }) => {
    const first = await insertedClient();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? storage : another).commit([
          ...storage.clients.steps.update({ ...first, enabled: false, revision: 2 }),
          storage.events.steps.insert(event()),
        ]),
      ),
    );
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), [
      'committed',
      ...Array(19).fill('refused'),
    ]);
  });

  test('units that would wait for one another for ever are all committed', async ({
    storage,
    another,
    insertedClient,
  }) => {
    const [one, two] = [await insertedClient(), await insertedClient()];
    const touch = (client_id: string): Step => ({
      condition: 'the client is there',
      query: CompiledQuery.raw(`update client set enabled = 1 - enabled where client_id = '${client_id}'`),
      rows: 'one',
      registry: { kind: 'client', key: client_id },
    });
    const there = [touch(one.client_id), touch(two.client_id)];
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        index % 2 ? storage.commit(there) : another.commit(there.toReversed()),
      ),
    );
    assert.deepEqual(outcomes, Array(6).fill({ outcome: 'committed' }));
    assert.equal((await storage.clients.find(one.client_id))?.enabled, true);
  });
});

describe('a connection to PostgreSQL that dies at COMMIT', {
  skip: whyNoPostgres(),
  timeout: 120_000,
}, () => {
  for (const lost of ['the commit', 'its answer'] satisfies LostAtCommit[]) {
    test(`with ${lost}: the unit is committed once`, async (context) => {
      const postgres = await startPostgres();
      context.after(() => postgres.stop());
      const way = await databaseWay(postgres.url);
      const storage = await openStorage({ type: 'postgres', url: way.url, poolSize: 3 });
      context.after(async () => {
        await storage.close();
        await way.close();
      });
      const [added, told] = [client(), event()];
      const steps = [...storage.clients.steps.insert(added), storage.events.steps.insert(told)];
      way.loseAtCommit(lost, 2);
      assert.deepEqual(await storage.commit(steps), { outcome: 'committed' });
      assert.deepEqual(await storage.clients.find(added.client_id), added);
      assert.equal((await storage.commit(steps)).outcome, 'refused');

      const never = client();
      way.cut();
      await assert.rejects(storage.commit(storage.clients.steps.insert(never)), StorageUnavailable);
      way.mend();
      assert.equal(await storage.clients.find(never.client_id), undefined);
    });
  }
});

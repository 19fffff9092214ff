import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { client, event, OtherProcess, onBothDatabases, unique } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';

onBothDatabases('storage', (test) => {
  test('identifiers of any length are told apart, however large the index row would be', async ({
    storage,
    insertedClient,
  }) => {
    const long = (name: string) => unique(name) + randomBytes(6_000).toString('base64');
    const [jti, subject] = [long('jti'), long('user:')];
    assert.equal(await storage.replays.claim(jti, 9_000), true);
    assert.equal(await storage.replays.claim(jti, 9_000), false);
    assert.equal(await storage.replays.claim(`${jti}.`, 9_000), true);
    assert.equal(await storage.guesses.fail(subject, 1_000, 500), 1);
    assert.equal(await storage.guesses.fail(subject, 1_000, 500), 2);
    assert.equal(await storage.guesses.count(subject, 1_000, 500), 2);
    await storage.guesses.clear(subject);
    assert.equal(await storage.guesses.count(subject, 1_000, 500), 0);
    const presented = event({ client_id: long('client'), username: long('alice') });
    await storage.events.append([presented]);
    assert.deepEqual(await storage.events.find(presented.event_id), presented);
    const { client_id } = await insertedClient({}, { client_name: '\uFDFA'.repeat(200) });
    assert.equal((await storage.clients.find(client_id))?.client_id, client_id);
  });

  test('kill -9 amid a stream of writes loses none that was acknowledged', async ({ database }) => {
    const tag = unique('killed');
    const writer = new OtherProcess('write', database.options, tag);
    await writer.hasSaid(25);
    const acknowledged = await writer.end('SIGKILL');
    assert(acknowledged.length >= 25);
    const reopened = await openStorage(database.options);
    try {
      for (const client_id of acknowledged) {
        assert.equal((await reopened.clients.find(client_id))?.client_id, client_id);
      }
      await reopened.clients.insert(client());
    } finally {
      await reopened.close();
    }
  });

  test('transactions and single statements at once do not run into each other', async ({
    storage,
    insertedClient,
  }) => {
    const tag = unique('interleaved');
    const taken = await insertedClient({ client_id: `${tag}-taken` });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => {
        if (index % 3 === 0) return storage.clients.insert(taken);
        if (index % 3 === 1) return storage.clients.insert(client({ client_id: `${tag}-${index}` }));
        return storage.replays.claim(`${tag}-${index}`, 9_000);
      }),
    );
    const failed = outcomes.map((each) => each.status === 'rejected');
    assert.deepEqual(
      failed,
      failed.map((_, index) => index % 3 === 0),
    );
    assert.equal((await storage.clients.list({ search: tag, limit: 100 })).items.length, 21);
  });
});

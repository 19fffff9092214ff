import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databaseWay } from '../../test/database-way.ts';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import { client, comesToHold } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

describe('a lost PostgreSQL', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  test('fails calls with a typed error, is gone on without for as long as it may, and recovers', async () => {
    const postgres = await startPostgres();
    const way = await databaseWay(postgres.url);
    const storage = await openStorage({
      type: 'postgres',
      url: way.url,
      poolSize: 3,
      unreachableBound: 2_000,
    });
    try {
      const kept = client();
      await storage.clients.insert(kept);
      assert.equal(storage.reach.state(), 'reached');

      const calls = Array.from({ length: 5 }, () => storage.clients.find(kept.client_id));
      way.cut();
      for (const outcome of await Promise.allSettled(calls)) {
        assert(outcome.status === 'fulfilled' || outcome.reason instanceof StorageUnavailable);
      }
      await assert.rejects(
        storage.clients.find(kept.client_id),
        (error) => error instanceof StorageUnavailable && !error.message.includes('countersign:countersign'),
      );
      await assert.rejects(storage.clients.insert(client()), StorageUnavailable);
      await comesToHold(() => storage.reach.state() === 'away');
      assert.equal(storage.registry.isCurrent(), true);
      await comesToHold(() => storage.reach.state() === 'lost');
      assert.equal(storage.registry.isCurrent(), false);
      assert.equal(await storage.reach.canWrite(), false);

      way.mend();
      assert.deepEqual(await storage.clients.find(kept.client_id), kept);
      await comesToHold(() => storage.reach.state() === 'reached' && storage.registry.isCurrent());
      assert.equal(await storage.reach.canWrite(), true);

      const other = await openStorage({ type: 'postgres', url: postgres.url });
      const number = storage.registry.lastChange('client', kept.client_id);
      await other.clients.remove(kept.client_id);
      await other.close();
      await comesToHold(() => storage.registry.lastChange('client', kept.client_id) !== number);
    } finally {
      await storage.close();
      await way.close();
      await postgres.stop();
    }
  });

  test('at the start is told with its address and without its password', async () => {
    await assert.rejects(
      openStorage({ type: 'postgres', url: 'postgres://someone:s3cret@127.0.0.1:1/countersign' }),
      (error) =>
        error instanceof StorageUnavailable &&
        error.message.includes('countersign at 127.0.0.1:1') &&
        !error.message.includes('s3cret'),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databaseWay } from '../../test/database-way.ts';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import { client, comesToHold, isSteady } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

describe('a lost PostgreSQL', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  test('fails calls with a typed error, is never trusted for caches, and recovers', async () => {
    const postgres = await startPostgres();
    const way = await databaseWay(postgres.url);
    const storage = await openStorage({ type: 'postgres', url: way.url, poolSize: 3 });
    try {
      const kept = client();
      await storage.clients.insert(kept);
      await comesToHold(() => isSteady(storage));

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
      await comesToHold(() => !isSteady(storage));
      const versions = Array.from({ length: 100 }, () => storage.registryVersion());
      assert.equal(new Set(versions).size, 100);

      way.mend();
      assert.deepEqual(await storage.clients.find(kept.client_id), kept);
      await comesToHold(() => isSteady(storage));
      assert(!versions.includes(storage.registryVersion()));

      const other = await openStorage({ type: 'postgres', url: postgres.url });
      const version = storage.registryVersion();
      await other.clients.remove(kept.client_id);
      await other.close();
      await comesToHold(() => storage.registryVersion() !== version);
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

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('leases', (test) => {
  test('one process has a task at a time, and keeps it by asking again', async ({ storage, another }) => {
    const task = unique('task');
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? storage : another).leases.take(task, 60_000)),
    );
    // Each process asked five times.
    assert.equal(taken.filter(Boolean).length, 5);
    const [holder, other] = (await storage.leases.take(task, 60_000))
      ? [storage, another]
      : [another, storage];
    assert.equal(await holder.leases.take(task, 60_000), true);
    assert.equal(await other.leases.take(task, 60_000), false);
    assert.equal(await other.leases.take(unique('task'), 60_000), true);
  });

  test('another may have it once it is given up, or not asked for in time', async ({ storage, another }) => {
    const task = unique('task');
    assert.equal(await storage.leases.take(task, 60_000), true);
    await another.leases.giveUp(task);
    assert.equal(await another.leases.take(task, 60_000), false);
    await storage.leases.giveUp(task);
    assert.equal(await another.leases.take(task, 300), true);
    assert.equal(await storage.leases.take(task, 300), false);
    await delay(320);
    assert.equal(await storage.leases.take(task, 300), true);
  });
});

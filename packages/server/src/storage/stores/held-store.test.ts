import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('what nodes hold', (test) => {
  test('the word of a process stands until it says another, takes it back, or is silent', async ({
    storage,
    another,
  }) => {
    const holder = unique('memory of a node');
    const ours = async (now: number) =>
      (await another.held.list(now)).filter((each) => each.holder === holder).map(({ record }) => record);
    await storage.held.report(holder, '{"items":[]}', 1_000, 2_000);
    await storage.held.report(holder, '{"items":[1]}', 1_500, 2_500);
    assert.deepEqual(await ours(2_499), ['{"items":[1]}']);
    assert.deepEqual(await ours(2_500), []);
    await storage.held.report(holder, '{}', 1_500, 2_500);
    await another.held.remove(holder);
    assert.deepEqual(await ours(1_600), []);
    await storage.held.report(holder, '{}', 1_500, 2_500);
    await storage.sweep(3_000);
    assert.deepEqual(await ours(0), []);
  });
});

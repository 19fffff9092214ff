import assert from 'node:assert/strict';
import { onBothDatabases } from '../../../test/storage-contract.ts';

onBothDatabases('the secret of pairwise subjects', (test) => {
  test('of many that are made at once, on two nodes, one is kept, and nothing replaces or removes it', async ({
    storage,
    another,
    database,
  }) => {
    assert.equal(await storage.subjectSecret.find(), undefined);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? storage : another).subjectSecret.insertIfNone(`sealed ${at}`, at),
      ),
    );
    const kept = await storage.subjectSecret.find();
    assert.match(kept ?? '', /^sealed \d+$/);
    await another.subjectSecret.insertIfNone('a later one', 100);
    await storage.sweep(Number.MAX_SAFE_INTEGER);
    assert.equal(await storage.subjectSecret.find(), kept);
    assert.equal(await another.subjectSecret.find(), kept);
    assert.deepEqual(Object.keys(storage.subjectSecret).toSorted(), ['find', 'insertIfNone', 'steps']);
    assert.deepEqual(Object.keys(storage.subjectSecret.steps), ['insert']);
    const again = await storage.commit([storage.subjectSecret.steps.insert('one more', 101)]);
    assert.equal(again.outcome, 'refused');
    await assert.rejects(
      database.execute("insert into subject_secret (id, sealed_secret, created_at) values (2, 'x', 1)"),
    );
  });
});

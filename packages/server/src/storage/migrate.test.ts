import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DATABASE_KINDS, OtherProcess, onBothDatabases } from '../../test/storage-contract.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import { migrateStorage, openStorage } from './open-storage.ts';
import { NewerSchema } from './storage-errors.ts';

for (const { name, skip, start } of DATABASE_KINDS) {
  describe(`an empty ${name}`, { skip, timeout: 120_000 }, () => {
    test('that four processes meet at the same moment is migrated by one of them', async (context) => {
      const database = await start();
      context.after(() => database.stop());
      const processes = Array.from({ length: 4 }, () => new OtherProcess('migrate', database.options));
      for (const each of processes) await each.hasSaid(1);
      for (const each of processes) each.go();
      const said = await Promise.all(processes.map((each) => each.end()));
      assert.deepEqual(said.map((lines) => lines[1]).sort(), [
        'from 0',
        ...Array(3).fill(`from ${SCHEMA_VERSION}`),
      ]);
    });
  });
}

onBothDatabases('the schema', (test) => {
  test('migrating an up-to-date schema changes nothing', async ({ database }) => {
    assert.deepEqual(await migrateStorage(database.options), {
      from: SCHEMA_VERSION,
      to: SCHEMA_VERSION,
    });
  });

  test('a schema of a newer version is refused and left as it is', async ({ database }) => {
    await database.execute('update schema_version set version = 4242');
    try {
      await assert.rejects(openStorage(database.options), (error) => {
        assert(error instanceof NewerSchema);
        assert.equal(error.found, 4242);
        assert.match(error.message, new RegExp(`schema version 4242.*up to ${SCHEMA_VERSION}`, 's'));
        return true;
      });
      await assert.rejects(migrateStorage(database.options), NewerSchema);
    } finally {
      await database.execute(`update schema_version set version = ${SCHEMA_VERSION}`);
    }
  });
});

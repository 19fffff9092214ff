import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeRecords } from '../../test/changed-records.ts';
import { DATABASE_KINDS, OtherProcess, onBothDatabases } from '../../test/storage-contract.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import { webOrigin } from '../client/web-origin.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import { clientOrigins } from './migrations/0014-client-origins.ts';
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
  test('the origins of public clients that were there before are known', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const withUris = (name: string, redirect_uris: string[], enabled = true, method = 'none') =>
      insertedClient(
        { enabled },
        ClientMetadata.parse({
          client_name: `${name} "redirect_uris":["https://in-a-name.example/"]`,
          token_endpoint_auth_method: method,
          grant_types: [],
          redirect_uris,
        }),
      );
    const uris = [
      'https://a.example/cb?next=https://in-a-query.example/',
      'https://a.example/other',
      'HTTPS://B.Example:443/cb',
      'https://c.example:8443',
      'http://localhost:80/cb',
      'http://127.0.0.1:5173?x',
      'http://[::1]:3000/cb',
      'https://d.example',
      'com.example.app:/https://in-a-path.example/',
    ];
    await withUris('spa', uris);
    await withUris('again', ['https://a.example/cb']);
    await withUris('none', []);
    await withUris('confidential', ['https://confidential.example/cb'], true, 'client_secret_basic');
    await withUris('disabled', ['https://disabled.example/cb'], false);
    const damaged = await withUris('damaged', ['https://damaged.example/cb']);
    await database.execute(`update client set metadata = '{"re' where client_id = '${damaged.client_id}'`);
    await database.execute('drop table client_origin');
    for (const statement of clientOrigins.statements(database.options.type))
      await database.execute(statement);
    await changeRecords(database, clientOrigins);
    const known = async (origins: readonly string[]) => {
      const found = [];
      for (const origin of origins)
        if ((await storage.clients.findByOrigin(origin)) !== undefined) found.push(origin);
      return found;
    };
    const expected = [...new Set(uris.flatMap((uri) => webOrigin(uri) ?? []))];
    assert.equal(expected.length, 7);
    assert.deepEqual(await known(expected), expected);
    const others = ['in-a-name', 'in-a-query', 'in-a-path', 'confidential', 'disabled', 'damaged'];
    assert.deepEqual(await known(others.map((host) => `https://${host}.example`)), []);
    await storage.clients.remove(damaged.client_id);
  });

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

  test('a newer schema that names this version, or an older one, is used as it is', async ({ database }) => {
    const newer = SCHEMA_VERSION + 2;
    const says = (oldest: number) =>
      database.execute(
        `update schema_version set version = ${newer}, oldest = ${oldest}, oldest_of = ${newer}`,
      );
    try {
      await says(SCHEMA_VERSION);
      assert.deepEqual(await migrateStorage(database.options), { from: newer, to: newer });
      const storage = await openStorage(database.options);
      assert.equal(await storage.clients.count(), 5);
      await says(SCHEMA_VERSION + 1);
      // It runs, and learns of it: the roll ends what runs of earlier versions.
      const why = await storage.unusable;
      assert(why instanceof NewerSchema);
      assert.equal(why.found, newer);
      await storage.close();
      await assert.rejects(openStorage(database.options), NewerSchema);
    } finally {
      await database.execute(
        `update schema_version set version = ${SCHEMA_VERSION}, oldest = ${SCHEMA_VERSION}, oldest_of = ${SCHEMA_VERSION}`,
      );
    }
  });
});

import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import pg from 'pg';
import { adminApiOf } from './admin-api.ts';
import { createTestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';

/** Has a statement run on the database of a home while no server does. */
async function run(file: string, url: unknown, statement: string): Promise<void> {
  if (typeof url !== 'string') {
    const database = new DatabaseSync(file);
    database.exec(statement);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

for (const database of DATABASES) {
  describe(`a database that was brought back on ${database.name}`, {
    skip: database.skip,
    timeout: 120_000,
  }, () => {
    test('is noticed by a node that was down meanwhile, once, and by no node of another database', async (t) => {
      const opened = await database.open();
      t.after(() => opened.close());
      const home = await createTestHome(opened.deployment);
      t.after(() => home.remove());
      const folder = join(home.home, 'repository/database');
      const lastChange = join(folder, 'last-change.json');
      const url = opened.deployment['database.identity_db'];
      const change = (statement: string) =>
        run(join(folder, 'countersign.db'), url && 'url' in url ? url.url : undefined, statement);
      const serve = async (work: () => Promise<unknown> = async () => {}): Promise<string> => {
        const server = await home.start();
        await work();
        await server.stop();
        return server.output();
      };
      const register = () =>
        adminApiOf(home.issuer).register({ client_name: 'c', grant_types: ['client_credentials'] });

      assert.doesNotMatch(await serve(register), /went_back/);
      const known: { number: number } = JSON.parse(await readFile(lastChange, 'utf8'));
      assert.ok(known.number > 0);
      assert.doesNotMatch(await serve(), /went_back/, 'it goes on where it was');
      await copyFile(lastChange, `${lastChange}.kept`);

      await change('update registry_version set version = 1');
      const back = await serve();
      assert.match(back, /"type":"database\.went_back"/);
      assert.match(back, new RegExp(`"last_change":${known.number},"found":1\\b`));
      assert.doesNotMatch(await serve(), /went_back/, 'told of once');

      await change(`update registry_version set version = ${known.number}`);
      await change(`update registry_change set mark = 'of another'`);
      await copyFile(`${lastChange}.kept`, lastChange);
      assert.match(await serve(), /went_back/, 'the same number of another history');
    });
  });
}

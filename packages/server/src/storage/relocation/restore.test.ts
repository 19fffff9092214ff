import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { insertEarlierRows } from '../../../test/earlier-schemas.ts';
import { DATABASE_KINDS, type StartedDatabase } from '../../../test/storage-contract.ts';
import { openStorage } from '../open-storage.ts';
import { DataElsewhere } from '../storage-errors.ts';
import { checkBackup, FORMAT, type Header, sha256 } from './backup-format.ts';
import { openRows } from './open-rows.ts';
import { restoreDatabase } from './restore.ts';
import { batchesOf, RowSum, rowText, type Sum } from './rows.ts';
import { tablesOf } from './tables.ts';

const EARLIER = 12;

/** A backup as a version of a schema made it. */
async function earlierBackup(database: StartedDatabase, file: string): Promise<void> {
  const { db, dialect, close } = await openRows({ ...database.options, until: EARLIER });
  for (const statement of insertEarlierRows(EARLIER)) await database.execute(statement);
  const header: Header = {
    countersign_backup: FORMAT,
    program: '0.0.1',
    schema: EARLIER,
    database: dialect,
    made_at: 1,
    key_check: 'x',
  };
  const lines = [JSON.stringify(header)];
  const tables: Record<string, Sum> = {};
  for (const table of await tablesOf(db, dialect, EARLIER)) {
    const sum = new RowSum();
    lines.push(JSON.stringify({ table: table.name, columns: table.columns }));
    for await (const rows of batchesOf(db, dialect, table)) {
      for (const text of rows.map(rowText)) {
        sum.add(text);
        lines.push(text);
      }
    }
    tables[table.name] = sum.sum();
  }
  await close();
  const text = lines.map((line) => `${line}\n`).join('');
  const manifest = { files: {}, tables, sha256: sha256(text) };
  await writeFile(file, gzipSync(`${text}${JSON.stringify({ manifest })}\n`));
}

for (const { name, skip, start } of DATABASE_KINDS) {
  describe(`a restore on ${name}`, { skip, timeout: 120_000 }, () => {
    test('upgrades what an earlier version backed up, and serves nothing before it is whole', async (context) => {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-restore-'));
      const [source, target] = [await start(), await start()];
      context.after(async () => {
        await source.stop();
        await target.stop();
        await rm(folder, { recursive: true });
      });
      const file = join(folder, 'earlier.backup');
      await earlierBackup(source, file);
      const plan = {
        backup: await checkBackup(file),
        database: target.options,
        clock: Date.now,
        overwrite: false,
      };
      const failing = restoreDatabase(plan, async () => {
        throw new Error('the power went');
      });
      await assert.rejects(failing, /the power went/);
      if (target.options.type === 'postgres') {
        await assert.rejects(openStorage(target.options), DataElsewhere);
      }
      // What is there now is of no use to anybody: with PostgreSQL it has the schema of now.
      const empty = target.options.type === 'sqlite' ? target : await start();
      if (empty !== target) context.after(() => empty.stop());
      await restoreDatabase({ ...plan, database: empty.options }, async () => {});
      const storage = await openStorage(empty.options);
      assert.equal((await storage.clients.find('mtls'))?.metadata.id_token_signed_response_alg, 'ES256');
      assert.equal((await storage.clients.soonestCertificateEnds(0, 5)).length, 1);
      assert.equal((await storage.grants.find('grant-2'))?.revoked_at, 5);
      await storage.close();
    });
  });
}

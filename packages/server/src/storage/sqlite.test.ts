import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { client } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import { openRows } from './relocation/open-rows.ts';
import { CachingDatabase, openFile } from './sqlite-file.ts';
import { StorageUnavailable } from './storage-errors.ts';

describe('an SQLite file', { timeout: 30_000 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-storage-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('is readable by its owner alone, with its companions', async () => {
    const file = join(folder, 'private.db');
    const storage = await openStorage({ type: 'sqlite', file });
    await storage.replays.claim('key', 1);
    for (const each of [file, `${file}-wal`, `${file}-shm`]) {
      assert.equal((await stat(each)).mode & 0o777, 0o600, each);
    }
    await storage.close();
  });

  test('is read by some processes while another writes (WAL)', async () => {
    const file = join(folder, 'wal.db');
    const storage = await openStorage({ type: 'sqlite', file });
    await storage.close();
    await storage.close();
    const database = new DatabaseSync(file);
    assert.equal(database.prepare('pragma journal_mode').get()?.journal_mode, 'wal');
    database.close();
  });

  test('takes over what was written every 16 MiB, and its companion gets no longer', async () => {
    const file = join(folder, 'long.db');
    const database = await openFile(file);
    database.exec('create table long (octets blob)');
    const insert = database.prepare('insert into long values (zeroblob(3000))');
    for (let commits = 0; commits < 120; commits++) {
      database.exec('begin');
      for (let rows = 0; rows < 100; rows++) insert.run();
      database.exec('commit');
    }
    const mebibytes = (await stat(`${file}-wal`)).size / 1024 ** 2;
    assert.ok(mebibytes > 12 && mebibytes < 20, `${mebibytes} MiB`);
    assert.ok((await stat(file)).size > 24 * 1024 ** 2);
    database.close();
  });

  test('needs no folder for temporary files', async () => {
    const database = await openFile(join(folder, 'alone.db'));
    const caching = new CachingDatabase(database, 'alone.db');
    // 2 is memory.
    assert.equal(database.prepare('pragma temp_store').get()?.temp_store, 2);
    caching.close();
  });

  test('is locked for writing from the first moment of a transaction', async () => {
    const file = join(folder, 'locked.db');
    const { db, close } = await openRows({ type: 'sqlite', file });
    const other = new DatabaseSync(file, { timeout: 0 });
    await db.transaction().execute(async () => {
      assert.throws(() => other.exec('begin immediate'), /locked/);
    });
    other.exec('begin immediate; rollback');
    other.close();
    await close();
  });

  test('never tells of a change that is rolled back', async () => {
    const storage = await openStorage({ type: 'sqlite', file: join(folder, 'rollback.db') });
    const versions = new Set([storage.registry.lastChange('client')]);
    let pending = true;
    const refused = client({}, { certificates: ['not a certificate'] });
    const write = storage.clients.insert(refused).finally(() => {
      pending = false;
    });
    write.catch(() => {});
    while (pending) {
      versions.add(storage.registry.lastChange('client'));
      await Promise.resolve();
    }
    await assert.rejects(write);
    assert.equal(await storage.clients.find(refused.client_id), undefined);
    assert.equal(versions.size, 1);
    await storage.close();
  });

  test('that is none, or cannot be made, is refused by name', async () => {
    const file = join(folder, 'text.db');
    await writeFile(file, 'This is a text of some length and by no means a database. '.repeat(20));
    await assert.rejects(
      openStorage({ type: 'sqlite', file }),
      (error) =>
        error instanceof StorageUnavailable && /text\.db.*not an SQLite database/.test(error.message),
    );
    await assert.rejects(
      openStorage({ type: 'sqlite', file: join(folder, 'absent', 'x.db') }),
      (error) => error instanceof StorageUnavailable && error.message.includes('absent'),
    );
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { client, event, user } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import { openSqlite } from './sqlite.ts';
import { readingApart } from './sqlite-reading.ts';
import type { Storage } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

const NOW = 1_000;
/** A statement that takes some tenths of a second. */
const LONG = sql<{
  n: number;
}>`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 1000000)
  select count(*) as n from counted`;

describe('what takes long to read of an SQLite file', { timeout: 60_000 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-reading-'));
  });
  after(() => rm(folder, { recursive: true }));

  // Every thread that this process starts.
  const started: Worker[] = [];
  process.on('worker', (worker) => started.push(worker));

  const opened = async (name: string) => {
    const file = join(folder, name);
    return readingApart(await openSqlite(file, {}, Date.now), file);
  };

  test('has others answered meanwhile', async () => {
    const database = await opened('turns.db');
    let turns = 0;
    let isRead = false;
    const reading = LONG.execute(database.reading).finally(() => {
      isRead = true;
    });
    while (!isRead) {
      await turn();
      turns++;
    }
    assert.equal((await reading).rows[0]?.n, 1_000_000);
    assert.ok(turns > 100, `${turns} turns of the event loop`);
    await database.close();
  });

  test('is every listing, search and count', async () => {
    const storage = await openStorage({ type: 'sqlite', file: join(folder, 'all.db'), apart: true });
    await storage.clients.insert(client());
    await storage.users.insert(user());
    await storage.events.append([event()]);
    const page = { limit: 5 };
    const retention = { ageMs: 1, count: 1 };
    const asked = mock.method(Worker.prototype, 'postMessage');
    const reads: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
      clients: ({ clients }) => clients.list(page),
      'a search of clients': ({ clients }) => clients.list({ ...page, search: 'x' }),
      'clients by certificate': ({ clients }) => clients.list({ ...page, certificateEndsBefore: 1 }),
      'the number of clients': ({ clients }) => clients.count(),
      'ends of certificates': ({ clients }) => clients.countCertificateEnds([1], 9),
      'the soonest ends': ({ clients }) => clients.soonestCertificateEnds(0, 9),
      users: ({ users }) => users.list(page),
      'a search of users': ({ users }) => users.list({ ...page, search: 'x' }),
      events: ({ events }) => events.list({}, page),
      'a search of events': ({ events }) => events.list({ search: 'x' }, page),
      'a histogram': ({ events }) => events.histogram(0, 60_000),
      totals: ({ events }) => events.totals({ since: 0, until: NOW }),
      retention: ({ events }) =>
        events.prune({ administrative: retention, security: retention, traffic: retention }, NOW),
      sessions: ({ sessions }) => sessions.list({}, page, NOW),
      grants: ({ grants }) => grants.list({}, page, NOW),
      consents: ({ consents }) => consents.list({}, page),
      'what cannot be read': (all) => Array.fromAsync(all.findUnreadable()),
    };
    for (const [what, read] of Object.entries(reads)) {
      asked.mock.resetCalls();
      await read(storage);
      assert.ok(asked.mock.callCount() > 0, what);
    }
    asked.mock.resetCalls();
    await storage.clients.find('a');
    assert.equal(asked.mock.callCount(), 0, 'what a token needs is read at once');
    await storage.close();
  });

  test('is an error of what was asked when the thread ends, and the next question starts another', async () => {
    started.length = 0;
    const database = await opened('ending.db');
    const lost = [LONG, sql`select 1`].map((query) => query.execute(database.reading));
    while (started.length === 0) await turn();
    const refused = lost.map((each) => assert.rejects(each, StorageUnavailable));
    for (const thread of started.splice(0)) void thread.terminate();
    await Promise.all(refused);
    assert.deepEqual((await sql`select 1 as one`.execute(database.reading)).rows, [{ one: 1 }]);
    await database.close();
    await assert.rejects(sql`select 1`.execute(database.reading), /destroyed/);
  });

  test('tells of statements that fail, and writes nothing', async () => {
    const database = await opened('failing.db');
    await assert.rejects(sql`select 1 from nowhere`.execute(database.reading), /no such table/);
    await assert.rejects(sql`delete from client`.execute(database.reading), StorageUnavailable);
    await assert.rejects(
      database.reading.transaction().execute(async () => {}),
      /stands alone/,
    );
    await database.close();
  });

  test('of a file that is gone is told as such', async () => {
    const file = join(folder, 'gone.db');
    const database = await openSqlite(join(folder, 'there.db'), {}, Date.now);
    const apart = readingApart(database, file);
    await assert.rejects(sql`select 1`.execute(apart.reading), StorageUnavailable);
    await apart.close();
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { openStorage } from './open-storage.ts';
import { startWritingThread } from './sqlite-writing.ts';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

const claim = (key: string) => ({
  sql: 'insert into replay (replay_key, expires_at) values (?, 1)',
  parameters: [key],
});

describe('the thread that writes an SQLite file', { timeout: 60_000 }, () => {
  let folder: string;
  let file: string;
  // Every thread that this process starts.
  const started: Worker[] = [];
  process.on('worker', (worker) => started.push(worker));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-writing-'));
    file = join(folder, 'written.db');
    await (await openStorage({ type: 'sqlite', file })).close();
  });
  after(() => rm(folder, { recursive: true }));

  const count = (key: string) => {
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database.prepare('select count(*) as number from replay where replay_key = ?').get(key);
    database.close();
    return row?.number;
  };

  test('has others answered while it waits, for the disk or for whoever holds the lock', async () => {
    const writing = startWritingThread(file);
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    let turns = 0;
    let isWritten = false;
    const waiting = writing.together([claim('waits')]).finally(() => {
      isWritten = true;
    });
    for (const until = performance.now() + 500; performance.now() < until; turns++) await turn();
    assert.equal(isWritten, false);
    assert.ok(turns > 100, `${turns} turns of the event loop`);
    other.exec('rollback');
    await waiting;
    assert.equal(count('waits'), 1);
    other.close();
    await writing.close();
  });

  test('has written everything that was asked for when it is closed, and nothing after', async () => {
    const writing = startWritingThread(file);
    const asked = writing.together([claim('last')]);
    await writing.close();
    assert.equal(count('last'), 1);
    await asked;
    await assert.rejects(writing.together([claim('late')]), StorageUnavailable);
    assert.equal(count('late'), 0);
  });

  test('tells conflicts from what cannot be written', async () => {
    const writing = startWritingThread(file);
    await writing.together([claim('once')]);
    await assert.rejects(writing.together([claim('once')]), StorageConflict);
    const refused = { ...claim('once'), sql: `${claim('once').sql} on conflict do nothing` };
    assert.deepEqual(
      await writing.attempt([{ condition: 'it is new', rows: 'one', statement: refused }], 'unit'),
      { outcome: 'refused', condition: 'it is new' },
    );
    await assert.rejects(
      writing.together([{ sql: 'insert into nowhere values (1)', parameters: [] }]),
      /nowhere/,
    );
    await assert.rejects(writing.together([{ ...claim('x'), parameters: [Symbol('x')] }]), Error);
    await writing.together([claim('after all of it')]);
    await writing.close();
  });

  test('that ends fails what was asked of it, and the next question starts another', async () => {
    const writing = startWritingThread(file);
    await writing.together([claim('before')]);
    const [thread] = started.splice(0).slice(-1);
    assert.ok(thread);
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    const lost = writing.together([claim('lost')]);
    lost.catch(() => {});
    await turn();
    await turn();
    await thread.terminate();
    await assert.rejects(lost, StorageUnavailable);
    other.exec('rollback');
    other.close();
    await writing.together([claim('again')]);
    assert.deepEqual([count('before'), count('lost'), count('again')], [1, 0, 1]);
    await writing.close();
  });

  test('tries a file again that could not be opened', async () => {
    const absent = join(folder, 'absent', 'x.db');
    const writing = startWritingThread(absent);
    await assert.rejects(writing.together([claim('x')]), StorageUnavailable);
    await assert.rejects(writing.together([claim('x')]), /absent/);
    await writing.close();
  });

  test('is not started where nothing is written', async () => {
    started.length = 0;
    const storage = await openStorage({ type: 'sqlite', file, apart: true });
    assert.equal(await storage.clients.find('nobody'), undefined);
    await storage.close();
    assert.equal(started.length, 0);
  });
});

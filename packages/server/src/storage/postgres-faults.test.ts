import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { databaseWay } from '../../test/database-way.ts';
import {
  startDurablePostgres,
  startPostgres,
  type TestPostgres,
  whyNoPostgres,
} from '../../test/postgres.ts';
import { stoppable } from '../../test/postgres-processes.ts';
import { client, comesToHold, unique } from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import type { PostgresOptions } from './postgres.ts';
import type { StorageNotice } from './reach.ts';
import type { Storage } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

const run = promisify(execFile);
const opened: Storage[] = [];
const MINUTE = 60_000;

async function open(options: PostgresOptions, clock = Date.now) {
  const notices: StorageNotice[] = [];
  const storage = await openStorage({ type: 'postgres', ...options }, undefined, clock, (notice) =>
    notices.push(notice),
  );
  opened.push(storage);
  return { storage, notices };
}

async function connected(url: string): Promise<pg.Client> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  return connection;
}

/** How long work took that fails with StorageUnavailable, in milliseconds. */
async function unavailableAfter(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await assert.rejects(work, StorageUnavailable);
  return performance.now() - began;
}

describe('PostgreSQL under faults', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(async () => {
    await Promise.all(opened.map((storage) => storage.close()));
    await postgres.stop();
  });

  test('a change is heard within a second where the connection it would be heard on is dead without a sign', async (t) => {
    const way = await databaseWay(postgres.url);
    t.after(way.close);
    const { storage, notices } = await open({ url: way.url });
    const { storage: other } = await open({ url: postgres.url });
    for (let round = 0; round < 3; round++) {
      way.stall('watch');
      const added = client();
      const before = storage.registry.lastChange('client', added.client_id);
      await other.clients.insert(added);
      const began = performance.now();
      await comesToHold(() => storage.registry.lastChange('client', added.client_id) !== before);
      const took = performance.now() - began;
      assert(took < 1_000, `heard after ${took} ms`);
      assert.equal(storage.reach.state(), 'reached');
    }
    assert.deepEqual(notices, []);
  });

  test('that the database is away is noticed in time where telling of a change met its silence', async (t) => {
    const way = await databaseWay(postgres.url);
    t.after(way.close);
    const { storage } = await open({ url: way.url });
    const away = () => storage.reach.state() !== 'reached';
    way.swallow(/notify/);
    await storage.clients.insert(client());
    const began = performance.now();
    await comesToHold(away);
    const took = performance.now() - began;
    assert(took < 3_000, `noticed after ${took} ms`);
    way.goOn();
    await comesToHold(() => !away());
  });

  test('a call past its deadline is told so, and ended at the server', async () => {
    const limits = { deadline: 1_000, statementLimit: 30_000, lockLimit: 30_000 };
    const { storage } = await open({ url: postgres.url, poolSize: 2, ...limits });
    const [kept, key] = [client(), unique('jti')];
    await storage.clients.insert(kept);
    const blocking = await connected(postgres.url);
    const processes = async () =>
      (await blocking.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).rowCount;
    await blocking.query('begin');
    await blocking.query('lock table client, replay in access exclusive mode');
    const calls = [
      () => storage.clients.update({ ...kept, enabled: false, revision: 2 }),
      () => storage.clients.find(kept.client_id),
      () => storage.replays.claim(key, 1),
    ];
    for (const call of calls) {
      const took = await unavailableAfter(call());
      assert(took > 900 && took < 1_800, `after ${took} ms`);
    }
    for (let left = await processes(); left !== 0; left = await processes()) await delay(20);
    await blocking.query('rollback');
    await blocking.end();
    assert.deepEqual(await storage.clients.find(kept.client_id), kept);
    assert.equal(await storage.replays.claim(key, 1), true);
  });

  test('a change that waits for a lock too long is run again, and leaves no limit behind in the connection', async () => {
    const { storage } = await open({ url: postgres.url, poolSize: 1, lockLimit: 50 });
    const kept = client();
    await storage.clients.insert(kept);
    const blocking = await connected(postgres.url);
    await blocking.query('begin');
    await blocking.query(`select 1 from client where client_id = '${kept.client_id}' for update`);
    const changed = storage.clients.update({ ...kept, enabled: false, revision: 2 });
    await delay(300);
    await blocking.query('rollback');
    await blocking.query('begin');
    await changed;
    assert.equal((await storage.clients.find(kept.client_id))?.revision, 2);
    // Alone a statement has no limit of its own: it waits.
    await blocking.query('lock table replay in access exclusive mode');
    const claimed = storage.replays.claim(unique('jti'), 1);
    await delay(300);
    await blocking.query('rollback');
    await blocking.end();
    assert.equal(await claimed, true);
  });

  test('where the first host is away the next is used, and at its end the first again', async (t) => {
    const ways = [await databaseWay(postgres.url), await databaseWay(postgres.url)];
    t.after(() => Promise.all(ways.map((way) => way.close())));
    const [one, two] = ways;
    assert(one && two);
    const [first, second] = [new URL(one.url), new URL(two.url)];
    const url = one.url.replace(first.host, `${first.host},${second.host}`);
    one.cut();
    const { storage } = await open({ url });
    const kept = client();
    await storage.clients.insert(kept);
    for (const [away, there] of [
      [two, one],
      [one, two],
    ] as const) {
      there.mend();
      away.cut();
      const began = performance.now();
      for (;;) {
        const found = await storage.clients.find(kept.client_id).catch(() => undefined);
        if (found && storage.reach.state() === 'reached') break;
        await delay(20);
      }
      const took = performance.now() - began;
      assert(took < 5_000, `after ${took} ms`);
    }
  });

  test('a server that takes no writes is not taken, unless any will do', async () => {
    const { storage } = await open({ url: postgres.url });
    await storage.close();
    const name = new URL(postgres.url).pathname.slice(1);
    const administering = await connected(postgres.url);
    await administering.query(`alter database ${name} set default_transaction_read_only = on`);
    await assert.rejects(open({ url: postgres.url }), /takes no writes/);
    await open({ url: `${postgres.url}?target_session_attrs=any` });
    await administering.query('set default_transaction_read_only = off');
    await administering.query(`alter database ${name} set default_transaction_read_only = off`);
    await administering.end();
    await assert.rejects(open({ url: `${postgres.url}?target_session_attrs=standby` }), /the server writes/);
  });

  test('a clock that is wrong is told of and reckoned with', async () => {
    let ahead = 5 * MINUTE;
    const { storage, notices } = await open({ url: postgres.url }, () => Date.now() + ahead);
    assert(Math.abs(storage.reach.clockOffset() + ahead) < 1_000);
    assert.equal(storage.reach.isClockRight(), false);
    ahead = 0;
    await comesToHold(() => storage.reach.isClockRight());
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['clock wrong', 'clock right'],
    );
    assert(Math.abs(storage.reach.clockOffset()) < 1_000);
  });

  for (const [title, statement] of [
    ['has a lower number', 'update registry_version set version = 1'],
    [
      'has another history of the same length',
      `update registry_change set mark = 'of another' where version = (select version from registry_version)`,
    ],
  ] as const) {
    test(`a database that comes back and ${title} is told of, and everything counts as changed`, async () => {
      const { storage, notices } = await open({ url: postgres.url });
      await storage.clients.insert(client());
      await delay(1_100);
      const before = storage.registry.lastChange('signing key', 'any');
      const administering = await connected(postgres.url);
      await administering.query(statement);
      await administering.end();
      await comesToHold(() => notices.length > 0);
      assert.deepEqual(
        notices.map(({ kind }) => kind),
        ['went back'],
      );
      assert.notEqual(storage.registry.lastChange('signing key', 'any'), before);
    });
  }
});

/** Has a server speak TLS with a certificate of its own for 127.0.0.1. @returns the certificate, as PEM */
async function giveCertificate(folder: string, owner: string): Promise<string> {
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const subject = ['-subj', '/CN=database', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const how = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  await run('openssl', [...how, ...subject, '-keyout', key, '-out', certificate]);
  await chmod(key, 0o600);
  if (owner !== '') await run('chown', [owner, key, certificate]);
  return await readFile(certificate, 'utf8');
}

describe('a PostgreSQL server of its own', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  let certificate = '';
  before(async () => {
    postgres = await startDurablePostgres({
      flags: ['-c', 'ssl=on'],
      async prepare(folder, owner) {
        certificate = await giveCertificate(folder, owner);
        return async () => {};
      },
    });
  });
  after(() => postgres.stop());

  test('is taken over TLS by its certificate, or by any, as is set', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, certificate);
    const { url } = postgres;
    for (const tls of [{ mode: 'verify', ca }, { mode: 'require' }, { mode: 'off' }] as const) {
      const { storage } = await open({ url, tls });
      const administering = await connected(url);
      const { rows } = await administering.query(
        `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name like 'countersign%'`,
      );
      await administering.end();
      await storage.close();
      assert.deepEqual(rows, [{ ssl: tls.mode !== 'off' }], tls.mode);
    }
    await assert.rejects(open({ url, tls: { mode: 'verify' } }), /self-signed/);
    const named = new URL(url);
    named.hostname = 'localhost';
    await assert.rejects(open({ url: named.href, tls: { mode: 'verify', ca } }), /does not match/);
    await assert.rejects(open({ url, tls: { mode: 'verify', ca: join(folder, 'none.pem') } }), /none\.pem/);
  });

  test('may be stopped where it stands: calls end by their deadline, and once it goes on it is reached again without help', async (t) => {
    const { stop, goOn } = await stoppable(postgres.url);
    t.after(goOn);
    const { storage, notices } = await open({
      url: postgres.url,
      poolSize: 3,
      deadline: 1_500,
      unreachableBound: 3_000,
    });
    const kept = client();
    await storage.clients.insert(kept);
    await stop();
    const began = performance.now();
    const outcomes = Array.from({ length: 9 }, (_, index) =>
      unavailableAfter(
        index % 2
          ? storage.clients.find(kept.client_id)
          : storage.clients.update({ ...kept, enabled: false, revision: 2 }),
      ),
    );
    const cannotWrite = storage.reach.canWrite();
    await comesToHold(() => storage.reach.state() === 'away');
    assert(performance.now() - began < 2_500);
    assert.equal(storage.registry.isCurrent(), true);
    for (const took of await Promise.all(outcomes)) assert(took < 2_500, `after ${took} ms`);
    assert.equal(await cannotWrite, false);
    assert(performance.now() - began < 3_000);
    await comesToHold(() => storage.reach.state() === 'lost');
    assert.equal(storage.registry.isCurrent(), false);

    goOn();
    const back = performance.now();
    await comesToHold(() => storage.reach.state() === 'reached' && storage.registry.isCurrent());
    while (!(await storage.reach.canWrite())) await delay(20);
    const found = await storage.clients.find(kept.client_id);
    assert(performance.now() - back < 5_000, `after ${performance.now() - back} ms`);
    // A unit that was under way when the server stopped is whole or not there.
    assert([1, 2].includes(found?.revision ?? 0));
    assert.equal(found?.enabled, found?.revision === 1);
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['away', 'reached'],
    );
    await storage.close();
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { z } from 'zod';
import { SCHEMA_VERSION } from '../src/storage/migrate.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import { DataElsewhere } from '../src/storage/storage-errors.ts';
import { countersignProgram, createTestHome, type TestHome } from './countersign-process.ts';
import { insertEarlierRows } from './earlier-schemas.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';
import { call } from './token-client.ts';

const EVENTS = 12_000;
const Registered = z.object({ client_id: z.string(), client_secret: z.string() });

describe('everything moves from SQLite to PostgreSQL', { skip: whyNoPostgres(), timeout: 300_000 }, () => {
  let home: TestHome;
  let postgres: TestPostgres;
  let file: string;
  let client: z.infer<typeof Registered>;

  before(async () => {
    home = await createTestHome();
    postgres = await startPostgres();
    file = join(home.home, 'repository/database/countersign.db');
  });
  after(async () => {
    await home?.remove();
    await postgres?.stop();
  });

  const arguments_ = () => [
    'migrate',
    '--progress',
    ...['--from', 'sqlite', '--to', 'postgres', '--to-url', postgres.url],
  ];
  const onSource = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  /** Begins to move, and is killed as soon as a line of its progress matches. */
  const killedAt = async (pattern: RegExp): Promise<void> => {
    const child = spawn(process.execPath, [countersignProgram(), ...arguments_(), '--home', home.home], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      if (pattern.test(said)) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL', said);
  };
  const rowsAt = async (table: string): Promise<number> => {
    const connection = new pg.Client({ connectionString: postgres.url });
    await connection.connect();
    const { rows } = await connection.query(`select count(*)::int as count from ${table}`);
    await connection.end();
    return rows[0].count;
  };

  test('not while a server, or anybody, has the database open', async () => {
    const server = await home.start();
    const method = ['--token-endpoint-auth-method', 'client_secret_basic'];
    client = Registered.parse(await home.json('client', 'add', '--client-name', 'moved', ...method));
    const refused = await home.command(...arguments_());
    await server.stop();
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /another process has .*countersign\.db open: stop the server/);
  });

  test('killed at any point it goes on; meanwhile nobody writes and no server starts', async () => {
    onSource((database) => {
      // The server's own keys and chains stay as they are.
      const isOfServer = /^insert into (signing_key|audit_head|audit_cut) /;
      for (const statement of insertEarlierRows(SCHEMA_VERSION))
        if (!isOfServer.test(statement)) database.exec(statement);
      database.exec(`insert into event (event_id, time, type, outcome, client_id, search_text, record, class)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < ${EVENTS})
        select 'N-' || i, i, 'token.refused', 'refused', 'a' || char(0) || 'b', 'x', '{}', 'traffic' from n`);
      database.exec("insert into guess (guess_key, expires_at) values ('user:' || char(0), 4000000000000)");
    });
    const events = onSource((database) =>
      Number(database.prepare('select count(*) as n from event').get()?.n),
    );
    assert.ok(events > EVENTS);

    await killedAt(/^client: /m);
    await killedAt(/^event: [1-9]000 of /m);
    const arrived = await rowsAt('event');
    assert.ok(arrived > 0 && arrived < events, `${arrived} of ${events}`);

    const refused = await home.command('serve');
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /countersign\.db is not used: its data are being moved to the PostgreSQL database .* --give-up/,
    );
    await assert.rejects(openStorage({ type: 'postgres', url: postgres.url }), DataElsewhere);
    assert.throws(
      () => onSource((database) => database.exec('delete from client')),
      /the data of this database are at/,
    );
    const elsewhere = await home.command(
      'migrate',
      '--from',
      'sqlite',
      '--to',
      'postgres',
      '--to-url',
      postgres.url.replace(/\/[^/]*$/, '/postgres'),
    );
    assert.equal(elsewhere.code, 1);

    await killedAt(/^event: 7000 of /m);
    await killedAt(/^client: .* the same in both$/m);
    const moved = await home.command(...arguments_(), '--json');
    assert.equal(moved.code, 0, moved.stderr);
    const { tables, deployment_toml } = JSON.parse(moved.stdout);
    assert.equal(tables.event.rows, events);
    assert.match(moved.stderr, /^event: 1\d+ of 1\d+ rows, the same in both$/m);
    for (const [table, { rows }] of Object.entries<{ rows: number }>(tables)) {
      assert.equal(await rowsAt(table), rows, table);
    }
    assert.equal(deployment_toml[1], 'type = "postgres"');
    assert.doesNotMatch(deployment_toml.join('\n'), /countersign:countersign@/);
  });

  test('the source is never started on afterwards, and says where the data went', async () => {
    const refused = await home.command('serve');
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /its data were moved to the PostgreSQL database .*let \[database\.identity_db\]/,
    );
    const listed = await home.command('client', 'list');
    assert.match(listed.stderr, /its data were moved/);
    const back = await home.command('migrate', '--give-up');
    assert.equal(back.code, 1);
    assert.match(back.stderr, /what was ended there since must stay ended/);
    const repeated = await home.command(...arguments_());
    assert.equal(repeated.code, 0, repeated.stderr);
  });

  test('the server goes on with what it had', async () => {
    await home.editDeployment(
      (text) => `${text}\n[database.identity_db]\ntype = "postgres"\nurl = "${postgres.url}"\n`,
    );
    const server = await home.start();
    try {
      const answer = await call(`${home.issuer}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
      assert.equal(answer.status, 200);
      const shown = await home.json('client', 'show', 'mtls');
      assert.partialDeepStrictEqual(shown, { client_id: 'mtls' });
      const storage = await openStorage({ type: 'postgres', url: postgres.url });
      assert.equal(await storage.replays.claim('jti-seen', 1), false);
      assert.equal((await storage.sessions.find('session-1'))?.sub, 'sub-anna');
      const search = async () => {
        const { items } = await storage.clients.list({ search: 'tls', limit: 5 });
        return [items.map(({ client_id }) => client_id), await storage.clients.count()];
      };
      const found = await search();
      assert.deepEqual(found[0], ['mtls']);
      await storage.indexSearch();
      assert.equal(await rowsAt('client where search_grams is null'), 0, 'the index is made anew');
      assert.deepEqual(await search(), found);
      await storage.close();
    } finally {
      await server.stop();
    }
    const verified = await home.command('audit', 'verify');
    assert.equal(verified.code, 0, verified.stdout);
  });

  test('a move that is given up leaves the database as it was', async () => {
    const other = await createTestHome();
    const target = await startPostgres();
    try {
      assert.equal((await other.command('user', 'add', 'anna')).code, 0);
      const args = ['migrate', '--from', 'sqlite', '--to', 'postgres', '--to-url'];
      const occupied = await other.command(...args, postgres.url);
      assert.match(occupied.stderr, /is not empty: give the move an empty database/);
      assert.equal((await other.command('user', 'list')).code, 0, 'nothing was begun');
      const nothing = await other.command('migrate', '--give-up');
      assert.match(nothing.stderr, /nothing is being moved/);
      const child = spawn(
        process.execPath,
        [countersignProgram(), ...args, target.url, '--progress', '--home', other.home],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      child.stderr.once('data', () => child.kill('SIGKILL'));
      await once(child, 'close');
      assert.equal((await other.command('user', 'list')).code, 1);
      assert.equal((await other.command('migrate', '--give-up')).code, 0);
      assert.equal((await other.command('user', 'add', 'bert')).code, 0);
    } finally {
      await target.stop();
      await other.remove();
    }
  });

  test('called wrongly it is told so', async () => {
    for (const args of [
      ['--from', 'sqlite'],
      ['--to', 'postgres'],
      ['--to-url', 'x'],
      ['--from', 'oracle'],
    ]) {
      assert.equal((await home.command('migrate', ...args)).code, 2, args.join(' '));
    }
  });
});

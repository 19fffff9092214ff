import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** Connections of the pooler to the server, whatever the number of its clients. */
const POOL = 2;
const START_MS = 10_000;

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const program = (): string | undefined =>
  ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, 'pgbouncer'))
    .find(isExecutable);

/**
 * For the `skip` option of a test: why there is no PgBouncer to test with, or false. With CI=true nothing is skipped.
 */
export const whyNoPgBouncer = (): string | false =>
  program() !== undefined || process.env.CI === 'true'
    ? false
    : 'no PgBouncer: install the package pgbouncer';

async function isAnswering(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  while (child.exitCode === null && child.signalCode === null) await pause(10);
}

/** A pooler before a server. */
export type PgBouncer = {
  /** The URL through it. */
  readonly url: string;
  /** Ends it at once, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts PgBouncer in transaction mode, with two connections, before a server.
 * @param server the URL of the server itself
 */
export async function startPgBouncer(server: string): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(server);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-pgbouncer-'));
  const own = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${POOL}
max_client_conn = 100
server_login_retry = 1
`,
  );
  // It does not run as root.
  await chmod(folder, 0o755);
  const asWhom = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const url = new URL(server);
  url.host = `127.0.0.1:${own}`;
  let child: ChildProcess;
  const start = async () => {
    const started = spawn(program() ?? 'pgbouncer', [...asWhom, settings], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let log = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-2_000);
    });
    started.on('error', (error) => {
      log += String(error);
    });
    for (const deadline = Date.now() + START_MS; !(await isAnswering(url.href)); await pause(50)) {
      if (Date.now() < deadline && started.exitCode === null) continue;
      throw new Error(`PgBouncer did not start:\n${log}`);
    }
  };
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: url.href,
    async restart() {
      await ended(child);
      await start();
    },
    stop,
  };
}

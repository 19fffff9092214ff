import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { storageOptionsOf } from '../../src/server/open-home.ts';
import type { AuthorizationServer } from '../authorization-server.ts';
import type { TestDeployment, TestHome } from '../countersign-process.ts';
import { type ServerSetting, startDurablePostgres, whyNoPostgres } from '../postgres.ts';
import { whatAuditLacks } from './audit-file.ts';
import { databaseAt } from './cluster.ts';
import { type LimitedDisk, limitDisk, whyNoLimitedDisk } from './limited-disk.ts';
import { killWorker, leftBehind, workersOf } from './worker-processes.ts';

/** What a fault can wait for. */
export type Waits = {
  /** Everybody who has a request under way is answered. */
  goesOn(): Promise<void>;
  /** A request is not answered, or with an error of the server's. */
  fails(): Promise<void>;
};

/** What a fault is done to. */
export type Prepared = {
  readonly deployment?: TestDeployment;
  /** Options of `countersign serve`. */
  readonly serve?: readonly string[];
  /** Done to the home before the server starts. */
  prepareHome?(home: TestHome): Promise<void>;
  /** The file in the home that takes the server's standard output, instead of a pipe. */
  readonly printTo?: string;
  /**
   * Brings the fault about, and back to where the server can recover by itself.
   * @param traffic that is under way meanwhile
   */
  fault(server: AuthorizationServer, traffic: Waits): Promise<void>;
  /** What is wrong when all is over, beside what traffic noticed. */
  examine?(server: AuthorizationServer): Promise<readonly string[]>;
  /** Done while the server still runs, before its home is removed. */
  releaseHome?(): Promise<void>;
  close?(): Promise<void>;
};

export type FaultKind = {
  readonly name: string;
  /** Whether requests may be answered with 503: what they need is away, or who starts again says so. */
  readonly mayAnswer503?: boolean;
  skip(): Promise<string | false>;
  prepare(): Promise<Prepared>;
};

const MEGABYTES = 96;
const POSTGRES_MEGABYTES = 160;
const FULL_FOR_MS = 400;
const WRITING_MS = 20_000;

type Postgres = Awaited<ReturnType<typeof startDurablePostgres>>;

const withPostgres = async (
  fault: (postgres: Postgres, server: AuthorizationServer) => Promise<void>,
  setting?: ServerSetting,
): Promise<Prepared> => {
  const postgres = await startDurablePostgres(setting);
  return {
    deployment: databaseAt(postgres.url),
    fault: (server) => fault(postgres, server),
    close: postgres.stop,
  };
};

const TWO_WORKERS = ['--workers', '2'];

const killingWorkers = (): Prepared => ({
  serve: TWO_WORKERS,
  fault: ({ running }) => killWorker(running),
});

/** The supervisor alone is killed; its workers have to end by themselves. */
function killingSupervisors(): Prepared {
  const left: number[] = [];
  return {
    serve: TWO_WORKERS,
    async fault(server) {
      const workers = workersOf(server.running);
      await server.killAndRestart();
      left.push(...(await leftBehind(workers)));
    },
    examine: async () => left.map((pid) => `worker ${pid} outlived its supervisor`),
  };
}

async function onPostgres(prepared: Prepared): Promise<Prepared> {
  const postgres = await startDurablePostgres();
  return { ...prepared, deployment: databaseAt(postgres.url), close: postgres.stop };
}

/** A full disk under a folder of the home. */
const underHome = (
  folder: string,
  full: (traffic: Waits) => Promise<void>,
  {
    before,
    ...more
  }: Pick<Prepared, 'deployment' | 'printTo' | 'examine'> & {
    readonly before?: (server: AuthorizationServer) => void;
  } = {},
): Prepared => {
  let disk: LimitedDisk | undefined;
  return {
    ...more,
    async prepareHome({ home }) {
      await mkdir(join(home, folder), { recursive: true });
      disk = await limitDisk(join(home, folder), MEGABYTES);
    },
    async fault(server, traffic) {
      before?.(server);
      await disk?.fill();
      await full(traffic);
      await disk?.free();
    },
    releaseHome: async () => disk?.unmount(),
  };
};

/** Empties the file of SQLite's write-ahead log, so that the next write needs room. */
function shortenLog({ opened }: AuthorizationServer): void {
  const options = storageOptionsOf(opened.configuration.atStart);
  if (options.type !== 'sqlite') return;
  const database = new DatabaseSync(options.file, { timeout: WRITING_MS });
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
}

/** Small files of its log, so that it needs a new one soon. */
const SMALL_LOG: Omit<ServerSetting, 'prepare'> = {
  initdbFlags: ['--wal-segsize=1'],
  flags: ['-c', 'min_wal_size=2MB', '-c', 'max_wal_size=16MB'],
};

/** Has PostgreSQL write until it cannot and ends every connection. */
async function writeUntilItFails(url: string, disk: LimitedDisk): Promise<void> {
  const connection = new pg.Client({ connectionString: url });
  let isLost = false;
  connection.on('error', () => {
    isLost = true;
  });
  connection.on('end', () => {
    isLost = true;
  });
  await connection.connect();
  for (const deadline = Date.now() + WRITING_MS; !isLost; ) {
    if (Date.now() > deadline) throw new Error('PostgreSQL wrote on, though its disk is full');
    await connection.query('select txid_current(), pg_switch_wal()').catch(() => {});
    await disk.fill();
    await delay(10);
  }
  await connection.end().catch(() => {});
}

async function whyNoPostgresOnLimitedDisk() {
  return whyNoPostgres() || (await whyNoLimitedDisk());
}

const noPostgres = async () => whyNoPostgres();
const never = async (): Promise<false> => false;

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'kill -9 of the server, SQLite',
    mayAnswer503: true,
    skip: never,
    prepare: async () => ({ fault: (server) => server.killAndRestart() }),
  },
  {
    name: 'kill -9 of the server, PostgreSQL',
    mayAnswer503: true,
    skip: noPostgres,
    prepare: () => withPostgres((_postgres, server) => server.killAndRestart()),
  },
  ...[
    { name: 'SQLite', skip: never, on: async (prepared: Prepared) => prepared },
    { name: 'PostgreSQL', skip: noPostgres, on: onPostgres },
  ].flatMap(({ name, skip, on }): readonly FaultKind[] => [
    {
      name: `kill -9 of one of two workers, ${name}`,
      skip,
      prepare: () => on(killingWorkers()),
    },
    {
      name: `kill -9 of the supervisor of two workers, ${name}`,
      skip,
      mayAnswer503: true,
      prepare: () => on(killingSupervisors()),
    },
  ]),
  {
    name: 'immediate restart of PostgreSQL',
    mayAnswer503: true,
    skip: noPostgres,
    prepare: () => withPostgres((postgres) => postgres.restartAtOnce()),
  },
  {
    name: 'terminated connections',
    mayAnswer503: true,
    skip: noPostgres,
    prepare: () =>
      withPostgres(async ({ url }) => {
        const administrator = new pg.Client({ connectionString: url });
        await administrator.connect();
        await administrator.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await administrator.end();
      }),
  },
  {
    name: 'full disk under SQLite',
    mayAnswer503: true,
    skip: whyNoLimitedDisk,
    prepare: async () => underHome('repository/database', ({ fails }) => fails(), { before: shortenLog }),
  },
  {
    name: 'full disk under PostgreSQL',
    mayAnswer503: true,
    skip: whyNoPostgresOnLimitedDisk,
    async prepare() {
      let disk: LimitedDisk | undefined;
      return withPostgres(
        async (postgres) => {
          if (!disk) return;
          await disk.fill();
          await writeUntilItFails(postgres.url, disk);
          await delay(FULL_FOR_MS);
          await disk.free();
          await postgres.recovered();
        },
        {
          ...SMALL_LOG,
          async prepare(databaseDir, owner) {
            disk = await limitDisk(databaseDir, POSTGRES_MEGABYTES, owner);
            return disk.unmount;
          },
        },
      );
    },
  },
  {
    name: 'full disk under the audit file, continue',
    skip: whyNoLimitedDisk,
    prepare: async () =>
      underHome('repository/logs', ({ goesOn }) => goesOn(), {
        deployment: { logging: { audit_unwritable: 'continue' } },
        examine: whatAuditLacks,
      }),
  },
  {
    name: 'full disk under the audit file, refuse',
    mayAnswer503: true,
    skip: whyNoLimitedDisk,
    prepare: async () =>
      underHome('repository/logs', ({ fails }) => fails(), {
        deployment: { logging: { audit_unwritable: 'refuse' } },
        examine: whatAuditLacks,
      }),
  },
  {
    name: 'full disk under standard output',
    skip: whyNoLimitedDisk,
    prepare: async () =>
      underHome('standard-output', ({ goesOn }) => goesOn(), { printTo: 'standard-output/log' }),
  },
];

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { AuthorizationServer } from '../authorization-server.ts';
import type { TestDeployment, TestHome } from '../countersign-process.ts';
import { startDurablePostgres, whyNoPostgres } from '../postgres.ts';
import { limitDisk, whyNoLimitedDisk } from './limited-disk.ts';

/** What a fault is done to. */
export type Prepared = {
  readonly deployment: TestDeployment;
  /** Done to the home before the server starts. */
  prepareHome(home: TestHome): Promise<void>;
  /** Brings the fault about, and back to where the server can recover by itself. */
  fault(server: AuthorizationServer): Promise<void>;
  /** Done while the server still runs, before its home is removed. */
  releaseHome(): Promise<void>;
  close(): Promise<void>;
};

export type FaultKind = {
  readonly name: string;
  skip(): Promise<string | false>;
  prepare(): Promise<Prepared>;
};

const nothing = async () => {};
const SQLITE_MEGABYTES = 48;
const FULL_FOR_MS = 400;

const withPostgres = async (
  fault: (
    postgres: Awaited<ReturnType<typeof startDurablePostgres>>,
    server: AuthorizationServer,
  ) => Promise<void>,
): Promise<Prepared> => {
  const postgres = await startDurablePostgres();
  return {
    deployment: { 'database.identity_db': { type: 'postgres', url: postgres.url } },
    prepareHome: nothing,
    fault: (server) => fault(postgres, server),
    releaseHome: nothing,
    close: postgres.stop,
  };
};

const noPostgres = async () => whyNoPostgres();

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'kill -9 of the server, SQLite',
    skip: async () => false,
    prepare: async () => ({
      deployment: {},
      prepareHome: nothing,
      fault: (server) => server.killAndRestart(),
      releaseHome: nothing,
      close: nothing,
    }),
  },
  {
    name: 'kill -9 of the server, PostgreSQL',
    skip: noPostgres,
    prepare: () => withPostgres((_postgres, server) => server.killAndRestart()),
  },
  {
    name: 'immediate restart of PostgreSQL',
    skip: noPostgres,
    prepare: () => withPostgres((postgres) => postgres.restartAtOnce()),
  },
  {
    name: 'terminated connections',
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
    skip: whyNoLimitedDisk,
    async prepare() {
      let disk: Awaited<ReturnType<typeof limitDisk>> | undefined;
      return {
        deployment: {},
        async prepareHome({ home }) {
          disk = await limitDisk(join(home, 'repository/database'), SQLITE_MEGABYTES);
        },
        async fault() {
          await disk?.fill();
          await delay(FULL_FOR_MS);
          await disk?.free();
        },
        releaseHome: async () => disk?.unmount(),
        close: nothing,
      };
    },
  },
];

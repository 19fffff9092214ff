import type { TestDeployment } from './countersign-process.ts';
import { startPgBouncer, whyNoPgBouncer } from './pgbouncer.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';

/** A kind of database that a suite runs on, as the tables of `deployment.toml` that choose it. */
export type TestDatabase = {
  readonly name: 'sqlite' | 'postgres' | 'pgbouncer';
  /** Why the suite is skipped on it, or false. */
  readonly skip: string | false;
  open(): Promise<{ readonly deployment: TestDeployment; close(): Promise<void> }>;
};

/** Both databases: what is about storage and faults runs once on each. */
export const DATABASES: readonly TestDatabase[] = [
  {
    name: 'sqlite',
    skip: false,
    open: async () => ({ deployment: {}, close: async () => {} }),
  },
  {
    name: 'postgres',
    skip: whyNoPostgres(),
    async open() {
      const postgres = await startPostgres();
      return {
        deployment: { 'database.identity_db': { type: 'postgres', url: postgres.url } },
        close: () => postgres.stop(),
      };
    },
  },
];

/** PostgreSQL behind PgBouncer in transaction mode, with two connections. */
const POOLED: TestDatabase = {
  name: 'pgbouncer',
  skip: whyNoPostgres() || whyNoPgBouncer(),
  async open() {
    const postgres = await startPostgres();
    const pooler = await startPgBouncer(postgres.url);
    return {
      deployment: { 'database.identity_db': { type: 'postgres', url: pooler.url } },
      async close() {
        await pooler.stop();
        await postgres.stop();
      },
    };
  },
};

/** What the ways of tokens run on. */
export const TOKEN_DATABASES: readonly TestDatabase[] = [...DATABASES, POOLED];

const CHOSEN = process.env.COUNTERSIGN_TEST_DATABASE ?? 'sqlite';

/** What is about something else runs on one: the embedded database, unless COUNTERSIGN_TEST_DATABASE names another. */
export const ONE_DATABASE: readonly TestDatabase[] = TOKEN_DATABASES.filter(({ name }) => name === CHOSEN);
if (ONE_DATABASE.length === 0)
  throw new Error(`COUNTERSIGN_TEST_DATABASE=${CHOSEN}: there is no such database`);

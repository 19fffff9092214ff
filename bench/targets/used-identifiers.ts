import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import pg from 'pg';

/** What is remembered of an assertion. */
export type Claims = { readonly jti: string; readonly exp: number };

/** What remembers the identifiers of assertions, durably. */
export type UsedIdentifiers = {
  /** Writes those of one turn, all at once. @returns those that were not there before */
  use<Used extends Claims>(claims: readonly Used[]): Promise<readonly Used[]>;
};

/** Writes identifiers durably. @returns those that were not there before */
type Write = (claims: readonly Claims[]) => Promise<Iterable<string>>;

/** A turn that waits to be written. */
type Waiting = {
  readonly claims: readonly Claims[];
  readonly resolve: (fresh: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * One write at a time: what turns bring while one is under way is written by the next, so that a commit serves as many
 * requests as there are.
 */
function gathered(write: Write): UsedIdentifiers {
  let waiting: Waiting[] = [];
  let isWriting = false;

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const turns = waiting;
      waiting = [];
      try {
        const fresh = new Set(await write(turns.flatMap(({ claims }) => claims)));
        for (const { resolve } of turns) resolve(fresh);
      } catch (error) {
        for (const { reject } of turns) reject(error);
      }
    }
    isWriting = false;
  };

  return {
    async use(claims) {
      const { promise, resolve, reject } = Promise.withResolvers<ReadonlySet<string>>();
      waiting.push({ claims, resolve, reject });
      if (!isWriting) void writeAll();
      const fresh = await promise;
      return claims.filter(({ jti }) => fresh.has(jti));
    },
  };
}

const THREAD = fileURLToPath(new URL('sqlite-thread.ts', import.meta.url));

/** In a thread of its own, so that requests are read and signed while it waits for the disk. */
function inSqlite(file: string): UsedIdentifiers {
  const thread = new Worker(THREAD, { workerData: file });
  return gathered(async (claims) => {
    thread.postMessage(claims);
    const [fresh]: string[][] = await once(thread, 'message');
    return fresh ?? [];
  });
}

async function inPostgres(url: string): Promise<UsedIdentifiers> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table if not exists used (jti text primary key, exp bigint not null)');
  return gathered(async (claims) => {
    const { rows } = await client.query<{ jti: string }>({
      name: 'use',
      text: `insert into used (jti, exp) select * from unnest($1::text[], $2::bigint[])
        on conflict do nothing returning jti`,
      values: [claims.map(({ jti }) => jti), claims.map(({ exp }) => exp)],
    });
    return rows.map(({ jti }) => jti);
  });
}

/** @param where `sqlite`, for a file in `folder`, or the URL of a PostgreSQL database */
export const openUsedIdentifiers = async (where: string, folder: string): Promise<UsedIdentifiers> =>
  where === 'sqlite' ? inSqlite(join(folder, 'limit.sqlite')) : inPostgres(where);

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

type Claims = { readonly jti: string; readonly exp: number };

/** What remembers the identifiers of assertions, durably. */
export type UsedIdentifiers = {
  /** Writes those of one turn, all at once. @returns those that were not there before */
  use<Used extends Claims>(claims: readonly Used[]): Promise<readonly Used[]>;
};

function inSqlite(file: string): UsedIdentifiers {
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table if not exists used (jti text primary key, exp integer not null) strict, without rowid;`);
  const insert = database.prepare('insert into used (jti, exp) values (?, ?) on conflict do nothing');
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  return {
    async use(claims) {
      begin.run();
      const fresh = claims.filter(({ jti, exp }) => Number(insert.run(jti, exp).changes) === 1);
      commit.run();
      return fresh;
    },
  };
}

/** A turn that waits to be written. */
type Waiting = {
  readonly claims: readonly Claims[];
  readonly resolve: (fresh: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * One statement at a time: what turns bring while one is under way is written by the next, so that a commit serves as
 * many requests as there are.
 */
async function inPostgres(url: string): Promise<UsedIdentifiers> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table if not exists used (jti text primary key, exp bigint not null)');
  let waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (claims: readonly Claims[]): Promise<Set<string>> => {
    const { rows } = await client.query<{ jti: string }>({
      name: 'use',
      text: `insert into used (jti, exp) select * from unnest($1::text[], $2::bigint[])
        on conflict do nothing returning jti`,
      values: [claims.map(({ jti }) => jti), claims.map(({ exp }) => exp)],
    });
    return new Set(rows.map(({ jti }) => jti));
  };

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const turns = waiting;
      waiting = [];
      try {
        const fresh = await write(turns.flatMap(({ claims }) => claims));
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

/** @param where `sqlite`, for a file in `folder`, or the URL of a PostgreSQL database */
export const openUsedIdentifiers = async (where: string, folder: string): Promise<UsedIdentifiers> =>
  where === 'sqlite' ? inSqlite(join(folder, 'limit.sqlite')) : inPostgres(where);

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

/** Connections; statements of several turns are under way at once. */
const POOL_SIZE = 10;

async function inPostgres(url: string): Promise<UsedIdentifiers> {
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
  await pool.query('create table if not exists used (jti text primary key, exp bigint not null)');
  return {
    async use(claims) {
      const { rows } = await pool.query<{ jti: string }>({
        name: 'use',
        text: `insert into used (jti, exp) select * from unnest($1::text[], $2::bigint[])
          on conflict do nothing returning jti`,
        values: [claims.map(({ jti }) => jti), claims.map(({ exp }) => exp)],
      });
      const fresh = new Set(rows.map(({ jti }) => jti));
      return claims.filter(({ jti }) => fresh.delete(jti));
    },
  };
}

/** @param where `sqlite`, for a file in `folder`, or the URL of a PostgreSQL database */
export const openUsedIdentifiers = async (where: string, folder: string): Promise<UsedIdentifiers> =>
  where === 'sqlite' ? inSqlite(join(folder, 'limit.sqlite')) : inPostgres(where);

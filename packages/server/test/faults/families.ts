import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { storageOptionsOf } from '../../src/server/open-home.ts';
import { addressesOf } from '../../src/storage/postgres-address.ts';
import { writableHost } from '../../src/storage/postgres-watch.ts';
import type { AuthorizationServer } from '../authorization-server.ts';

/** What the database says of the refresh tokens of each grant in force. */
export type Families = {
  /** Grants whose tokens are all used: a successor is missing. */
  readonly ended: number;
  /** Grants with more than one token to use. */
  readonly branched: number;
};

const UNUSED = `
  select count(case when refresh_token.used_at is null then 1 end) as unused
  from refresh_token join authorization_grant on authorization_grant.grant_id = GRANT_ID
  where authorization_grant.revoked_at is null
  group by authorization_grant.grant_id`;

/** @param url which may name several hosts, of which the one that takes writes is asked */
async function connectedTo(url: string): Promise<pg.Client> {
  const { connectionString } = await writableHost(addressesOf(url, { mode: 'off' }));
  const connection = new pg.Client({ connectionString });
  await connection.connect();
  return connection;
}

async function unused({ configuration }: AuthorizationServer['opened']): Promise<readonly unknown[]> {
  const options = storageOptionsOf(configuration.atStart);
  if (options.type === 'sqlite') {
    const database = new DatabaseSync(options.file, { readOnly: true, timeout: 5_000 });
    const statement = database.prepare(
      UNUSED.replace('GRANT_ID', "json_extract(refresh_token.record, '$.grant_id')"),
    );
    const rows = statement.all();
    database.close();
    return rows.map((row) => row.unused);
  }
  const connection = await connectedTo(options.url);
  const { rows } = await connection.query<{ unused: unknown }>(
    UNUSED.replace('GRANT_ID', "(refresh_token.record::jsonb ->> 'grant_id')"),
  );
  await connection.end();
  return rows.map((row) => row.unused);
}

/** Looks at every family of refresh tokens, behind the server's back. */
export async function familiesOf(server: AuthorizationServer): Promise<Families> {
  const counts = (await unused(server.opened)).map(Number);
  return {
    ended: counts.filter((count) => count === 0).length,
    branched: counts.filter((count) => count > 1).length,
  };
}

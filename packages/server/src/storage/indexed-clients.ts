import { type Kysely, sql } from 'kysely';
import type { Step } from '../unit-of-work.ts';
import type { Schema } from './schema.ts';

/**
 * How many clients there are, without reading them all: those that are in the index of searches are counted by the units
 * of work that put them there and take them out; the others, which were there before it, one by one.
 */
export const indexedClients = (db: Kysely<Schema>) => ({
  /** Stands in the unit that puts so many into the index. */
  add: (count: number): Step => ({
    condition: 'the clients can be counted',
    query: sql`update indexed_clients set total = total + ${count}`.compile(db),
    rows: 'any',
  }),

  /** Before a client is removed. */
  removing: (client_id: string): Step => ({
    condition: 'the clients can be counted',
    query: sql`update indexed_clients set total = total - 1
      where exists (select 1 from client where client_id = ${client_id} and search_grams is not null)`.compile(
      db,
    ),
    rows: 'any',
  }),

  async count(): Promise<number> {
    const { rows } = await sql<{ total: number }>`
      select (select total from indexed_clients)
        + (select count(*) from client where search_grams is null) as total`.execute(db);
    return Number(rows[0]?.total ?? 0);
  },
});

import { sql } from 'kysely';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { CLIENT_USE_DAYS, type ClientUse, type ClientUseStore } from '../storage.ts';

const DAY = 86_400_000;
const KEPT = CLIENT_USE_DAYS * DAY;
/** Rows of one statement, of five values each: SQLite and PostgreSQL both take as many. */
const AT_ONCE = 100;
/** Rows of one unit of work. */
const IN_ONE_UNIT = 2_000;

function* parts<T>(items: readonly T[], most: number): Generator<readonly T[], void> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}

/** In one order in every process: of two that write the same rows neither waits for the other's. */
const inOrder = (uses: readonly ClientUse[]) =>
  uses.toSorted((one, other) =>
    one.client_id === other.client_id ? one.day - other.day : one.client_id < other.client_id ? -1 : 1,
  );

/** How many tokens clients were issued, by day. */
export function clientUseStore(database: Database): ClientUseStore {
  const { db, reading } = database;
  const addition = (uses: readonly ClientUse[]): Step => {
    const integer = (value: number) => sql`cast(${value} as bigint)`;
    const rows = uses.map(
      ({ client_id, day, tokens, last_at }) =>
        sql`(${client_id}, ${sql.join([day, tokens, last_at, day + KEPT].map(integer))})`,
    );
    // A client may be gone by now, and takes its rows with it.
    return {
      condition: 'the tokens issued can be counted',
      query: sql`with counted (client_id, day, tokens, last_at, expires_at) as (values ${sql.join(rows)})
        insert into client_use (client_id, day, tokens, last_at, expires_at)
        select client_id, day, tokens, last_at, expires_at from counted
          where exists (select 1 from client where client.client_id = counted.client_id)
        on conflict (client_id, day) do update set tokens = client_use.tokens + excluded.tokens,
          last_at = case when client_use.last_at < excluded.last_at then excluded.last_at else client_use.last_at end`.compile(
        db,
      ),
      rows: 'any',
    };
  };

  return {
    async add(uses) {
      if (uses.length > IN_ONE_UNIT) throw new RangeError(`at most ${IN_ONE_UNIT} are added at once`);
      if (uses.length > 0) await commitUnit(database, [...parts(inOrder(uses), AT_ONCE)].map(addition));
    },

    async of(client_id, since) {
      const rows = await db
        .selectFrom('client_use')
        .select(['day', 'tokens', 'last_at'])
        .where('client_id', '=', client_id)
        .where('day', '>=', since)
        .orderBy('day')
        .execute();
      return rows.map((row) => ({ ...row }));
    },

    async since() {
      const row = await reading
        .selectFrom('client_use')
        .select('expires_at')
        .orderBy('expires_at')
        .limit(1)
        .executeTakeFirst();
      return row && row.expires_at - KEPT;
    },
  };
}

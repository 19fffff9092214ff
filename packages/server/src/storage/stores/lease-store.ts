import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Dialect } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';
import type { LeaseStore } from '../storage.ts';

/** The database's own time, in milliseconds since the epoch: of processes whose clocks differ none must be early. */
const databaseTime = (dialect: Dialect) =>
  dialect === 'sqlite'
    ? sql<number>`cast(unixepoch('subsec') * 1000 as integer)`
    : sql<number>`cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)`;

/** Rows that say which process does what one process of a deployment does, and until when. */
export function leaseStore(
  { db, dialect }: { readonly db: Kysely<Schema> } & Pick<Database, 'dialect'>,
  holder: string = randomUUID(),
): LeaseStore {
  const now = databaseTime(dialect);
  return {
    async take(task, duration) {
      const expires_at = sql<number>`${now} + cast(${duration} as ${sql.raw(dialect === 'sqlite' ? 'integer' : 'bigint')})`;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('lease')
        .values({ task, holder, expires_at })
        .onConflict((conflict) =>
          conflict
            .column('task')
            .doUpdateSet({ holder, expires_at })
            .where((lease) =>
              lease.or([lease('lease.holder', '=', holder), lease('lease.expires_at', '<=', now)]),
            ),
        )
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    async giveUp(task) {
      await db.deleteFrom('lease').where('task', '=', task).where('holder', '=', holder).execute();
    },
  };
}

import { systemClock } from '../src/clock.ts';
import type { Migration } from '../src/storage/migrations/migration.ts';
import { openPostgres } from '../src/storage/postgres.ts';
import { openSqlite } from '../src/storage/sqlite.ts';
import type { StartedDatabase } from './storage-contract.ts';

/** Has a step of the schema change the records there are, and nothing else: those written behind the storage's back. */
export async function changeRecords(
  { options }: StartedDatabase,
  migration: Migration,
  signing_algorithm?: string,
): Promise<void> {
  const { db, dialect, close } =
    options.type === 'sqlite'
      ? await openSqlite(options.file, {}, systemClock)
      : await openPostgres({ url: options.url, poolSize: 2 }, {}, systemClock);
  try {
    await db
      .transaction()
      .execute(async (transaction) => migration.changeRecords?.(transaction, dialect, { signing_algorithm }));
  } finally {
    await close();
  }
}

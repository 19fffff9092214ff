import type { Migration } from '../src/storage/migrations/migration.ts';
import { openRows } from '../src/storage/relocation/open-rows.ts';
import type { StartedDatabase } from './storage-contract.ts';

/** Has a step of the schema change the records there are, and nothing else: those written behind the storage's back. */
export async function changeRecords(
  { options }: StartedDatabase,
  migration: Migration,
  signing_algorithm?: string,
): Promise<void> {
  const { db, dialect, close } = await openRows(options);
  try {
    await db
      .transaction()
      .execute(async (transaction) => migration.changeRecords?.(transaction, dialect, { signing_algorithm }));
  } finally {
    await close();
  }
}

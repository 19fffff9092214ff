import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { commitUnit } from './commit.ts';
import type { Database } from './database.ts';
import { KEY_OF, type SearchedTable, searchIndexing } from './search-index.ts';

/** Rows of one unit of work: what SQLite writes in a few milliseconds. */
const BATCH = { sqlite: 25, postgres: 200 };
const LONGEST_REST = 1_000;

/** A row whose `search_text` the index does not have: of before there was one, or written by an earlier version. */
export const isUnindexed = sql<boolean>`indexed_text is distinct from search_text`;

/**
 * Puts rows into the index that are not in it, a few at a time, resting in between for as long as it worked. It begins
 * where it left off, and several processes may do it at once.
 * @param stop ends it between two batches
 */
export async function indexRows(database: Database, stop: AbortSignal): Promise<void> {
  for (const table of ['client', 'user_account'] as const) {
    while (!stop.aborted) {
      const began = performance.now();
      if (!(await indexBatch(database, table))) break;
      const rest = Math.min(LONGEST_REST, performance.now() - began);
      await delay(rest, undefined, { signal: stop }).catch(() => {});
    }
  }
}

/** @returns whether there may be more */
async function indexBatch(database: Database, table: SearchedTable): Promise<boolean> {
  const { db, dialect } = database;
  const [name, key] = [sql.table(table), sql.ref(KEY_OF[table])];
  const { rows } = await sql<{ id: string; search_text: string }>`
    select ${key} as id, search_text from ${name} where ${isUnindexed} limit ${BATCH[dialect]}`.execute(db);
  if (rows.length === 0) return false;
  const indexing = searchIndexing(database, table);
  const steps = rows.flatMap(({ id, search_text }) => {
    const columns = Object.entries(indexing.updatedColumns(search_text)).map(
      ([column, value]) => sql`${sql.ref(column)} = ${value}`,
    );
    const update = sql`update ${name} set ${sql.join(columns)}
      where ${key} = ${id} and search_text = ${search_text} and ${isUnindexed}`.compile(db);
    return [
      ...indexing.before(id, search_text),
      { condition: 'the row is as it was read', query: update, rows: 'one' as const },
      ...indexing.after(id, search_text),
    ];
  });
  // Refused where somebody changed one of them meanwhile: what is left is read again.
  await commitUnit(database, steps);
  return true;
}

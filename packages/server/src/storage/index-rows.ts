import { setTimeout as delay } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Step } from '../unit-of-work.ts';
import { commitUnit } from './commit.ts';
import type { Database } from './database.ts';
import { indexedClients } from './indexed-clients.ts';
import { KEY_OF, type SearchedTable, searchIndexing } from './search-index.ts';

/** Rows of one unit of work: with SQLite what the process writes in a few milliseconds. */
const BATCH = { sqlite: 16, postgres: 200 };
const LONGEST_REST = 1_000;

/**
 * Puts rows into the index that are not in it, a few in a unit of work, resting in between for as long as that took. It goes
 * on where it was left off, and several processes may do it at once.
 * @param stop ends it between two units
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
  const { db, reading, dialect } = database;
  const [name, key] = [sql.table(table), sql.ref(KEY_OF[table])];
  const { rows } = await sql<{ id: string; search_text: string }>`
    select ${key} as id, search_text from ${name} where search_grams is null
    order by ${key} limit ${BATCH[dialect]}`.execute(reading);
  if (rows.length === 0) return false;
  const indexing = searchIndexing(database, table);
  const step = (query: RawBuilder<unknown>): Step => ({
    condition: 'the row is as it was read',
    query: query.compile(db),
    rows: 'one',
  });
  const steps = rows.flatMap(({ id, search_text }) => [
    step(sql`update ${name} set search_grams = ${indexing.column(search_text)}
      where ${key} = ${id} and search_text = ${search_text} and search_grams is null`),
    ...indexing.inserted(id, search_text),
  ]);
  // Refused where somebody changed one of them meanwhile: what is left is read again.
  await commitUnit(database, [
    ...steps,
    ...(table === 'client' ? [indexedClients(db).add(rows.length)] : []),
  ]);
  return true;
}

import { type RawBuilder, sql } from 'kysely';
import type { Step } from '../unit-of-work.ts';
import type { Database } from './database.ts';
import { gramsOf } from './search-grams.ts';

/** The tables whose rows are found by any part of their `search_text`, and what identifies a row. */
export const KEY_OF = { client: 'client_id', user_account: 'sub' } as const;
export type SearchedTable = keyof typeof KEY_OF;

/** The numbers of grams as a literal array of PostgreSQL's smallint. */
export const gramArray = (grams: Iterable<number>): string =>
  `{${Array.from(grams, (gram) => gram - 0x8000).join(',')}}`;

/** The numbers of grams as words of SQLite's full-text index. */
export const gramWords = (grams: Iterable<number>): readonly string[] =>
  Array.from(grams, (gram) => gram.toString(36));

export const searchTableOf = (table: SearchedTable): RawBuilder<unknown> => sql.table(`${table}_search`);

/**
 * Has rows of a table in the index in the unit of work that writes them.
 * @returns the columns to write with a row, and the steps before and after the one that does
 */
export function searchIndexing({ db, dialect }: Pick<Database, 'db' | 'dialect'>, table: SearchedTable) {
  const [rows, index, key] = [sql.table(table), searchTableOf(table), sql.ref(KEY_OF[table])];
  const next = sql<number>`(select coalesce(max(document), 0) + 1 from ${rows})`;

  /** @param text the row's `search_text` */
  const columns = (text: string) =>
    dialect === 'postgres'
      ? { indexed_text: text, search_grams: sql`${gramArray(gramsOf(text))}::smallint[]` }
      : { indexed_text: text, document: sql<number>`coalesce(document, ${next})` };

  return {
    /** Of a new row. */
    insertedColumns: (text: string) =>
      dialect === 'postgres' ? columns(text) : { indexed_text: text, document: next },
    updatedColumns: columns,
    /** Before a row is updated: what the index has of another text goes. */
    before(id: string, text: string): readonly Step[] {
      if (dialect === 'postgres') return [];
      const query = sql`delete from ${index} where rowid =
        (select document from ${rows} where ${key} = ${id} and indexed_text is not ${text})`.compile(db);
      return [{ condition: 'the index of searches can be written', query, rows: 'any' }];
    },
    /** After a row was written: the index gets what it lacks. */
    after(id: string, text: string): readonly Step[] {
      if (dialect === 'postgres') return [];
      const words = gramWords(gramsOf(text)).join(' ');
      const query = sql`insert into ${index} (rowid, grams) select document, ${words} from ${rows}
        where ${key} = ${id} and document not in (select rowid from ${index} where rowid = document)`.compile(
        db,
      );
      return [{ condition: 'the index of searches can be written', query, rows: 'any' }];
    },
  };
}

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Step } from '../unit-of-work.ts';
import type { Database } from './database.ts';
import { gramsOf, gramsOfSearch, numberOfId } from './search-grams.ts';

/** The tables whose rows are found by any part of their `search_text`, and what identifies a row. */
export const KEY_OF = { client: 'client_id', user_account: 'sub' } as const;
export type SearchedTable = keyof typeof KEY_OF;

/** The numbers of grams as a literal array of PostgreSQL's smallint. */
export const gramArray = (grams: Iterable<number>): string =>
  `{${Array.from(grams, (gram) => gram - 0x8000).join(',')}}`;

/**
 * Parts that the rows are in by their identifiers: what all rows have is so many words of the index. It puts its own parts
 * together word by word, and a unit of work waits for that.
 */
const PARTS = 16;
/** Words that a search of a part asks for. */
const MOST_WORDS = 6;

const wordsOfPart = (grams: Iterable<number>, part: number): readonly string[] =>
  Array.from(grams, (gram) => (gram * PARTS + part).toString(36));

/** A row as SQLite's full-text index has it: its grams as words. @param text its `search_text` */
export const wordsOf = (id: string, text: string): string =>
  wordsOfPart(gramsOf(text), numberOfId(id) % PARTS).join(' ');

/** What SQLite's full-text index is asked for grams: all of them, in any part. */
function matching(grams: readonly number[]): string {
  const asked = grams.slice(0, MOST_WORDS);
  const parts = Array.from({ length: PARTS }, (_, part) => wordsOfPart(asked, part));
  return parts.map((words) => `(${words.map((word) => `"${word}"`).join(' AND ')})`).join(' OR ');
}

const indexTable = (table: SearchedTable): RawBuilder<unknown> => sql.table(`${table}_search`);

const CONDITION = 'the index of searches can be written';

/**
 * Has rows of a table in the index in the unit of work that writes them. A row that is not in the index yet, having been
 * there before it, is left to `indexRows`.
 */
export function searchIndexing({ db, dialect }: Pick<Database, 'db' | 'dialect'>, table: SearchedTable) {
  const [rows, index, key] = [sql.table(table), indexTable(table), sql.ref(KEY_OF[table])];
  const next = sql<number>`(select coalesce(max(search_grams), 0) + 1 from ${rows} where search_grams is not null)`;
  const step = (query: RawBuilder<unknown>): Step => ({
    condition: CONDITION,
    query: query.compile(db),
    rows: 'any',
  });
  const array = (text: string) => sql<string>`${gramArray(gramsOf(text))}::smallint[]`;

  return {
    /** The column `search_grams` of a new row. @param text its `search_text` */
    column: (text: string): RawBuilder<unknown> => (dialect === 'postgres' ? array(text) : next),
    /** After a new row was written. */
    inserted(id: string, text: string): readonly Step[] {
      if (dialect === 'postgres') return [];
      return [
        step(
          sql`insert into ${index} (rowid, grams) select search_grams, ${wordsOf(id, text)} from ${rows}
            where ${key} = ${id}`,
        ),
      ];
    },
    /** Before a row gets another text. */
    updating(id: string, text: string): readonly Step[] {
      const change =
        dialect === 'postgres'
          ? sql`update ${rows} set search_grams = ${array(text)}
              where ${key} = ${id} and search_text <> ${text} and search_grams is not null`
          : sql`insert or replace into ${index} (rowid, grams) select search_grams, ${wordsOf(id, text)}
              from ${rows} where ${key} = ${id} and search_text <> ${text} and search_grams is not null`;
      return [step(change)];
    },
    /** Before a row is removed. */
    removing(id: string): readonly Step[] {
      if (dialect === 'postgres') return [];
      return [
        step(sql`delete from ${index} where rowid = (select search_grams from ${rows} where ${key} = ${id})`),
      ];
    },
  };
}

/**
 * Rows that may contain a search: what the index has for it, and what is not in the index yet. The caller compares the text
 * itself.
 * @param selected what is read of them
 * @param joined what is read beside the table
 * @param search case-folded
 * @param condition what else must hold, of every row
 */
export function candidates(
  dialect: Database['dialect'],
  table: SearchedTable,
  { selected, joined }: { readonly selected: RawBuilder<unknown>; readonly joined: RawBuilder<unknown> },
  search: string,
  condition: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  const rows = sql.table(table);
  const grams = gramsOfSearch(search);
  if (grams.length === 0) return sql`select ${selected} from ${rows} ${joined} where ${condition}`;
  const notYet = sql`select ${selected} from ${rows} ${joined} where search_grams is null and ${condition}`;
  if (dialect === 'postgres') {
    return sql`select ${selected} from ${rows} ${joined}
      where search_grams @> ${gramArray(grams)}::smallint[] and ${condition} union all ${notYet}`;
  }
  const index = indexTable(table);
  return sql`select ${selected} from ${index} cross join ${rows} on search_grams = ${index}.rowid ${joined}
    where ${index} match ${matching(grams)} and ${condition} union all ${notYet}`;
}

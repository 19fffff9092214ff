import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { isUnindexed } from './index-rows.ts';
import { gramsOfSearch } from './search-grams.ts';
import { gramArray, gramWords, KEY_OF, type SearchedTable, searchTableOf } from './search-index.ts';
import { containsText, foldCase } from './search-text.ts';

/** Where a row stands in its listing: by name, then by identifier. */
export type Place = readonly [name: string, id: string];
type Condition = RawBuilder<SqlBool>;
/** A part of a listing: after a place, before a name. */
type Range = { readonly from?: Place | undefined; readonly end?: string };

const NAME_OF = { client: 'client_name_key', user_account: 'username_key' } as const;

/** So many rows are collected and sorted; where there may be more, reading them in order soon finds a page. */
const MOST_COLLECTED = 1_000;
/** Rows read in order in one statement, which the process waits for with SQLite: first a look, then milliseconds of work. */
const FIRST_READ = 1_000;
const READ = { sqlite: 8_000, postgres: 50_000 };
/** Documents of SQLite's index that one statement looks through. */
const DOCUMENTS = 40_000;
const HIGHEST_CHARACTER = '\u{10FFFF}';

/** UTF-8 sorts as the databases do. */
const compare = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const comparePlaces = (one: Place, other: Place) => compare(one[0], other[0]) || compare(one[1], other[1]);

/** A condition that an index finds the rows of, if they are few. */
export type Narrowing = {
  readonly condition: Condition;
  /** A query of that index alone, to which a limit is added. */
  readonly found: RawBuilder<unknown>;
};

/** Finds the places of a listing's rows with statements none of which takes long, however many rows there are. */
export function placesOf({ db, dialect }: Pick<Database, 'db' | 'dialect'>, table: SearchedTable) {
  const [rows, index] = [sql.table(table), searchTableOf(table)];
  const [name, id] = [sql.ref(`${table}.${NAME_OF[table]}`), sql.ref(`${table}.${KEY_OF[table]}`)];
  const place = sql`${name} as name, ${id} as id`;
  const order = sql`${name}, ${id}`;
  const unindexedRows = { condition: isUnindexed, found: sql`select 1 from ${rows} where ${isUnindexed}` };
  const after = (from: Place | undefined): Condition =>
    from === undefined ? sql`1 = 1` : sql`(${name}, ${id}) > (${from[0]}, ${from[1]})`;
  const run = async (query: RawBuilder<{ name: string; id: string }>): Promise<Place[]> =>
    (await query.execute(db)).rows.map((row) => [row.name, row.id]);

  /** Rows that meet a condition which an index in this order helps with, or most rows meet. */
  const inOrder = (condition: Condition, from: Place | undefined, limit: number) =>
    run(
      sql`select ${place} from ${rows} where ${condition} and ${after(from)} order by ${order} limit ${limit}`,
    );

  /**
   * Reads rows in order for those that meet the condition.
   * @param range from where on, and before which name
   * @param most how many are read, or all
   */
  async function read(condition: Condition, { from, end }: Range, limit: number, most?: number) {
    const ends: Condition = end === undefined ? sql`1 = 1` : sql`${name} < ${end}`;
    const found: Place[] = [];
    let at = from;
    for (;;) {
      const step = most ?? READ[dialect];
      const [until] = await run(
        sql`select ${place} from ${rows} where ${after(at)} and ${ends}
          order by ${order} limit 1 offset ${step - 1}`,
      );
      const within: Condition = until
        ? sql`${condition} and (${name}, ${id}) <= (${until[0]}, ${until[1]})`
        : sql`${condition} and ${ends}`;
      found.push(...(await inOrder(within, at, limit - found.length)));
      at = until;
      if (until === undefined || found.length >= limit) return { found, at: undefined };
      if (most !== undefined) return { found, at };
      await setImmediate();
    }
  }

  /** Rows of the condition that are of the narrowing too, unless those are more than can be collected. */
  async function collected(narrowing: Narrowing, condition: Condition): Promise<Place[] | undefined> {
    const few = await sql`${narrowing.found} limit ${MOST_COLLECTED + 1}`.execute(db);
    if (few.rows.length > MOST_COLLECTED) return undefined;
    return run(sql`select ${place} from ${rows} where ${narrowing.condition} and ${condition}`);
  }

  /** Rows of the condition that the index knows for a search. */
  async function indexed(grams: readonly number[], condition: Condition): Promise<Place[] | undefined> {
    if (dialect === 'postgres') {
      const found = await run(sql`select ${place} from ${rows}
        where search_grams @> ${gramArray(grams)}::smallint[] and ${condition} limit ${MOST_COLLECTED + 1}`);
      return found.length > MOST_COLLECTED ? undefined : found;
    }
    const words = gramWords(grams).join(' AND ');
    const { rows: ends } = await sql<{
      last: number | null;
    }>`select max(document) as last from ${rows}`.execute(db);
    const last = ends[0]?.last ?? 0;
    const found: Place[] = [];
    for (let from = 0; from < last && found.length <= MOST_COLLECTED; from += DOCUMENTS) {
      if (from > 0) await setImmediate();
      const left = MOST_COLLECTED + 1 - found.length;
      found.push(
        ...(await run(sql`select ${place} from ${index} cross join ${rows} on document = ${index}.rowid
          where ${index} match ${words} and ${index}.rowid > ${from} and ${index}.rowid <= ${from + DOCUMENTS}
          and ${condition} limit ${left}`)),
      );
    }
    return found.length > MOST_COLLECTED ? undefined : found;
  }

  /** Rows that contain a search, collected with the help of the index. */
  async function searched(search: string, condition: Condition): Promise<Place[] | undefined> {
    const grams = gramsOfSearch(search);
    const unindexed = await collected(unindexedRows, condition);
    if (grams.length === 0 || unindexed === undefined) return undefined;
    const found = await indexed(grams, condition);
    return found && [...found, ...unindexed];
  }

  /** Those of any order that a page has. */
  function pageOf(found: readonly Place[], from: Place | undefined, limit: number): Place[] {
    const once = new Map(found.map((each) => [each[1], each]));
    return [...once.values()]
      .filter((each) => from === undefined || comparePlaces(each, from) > 0)
      .toSorted(comparePlaces)
      .slice(0, limit);
  }

  return {
    inOrder,
    /**
     * Rows that meet conditions of which none is known to be met often, or to be in order.
     * @param narrow those an index finds the rows of
     */
    async narrowed(
      condition: Condition,
      narrow: readonly Narrowing[],
      range: Range,
      limit: number,
      search?: string,
    ): Promise<Place[]> {
      const first = await read(condition, range, limit, FIRST_READ);
      if (first.at === undefined) return first.found;
      for (const candidates of narrow) {
        const found = await collected(candidates, condition);
        if (found) return pageOf(found, range.from, limit);
      }
      const found = search === undefined ? undefined : await searched(search, condition);
      if (found) return pageOf(found, range.from, limit);
      const rest = await read(condition, { ...range, from: first.at }, limit - first.found.length);
      return [...first.found, ...rest.found];
    },
    /** The two parts of a search: rows whose name begins with it, and the others that contain it. */
    partsOf(search: string) {
      const folded = foldCase(search);
      const end = folded + HIGHEST_CHARACTER;
      const begins: Condition = sql`(${name} >= ${folded} and ${name} < ${end})`;
      const contains = containsText(sql.ref<string>(`${table}.search_text`), search);
      const others: Condition = sql`${contains} and not ${begins}`;
      return { folded, begins, range: { from: [folded, ''] satisfies Place, end }, others };
    },
  };
}

export type Places = ReturnType<typeof placesOf>;

/** A place in a search: rows of the first part stand before those of the second. */
export type SearchPlace = readonly [part: number, name: string, id: string];

/**
 * A page of a search: rows whose name begins with it by name, and then the others that contain it by name.
 * @param also what else must hold of a row
 * @param narrow those of it that an index finds the rows of
 */
export async function searchPage(
  places: Places,
  search: string,
  also: Condition,
  narrow: readonly Narrowing[],
  from: SearchPlace | undefined,
  limit: number,
): Promise<SearchPlace[]> {
  const { folded, begins, range, others } = places.partsOf(search);
  const at: Place | undefined = from && [from[1], from[2]];
  const first =
    from?.[0] === 1
      ? []
      : await places.narrowed(sql`${begins} and ${also}`, narrow, at ? { ...range, from: at } : range, limit);
  const left = limit - first.length;
  const rest = from?.[0] === 1 ? { from: at } : {};
  const second =
    left > 0 ? await places.narrowed(sql`${others} and ${also}`, narrow, rest, left, folded) : [];
  return [
    ...first.map((each): SearchPlace => [0, ...each]),
    ...second.map((each): SearchPlace => [1, ...each]),
  ];
}

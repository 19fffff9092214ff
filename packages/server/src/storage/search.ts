import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from './database.ts';
import { candidates, KEY_OF, type SearchedTable } from './search-index.ts';
import { containsText, foldCase } from './search-text.ts';

type Condition = RawBuilder<SqlBool>;

/** A place in a listing: rows of the first part stand before those of the second. */
export const ListingPlace = z.tuple([z.union([z.literal(0), z.literal(1)]), z.string(), z.string()]);
export type ListingPlace = z.infer<typeof ListingPlace>;

/** What is asked of a listing by name. */
export type SearchedListing = {
  /** What a row must meet, answered by an index in the order of the listing. */
  readonly also: Condition;
  /**
   * A condition without such an index, as it is asked of one row after the other (by its identifier), and as it stands
   * where rows that meet it are looked for.
   */
  readonly narrowed?:
    | { readonly ofRow: (id: RawBuilder<unknown>) => Condition; readonly ofAll: Condition }
    | undefined;
  /** Any part of the text; case does not matter. */
  readonly search?: string | undefined;
  readonly from: ListingPlace | undefined;
  readonly limit: number;
};

const NAME_OF = { client: 'client_name_key', user_account: 'username_key' } as const;

/** Rows that are read in order before an index is asked: what many rows have is among them often enough to fill a page. */
const LOOKED_AT = 2_000;
const HIGHEST_CHARACTER = '\u{10FFFF}';
const EVERY: Condition = sql`1 = 1`;
const both = (...conditions: readonly Condition[]): Condition => sql`(${sql.join(conditions, sql` and `)})`;

/**
 * Reads the rows of a listing by name. A search gives those whose name begins with it first, and then the others that
 * contain it, both by name. No statement reads the whole table, however many rows there are.
 * @param columns what is read of a row
 */
export function listingByName<Row>(
  { reading, dialect }: Database,
  table: SearchedTable,
  columns: readonly string[],
) {
  const rows = sql.table(table);
  const [name, id] = [sql.ref(NAME_OF[table]), sql.ref(KEY_OF[table])];
  const ownId = sql.ref(`${table}.${KEY_OF[table]}`);
  const order = sql`order by ${name}, ${id}`;
  const selected = sql`select ${sql.join(columns.map((column) => sql.ref(column)))} from ${rows}`;
  const after = (from: ListingPlace | undefined): Condition =>
    from === undefined ? EVERY : sql`(${name}, ${id}) > (${from[1]}, ${from[2]})`;

  const read = async (query: RawBuilder<Row>): Promise<readonly Row[]> => (await query.execute(reading)).rows;

  const inOrder = (condition: Condition, limit: number) =>
    read(sql`${selected} where ${condition} ${order} limit ${limit}`);

  const ofIds = (ids: RawBuilder<unknown>) => read(sql`${selected} where ${id} in (${ids}) ${order}`);

  /**
   * Rows that meet a condition which no index has in order: if those read next do not fill the page, those that another
   * index finds.
   * @param found the rows that meet it
   */
  async function narrowed(
    { also, from, limit }: Pick<SearchedListing, 'also' | 'from' | 'limit'>,
    ofRow: (id: RawBuilder<unknown>) => Condition,
    found: (condition: Condition) => RawBuilder<unknown>,
  ): Promise<readonly Row[]> {
    const next = both(also, after(from));
    const looked = await ofIds(
      sql`select ${id} from (select ${name}, ${id}, search_text from ${rows}
        where ${next} ${order} limit ${LOOKED_AT}) next_rows where ${ofRow(sql.ref(`next_rows.${KEY_OF[table]}`))} ${order} limit ${limit}`,
    );
    if (looked.length >= limit) return looked;
    const more = await sql`select 1 from ${rows} where ${next} ${order} limit 1 offset ${LOOKED_AT}`.execute(
      reading,
    );
    if (more.rows.length === 0) return looked;
    return await ofIds(
      // By itself, so that no plan reads in order what the index finds.
      sql`with found as materialized (${found(next)}) select id from found order by name, id limit ${limit}`,
    );
  }

  /** Rows of the listing that contain a search. */
  async function searched(
    listing: SearchedListing,
    search: string,
  ): Promise<readonly (readonly [0 | 1, Row])[]> {
    const { also, from, limit } = listing;
    const folded = foldCase(search);
    const begins: Condition = sql`(${name} >= ${folded} and ${name} < ${folded + HIGHEST_CHARACTER})`;
    const contains: Condition = sql`(${containsText(sql.ref<string>('search_text'), search)}
      and not ${begins})`;
    const ofRow = listing.narrowed?.ofRow ?? (() => EVERY);
    const first = from?.[0] === 1 ? [] : await inOrder(both(also, begins, after(from), ofRow(ownId)), limit);
    const left = limit - first.length;
    const others = { also, from: from?.[0] === 1 ? from : undefined, limit: left };
    const rest =
      left === 0
        ? []
        : await narrowed(
            others,
            (row) => both(contains, ofRow(row)),
            (next) => candidates(dialect, table, NAME_OF[table], folded, both(next, contains, ofRow(ownId))),
          );
    return [...first.map((row) => [0, row] as const), ...rest.map((row) => [1, row] as const)];
  }

  /** @returns the rows, each with the part of the listing it stands in */
  return async (listing: SearchedListing): Promise<readonly (readonly [0 | 1, Row])[]> => {
    const { also, search, from, limit } = listing;
    if (search !== undefined && search !== '') return await searched(listing, search);
    if (!listing.narrowed) {
      return (await inOrder(both(also, after(from)), limit)).map((row) => [0, row] as const);
    }
    const { ofRow, ofAll } = listing.narrowed;
    const found = await narrowed(
      listing,
      ofRow,
      (next) => sql`select ${name} as name, ${id} as id from ${rows} where ${next} and ${ofAll}`,
    );
    return found.map((row) => [0, row] as const);
  };
}

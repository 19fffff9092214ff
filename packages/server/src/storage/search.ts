import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import type { ListingPlace } from './page.ts';
import { candidates, KEY_OF, type SearchedTable } from './search-index.ts';
import { containsText, foldCase } from './search-text.ts';

type Condition = RawBuilder<SqlBool>;

/** What the rows of a listing are sorted by. */
export type ListingOrder = {
  /** As a statement has it; `name` for what the table is listed by unless something else is asked for. */
  readonly key: 'name' | RawBuilder<unknown>;
  readonly isDescending: boolean;
  /** The value from which the listing is read. */
  readonly start?: string | number | undefined;
  /** Where the key stands in another table: that table. */
  readonly keyed?: {
    /** The name that statements have for it. */
    readonly by: string;
    readonly table: string;
    /** Which of its rows is the one of a row of the listing. */
    readonly holds: Condition;
  };
};

/** What is asked of a listing. */
export type SearchedListing = {
  readonly order: ListingOrder;
  /** What a row must meet, answered by an index in the order of names. */
  readonly also?: Condition | undefined;
  /**
   * A condition without such an index, as it is asked of one row after the other, and as it stands where rows that meet it
   * are looked for. Both take what identifies the row.
   */
  readonly narrowed?:
    | {
        readonly ofRow: (id: RawBuilder<unknown>) => Condition;
        readonly ofAll: (id: RawBuilder<unknown>) => Condition;
      }
    | undefined;
  /** Any part of the text; case does not matter. */
  readonly search?: string | undefined;
  readonly from: ListingPlace | undefined;
  readonly limit: number;
};

/** A row as it was listed: the part of the listing it stands in, and what it is sorted by. */
export type Listed<Row> = readonly [part: 0 | 1, row: Row & { readonly place_key: string | number }];

const NAME_OF = { client: 'client_name_key', user_account: 'username_key' } as const;
/** What is asked of rows that are read in an order. */
const ASKED_OF_ROWS = {
  client: ['search_text', 'enabled', 'token_endpoint_auth_method', 'managed_by'],
  user_account: ['search_text', 'enabled'],
} as const;

/** Rows that are read in order before an index is asked: what many rows have is among them often enough to fill a page. */
const LOOKED_AT = 2_000;
const HIGHEST_CHARACTER = '\u{10FFFF}';
const EVERY: Condition = sql`1 = 1`;
const all = (conditions: readonly (Condition | undefined)[]): Condition => {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? EVERY : sql`(${sql.join(given, sql` and `)})`;
};

/** The rows of a table in one order. @param key what they are sorted by */
function rowsInOrder<Row>(
  { reading, dialect }: Database,
  table: SearchedTable,
  columns: readonly string[],
  key: RawBuilder<unknown>,
  { isDescending, start, keyed }: ListingOrder,
) {
  type Found = Row & { readonly place_key: string | number };
  const rows = sql.table(table);
  const id = sql.ref(`${table}.${KEY_OF[table]}`);
  const [way, beyond] = isDescending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const other = keyed && sql`${sql.table(keyed.table)} ${sql.ref(keyed.by)}`;
  const otherId = keyed && sql.ref(`${keyed.by}.${KEY_OF[table]}`);
  // As an index has it that begins with the key.
  const placeId = otherId ?? id;
  // SQLite reads first what stands first.
  const ordered = keyed
    ? sql`${other} ${dialect === 'sqlite' ? sql`cross join` : sql`join`} ${rows} on ${id} = ${otherId}`
    : rows;
  const joined = keyed
    ? sql`${dialect === 'sqlite' ? sql`cross join` : sql`join`} ${other} on ${otherId} = ${id}`
    : sql``;
  const order = sql`order by ${key} ${way}, ${placeId} ${way}`;
  const own = (name: string) => sql.ref(`${table}.${name}`);
  const read = async (query: RawBuilder<Found>): Promise<readonly Found[]> =>
    (await query.execute(reading)).rows;

  const first = (): Condition => {
    if (start === undefined) return EVERY;
    if (!isDescending) return sql`${key} >= ${start}`;
    return typeof start === 'string' ? sql`${key} < ${start + HIGHEST_CHARACTER}` : sql`${key} <= ${start}`;
  };
  const next = (from: ListingPlace | undefined, also: Condition | undefined): Condition =>
    all([
      keyed?.holds,
      from === undefined ? first() : sql`(${key}, ${placeId}) ${beyond} (${from[1]}, ${from[2]})`,
      also,
    ]);

  return {
    id,
    joined,
    next,
    places: sql`${key} as place_key, ${id} as place_id`,

    /** Those that meet a condition, as an index has them. */
    inOrder: (condition: Condition, limit: number) =>
      read(sql`select ${sql.join(columns.map(own))}, ${key} as place_key from ${ordered}
        where ${condition} ${order} limit ${limit}`),

    /**
     * Those that meet a condition which no index has in order: if those read next do not fill the page, those that another
     * index finds.
     * @param indexed the next ones, as an index has them
     * @param ofRow asked of each of them
     * @param found the places of all that meet both
     */
    async narrowed(
      indexed: Condition,
      ofRow: (id: RawBuilder<unknown>) => Condition,
      found: RawBuilder<unknown>,
      limit: number,
    ): Promise<readonly Found[]> {
      const ofPlaces = (places: RawBuilder<unknown>) =>
        read(sql`select ${sql.join(columns.map(own))}, places.place_key from (${places}) places
          join ${rows} on ${id} = places.place_id order by places.place_key ${way}, places.place_id ${way}`);
      const asked = sql.join(ASKED_OF_ROWS[table].map((name) => sql`${own(name)} as ${sql.ref(name)}`));
      const looked = await ofPlaces(
        sql`select place_key, place_id from (select ${key} as place_key, ${placeId} as place_id, ${asked}
          from ${ordered} where ${indexed} ${order} limit ${LOOKED_AT}) next_rows
          where ${ofRow(sql.ref('next_rows.place_id'))}
          order by place_key ${way}, place_id ${way} limit ${limit}`,
      );
      if (looked.length >= limit) return looked;
      const more =
        await sql`select 1 from ${ordered} where ${indexed} ${order} limit 1 offset ${LOOKED_AT}`.execute(
          reading,
        );
      if (more.rows.length === 0) return looked;
      return await ofPlaces(
        // By itself, so that no plan reads in order what the index finds.
        sql`select place_key, place_id from (with found as materialized (${found})
          select place_key, place_id from found
          order by place_key ${way}, place_id ${way} limit ${limit}) first_found`,
      );
    },
  };
}

/**
 * Reads the rows of a listing. By name, a search gives those whose name begins with it first, and then the others that
 * contain it. No statement reads the whole table, however many rows there are.
 * @param columns what is read of a row
 */
export function searchedListing<Row>(database: Database, table: SearchedTable, columns: readonly string[]) {
  const { reading, dialect } = database;
  const name = sql.ref(`${table}.${NAME_OF[table]}`);
  const rows = sql.table(table);
  const id = sql.ref(`${table}.${KEY_OF[table]}`);
  const contains = (search: string): Condition =>
    sql`${containsText(sql.ref<string>('search_text'), search)}`;

  /** By name: those that begin with a search, and then the others. */
  async function byName(listing: SearchedListing): Promise<readonly Listed<Row>[]> {
    const { order, also, from, limit, narrowed, search = '' } = listing;
    const rowsOf = rowsInOrder<Row>(database, table, columns, name, order);
    if (search === '') {
      const next = rowsOf.next(from, also);
      if (!narrowed) return (await rowsOf.inOrder(next, limit)).map((row) => [0, row] as const);
      const found = sql`select ${rowsOf.places} from ${rows} where ${next} and ${narrowed.ofAll(id)}`;
      const listed = await rowsOf.narrowed(next, narrowed.ofRow, found, limit);
      return listed.map((row) => [0, row] as const);
    }
    const folded = foldCase(search);
    const begins: Condition = sql`(${name} >= ${folded} and ${name} < ${folded + HIGHEST_CHARACTER})`;
    const isFirst = from?.[0] !== 1;
    const first = isFirst
      ? await rowsOf.inOrder(all([rowsOf.next(from, also), begins, narrowed?.ofRow(id)]), limit)
      : [];
    const left = limit - first.length;
    if (left === 0) return first.map((row) => [0, row] as const);
    const next = all([rowsOf.next(isFirst ? undefined : from, also), sql`not ${begins}`]);
    const rest = await rowsOf.narrowed(
      next,
      (row) => all([contains(search), narrowed?.ofRow(row)]),
      candidates(
        dialect,
        table,
        { selected: rowsOf.places, joined: rowsOf.joined },
        folded,
        all([next, contains(search), narrowed?.ofRow(id)]),
      ),
      left,
    );
    return [...first.map((row) => [0, row] as const), ...rest.map((row) => [1, row] as const)];
  }

  /** By anything else: no other condition has an index in that order. */
  async function bySomethingElse(
    { order, also, from, limit, narrowed, search = '' }: SearchedListing,
    key: RawBuilder<unknown>,
  ): Promise<readonly Listed<Row>[]> {
    const rowsOf = rowsInOrder<Row>(database, table, columns, key, order);
    const next = rowsOf.next(from, undefined);
    const searched = search === '' ? undefined : contains(search);
    if (!searched && !also && !narrowed) {
      return (await rowsOf.inOrder(next, limit)).map((row) => [0, row] as const);
    }
    const found = searched
      ? candidates(
          dialect,
          table,
          { selected: rowsOf.places, joined: rowsOf.joined },
          foldCase(search),
          all([next, also, searched, narrowed?.ofRow(id)]),
        )
      : sql`select ${rowsOf.places} from ${rows} ${rowsOf.joined}
          where ${all([next, also, narrowed?.ofAll(id)])}`;
    const listed = await rowsOf.narrowed(
      next,
      (row) => all([also, searched, narrowed?.ofRow(row)]),
      found,
      limit,
    );
    return listed.map((row) => [0, row] as const);
  }

  return {
    /** @returns the rows, each with the part of the listing it stands in */
    list: (listing: SearchedListing): Promise<readonly Listed<Row>[]> =>
      listing.order.key === 'name' ? byName(listing) : bySomethingElse(listing, listing.order.key),

    /** How many a listing has, counted to `most` and no further. */
    async count(
      { also, narrowed, search = '' }: Pick<SearchedListing, 'also' | 'narrowed' | 'search'>,
      most: number,
    ): Promise<number> {
      const one = { selected: sql`1 as one`, joined: sql`` };
      const counted =
        search === ''
          ? sql`select 1 as one from ${rows} where ${all([also, narrowed?.ofAll(id)])}`
          : candidates(
              dialect,
              table,
              one,
              foldCase(search),
              all([also, contains(search), narrowed?.ofRow(id)]),
            );
      const { rows: found } = await sql<{ count: number }>`
        select cast(count(*) as bigint) as count from (select one from (${counted}) matching limit ${most}) counted`.execute(
        reading,
      );
      return Number(found[0]?.count ?? 0);
    },
  };
}

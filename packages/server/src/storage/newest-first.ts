import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Rows that one statement looks through: first some pages, then as many as nobody waits long for. With SQLite one thread
 * reads for everybody; PostgreSQL reads much at once with several processors.
 */
const FIRST_LOOK = 500;
const LOOKED_AT = { sqlite: 10_000, postgres: 200_000 };

export type Condition = RawBuilder<SqlBool>;
const all = (conditions: readonly Condition[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql`1 = 1` : sql`(${sql.join(conditions, sql` and `)})`;

/** What is asked of a listing, the newest first. */
export type NewestFirst = {
  /** Its name, or what stands after `from` where it is joined. */
  readonly table: string | RawBuilder<unknown>;
  /** The columns that rows are sorted by, and that together are one row's. */
  readonly key: readonly string[];
  /** What is read of a row. */
  readonly columns: readonly string[];
  /** What a row must meet, as an index has it in the order of the key. */
  readonly indexed: readonly Condition[];
  /** What it must meet besides: looked for row by row. */
  readonly besides: readonly Condition[];
  readonly after: readonly unknown[] | undefined;
  readonly limit: number;
  /** The other way round. */
  readonly isOldestFirst?: boolean;
};

/**
 * Reads the rows of a listing, the newest first. What no index answers is looked for in so many rows at a time, each a
 * statement of its own, until the page is full or the listing ends.
 */
export async function newestFirst<Row>(
  { reading, dialect }: Pick<Database, 'reading' | 'dialect'>,
  { table, key, columns, indexed, besides, after, limit, isOldestFirst = false }: NewestFirst,
): Promise<Row[]> {
  const rows = typeof table === 'string' ? sql.table(table) : table;
  const refs = key.map((column) => sql.ref(column));
  const place = sql`(${sql.join(refs)})`;
  const [way, beyond, upTo] = isOldestFirst ? [sql`asc`, sql`>`, sql`<=`] : [sql`desc`, sql`<`, sql`>=`];
  const order = sql`order by ${sql.join(refs.map((ref) => sql`${ref} ${way}`))}`;
  const selected = sql`select ${sql.join(columns.map((column) => sql.ref(column)))} from ${rows}`;
  const before = (from: readonly unknown[] | undefined): readonly Condition[] =>
    from === undefined ? [] : [sql`${place} ${beyond} (${sql.join(from)})`];

  const found: Row[] = [];
  let from = after;
  for (let look = FIRST_LOOK; ; look = LOOKED_AT[dialect]) {
    const next = all([...indexed, ...before(from)]);
    const left = limit - found.length;
    if (besides.length === 0) {
      const query = sql<Row>`${selected} where ${next} ${order} limit ${left}`;
      return [...(await query.execute(reading)).rows];
    }
    const { rows: ends } = await sql<Record<string, unknown>>`select ${sql.join(refs)} from ${rows}
      where ${next} ${order} limit 1 offset ${look - 1}`.execute(reading);
    const end = ends[0] && key.map((column) => ends[0]?.[column]);
    const within = end ? sql<SqlBool>`${place} ${upTo} (${sql.join(end)})` : sql<SqlBool>`1 = 1`;
    const query = sql<Row>`${selected} where ${all([within, ...indexed, ...before(from), ...besides])} ${order} limit ${left}`;
    found.push(...(await query.execute(reading)).rows);
    if (end === undefined || found.length >= limit) return found;
    from = end;
  }
}

/** What narrows a listing to a person and a client: what the index answers, and what is looked for besides. */
export function narrowing(
  sub: string | undefined,
  client_id: string | undefined,
): readonly [indexed: readonly Condition[], besides: readonly Condition[]] {
  const [fewest, ...others] = [
    ...(sub === undefined ? [] : [sql<SqlBool>`sub = ${sub}`]),
    ...(client_id === undefined ? [] : [sql<SqlBool>`client_id = ${client_id}`]),
  ];
  return [fewest ? [fewest] : [], others];
}

import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';
import type { Table } from './tables.ts';

/** A value of a column as both databases have it. */
export type Value = string | number | null | Uint8Array;
/** A row by the order of its table's columns. */
export type Row = readonly Value[];

/** Rows read, written and committed at once. */
const BATCH = 1_000;
/** Fewer than either database takes in a statement. */
const MOST_PARAMETERS = 30_000;

function kept(value: unknown, { name }: Table): Value {
  // PostgreSQL's text has no U+0000: what a stranger sent with one is kept there as it would have been written there.
  if (typeof value === 'string') return value.replaceAll('\0', '\u{FFFD}');
  if (value === null || typeof value === 'number' || value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new TypeError(`${name} holds a value of type ${typeof value}, which is not known how to keep`);
}

const keyOrder = ({ key }: Table, dialect: Dialect) =>
  sql.join(
    key.map(({ name, isText }) =>
      dialect === 'postgres' && isText ? sql`${sql.ref(name)} collate "C"` : sql.ref(name),
    ),
  );

/**
 * Reads a table by its key, some rows at a time; a table without a key at once.
 * @param from how many rows are passed over
 */
export async function* batchesOf(
  db: Kysely<Schema>,
  dialect: Dialect,
  table: Table,
  from = 0,
): AsyncGenerator<readonly Row[], void> {
  const columns = sql.join(table.columns.map((name) => sql.ref(name)));
  const order = keyOrder(table, dialect);
  const limit = table.hasKey ? sql`limit ${BATCH}` : sql``;
  let after: readonly unknown[] | undefined;
  for (;;) {
    const where = after ? sql`where (${order}) > (${sql.join(after)})` : sql``;
    const offset = !after && from > 0 && table.hasKey ? sql`offset ${from}` : sql``;
    const { rows } = await sql<Record<string, unknown>>`
      select ${columns} from ${sql.table(table.name)} ${where} order by ${order} ${limit} ${offset}`.execute(
      db,
    );
    if (rows.length > 0) yield rows.map((row) => table.columns.map((name) => kept(row[name], table)));
    const last = rows.at(-1);
    if (!table.hasKey || !last || rows.length < BATCH) return;
    after = table.key.map(({ name }) => last[name]);
  }
}

/** How far a table of many is: rows done, and how many there are where that is known. */
export type RowProgress = (table: string, rows: number, of?: number) => void;

/** Writes rows, in as many statements as they need. */
export async function insertRows(db: Kysely<Schema>, table: Table, rows: readonly Row[]): Promise<void> {
  const atOnce = Math.max(1, Math.floor(MOST_PARAMETERS / table.columns.length));
  const columns = sql.join(table.columns.map((name) => sql.ref(name)));
  for (let start = 0; start < rows.length; start += atOnce) {
    const values = rows.slice(start, start + atOnce).map((row) => sql`(${sql.join([...row])})`);
    await sql`insert into ${sql.table(table.name)} (${columns}) values ${sql.join(values)}`.execute(db);
  }
}

/** Removes every row of the tables, those first that refer to others, and all that their indexes of searches have. */
export async function emptyTables(
  db: Kysely<Schema>,
  dialect: Dialect,
  tables: readonly Table[],
): Promise<void> {
  for (const { name } of tables.toReversed()) await sql`delete from ${sql.table(name)}`.execute(db);
  const searched = tables.filter(({ isSearched }) => isSearched);
  if (searched.length === 0) return;
  await sql`update indexed_clients set total = 0`.execute(db);
  if (dialect === 'postgres') return;
  for (const { name } of searched) await sql`delete from ${sql.table(`${name}_search`)}`.execute(db);
}

export async function countRows(db: Kysely<Schema>, { name }: Pick<Table, 'name'>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** One row as text: the same whatever database it stands in. */
export const rowText = (row: Row): string =>
  JSON.stringify(
    row.map((value) =>
      value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
    ),
  );

/** What the rows of a table come to: how many, and a hash over all of them in whatever order. */
export type Sum = { readonly rows: number; readonly sha256: string };

/** Adds up rows: the hash is the sum of the SHA-256 of each, for databases sort by different rules. */
export class RowSum {
  #rows = 0;
  #sum = 0n;

  add(text: string): void {
    this.#rows++;
    const hash = createHash('sha256').update(text).digest('hex');
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${hash}`));
  }

  sum(): Sum {
    return { rows: this.#rows, sha256: this.#sum.toString(16).padStart(64, '0') };
  }
}

/** Adds up a whole table. */
export async function sumOf(db: Kysely<Schema>, dialect: Dialect, table: Table): Promise<Sum> {
  const sum = new RowSum();
  for await (const rows of batchesOf(db, dialect, table)) for (const row of rows) sum.add(rowText(row));
  return sum.sum();
}

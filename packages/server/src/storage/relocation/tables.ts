import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';
import { openRows } from './open-rows.ts';

/** A table whose rows are the deployment's, as the database itself describes it. */
export type Table = {
  readonly name: string;
  /** In the same order whatever database and whatever version made it. */
  readonly columns: readonly string[];
  /** The columns of the primary key; every column where there is none. */
  readonly key: readonly { readonly name: string; readonly isText: boolean }[];
  readonly hasKey: boolean;
  /** Whether an index of searches belongs to it. */
  readonly isSearched: boolean;
};

type Column = {
  readonly table_name: string;
  readonly column_name: string;
  readonly is_text: boolean | number;
};
type KeyColumn = { readonly table_name: string; readonly column_name: string; readonly place: number };
type Reference = { readonly table_name: string; readonly target: string };
type Catalog = {
  readonly columns: readonly Column[];
  readonly keys: readonly KeyColumn[];
  readonly references: readonly Reference[];
};

/**
 * What each database keeps for itself: its schema, what moves, who does what, how processes hear of changes, and how many
 * clients are in its index of searches.
 */
const isOwn = (name: string): boolean =>
  ['schema_version', 'relocation', 'unit_of_work', 'lease', 'indexed_clients'].includes(name) ||
  name.startsWith('registry_');

/** Says what the index of searches has of a row: where the row arrives, nothing yet. */
const IN_INDEX = 'search_grams';

async function sqliteCatalog(db: Kysely<Schema>): Promise<Catalog> {
  const tables = sql`select name from pragma_table_list
    where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'`;
  const columns = await sql<Column & { place: number }>`
    select listed.name as table_name, info.name as column_name, lower(info.type) = 'text' as is_text, info.pk as place
    from (${tables}) listed join pragma_table_info(listed.name) info`.execute(db);
  const references = await sql<Reference>`
    select listed.name as table_name, foreign_key."table" as target
    from (${tables}) listed join pragma_foreign_key_list(listed.name) foreign_key`.execute(db);
  return {
    columns: columns.rows,
    keys: columns.rows.filter(({ place }) => place > 0),
    references: references.rows,
  };
}

async function postgresCatalog(db: Kysely<Schema>): Promise<Catalog> {
  const columns = await sql<Column>`
    select c.table_name::text, c.column_name::text, c.data_type in ('text', 'character varying') as is_text
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'`.execute(
    db,
  );
  const keys = await sql<KeyColumn>`
    select k.table_name::text, k.column_name::text, k.ordinal_position::int as place
    from information_schema.table_constraints c
    join information_schema.key_column_usage k using (constraint_schema, constraint_name, table_name)
    where c.constraint_schema = current_schema() and c.constraint_type = 'PRIMARY KEY'`.execute(db);
  const references = await sql<Reference>`
    select source.relname::text as table_name, target.relname::text as target
    from pg_constraint c join pg_class source on source.oid = c.conrelid join pg_class target on target.oid = c.confrelid
    join pg_namespace n on n.oid = source.relnamespace
    where c.contype = 'f' and n.nspname = current_schema()`.execute(db);
  return { columns: columns.rows, keys: keys.rows, references: references.rows };
}

/** Those that others refer to first; none refers to itself through another. */
function inOrder(tables: readonly Table[], references: readonly Reference[]): readonly Table[] {
  const ordered: Table[] = [];
  const left = new Map(
    tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]),
  );
  while (left.size > 0) {
    const free = [...left.values()].filter(({ name }) =>
      references.every((each) => each.table_name !== name || each.target === name || !left.has(each.target)),
    );
    if (free.length === 0)
      throw new Error(`tables that refer to one another: ${[...left.keys()].join(', ')}`);
    for (const table of free) {
      ordered.push(table);
      left.delete(table.name);
    }
  }
  return ordered;
}

/** The names of the tables that a version of the schema has; a database may hold those of other programs beside them. */
async function ourNames(version: number): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-schema-'));
  try {
    const made = await openRows({ type: 'sqlite', file: join(folder, 'schema.db'), until: version });
    const { columns } = await sqliteCatalog(made.db).finally(() => made.close());
    return new Set(columns.map(({ table_name }) => table_name).filter((name) => !isOwn(name)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The tables that hold what the deployment has, each after those it refers to. What they are made of is asked of the
 * database, so that no table and no column of any version is forgotten; indexes of words (virtual tables) follow from
 * the others.
 * @param version that of the schema
 */
export async function tablesOf(
  db: Kysely<Schema>,
  dialect: Dialect,
  version: number,
): Promise<readonly Table[]> {
  const { columns, keys, references } = await (dialect === 'sqlite'
    ? sqliteCatalog(db)
    : postgresCatalog(db));
  const tables = Array.from(await ourNames(version), (name): Table => {
    const own = columns.filter(({ table_name }) => table_name === name);
    const textual = new Map(own.map(({ column_name, is_text }) => [column_name, Boolean(is_text)]));
    const sorted = own
      .map(({ column_name }) => column_name)
      .filter((column) => column !== IN_INDEX)
      .toSorted();
    const inKey = keys
      .filter(({ table_name }) => table_name === name)
      .toSorted((a, b) => a.place - b.place)
      .map(({ column_name }) => column_name);
    const hasKey = inKey.length > 0;
    return {
      name,
      columns: sorted,
      key: (hasKey ? inKey : sorted).map((column) => ({
        name: column,
        isText: textual.get(column) ?? false,
      })),
      hasKey,
      isSearched: textual.has(IN_INDEX),
    };
  });
  return inOrder(tables, references);
}

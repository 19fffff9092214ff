import { csvRows } from '../csv.ts';
import type { InputFile } from '../source.ts';

/** The tables that people are read from. */
export type TableKind = 'users' | 'attributes' | 'identity-data';

/** What each table is known by. */
const COLUMNS: Readonly<Record<TableKind, readonly string[]>> = {
  users: ['UM_USER_NAME', 'UM_USER_PASSWORD'],
  attributes: ['UM_ATTR_NAME', 'UM_ATTR_VALUE', 'UM_USER_ID'],
  'identity-data': ['USER_NAME', 'DATA_KEY', 'DATA_VALUE'],
};

const nameOf = (column: string): string => column.trim().toUpperCase();

/** The table whose columns a header has; undefined for any other. */
export function tableOf(header: readonly string[]): TableKind | undefined {
  const columns = new Set(header.map(nameOf));
  const kinds = ['users', 'attributes', 'identity-data'] as const;
  return kinds.find((kind) => COLUMNS[kind].every((column) => columns.has(column)));
}

/** How databases write in their dumps that there is nothing. */
const NOTHING = new Set(['', 'NULL', '\\N']);

/** A row of a table by the names of its columns, whatever their case. */
export type TableRow = {
  readonly line: number;
  /** The text of a column; undefined where there is none. */
  text(column: string): string | undefined;
};

/** The rows of a dump, without its header. @throws UnreadableSource */
export async function* tableRows(file: InputFile): AsyncGenerator<TableRow> {
  let header: readonly string[] | undefined;
  for await (const { line, values } of csvRows(file)) {
    if (header === undefined) {
      header = values.map(nameOf);
      continue;
    }
    const byName = new Map(header.map((name, index) => [name, values[index] ?? '']));
    yield {
      line,
      text(column) {
        const text = byName.get(column);
        return text === undefined || NOTHING.has(text) ? undefined : text;
      },
    };
  }
}

/** A truth as H2, PostgreSQL, MySQL and Oracle write it. */
export const isTrue = (text: string | undefined): boolean =>
  text !== undefined && ['TRUE', 'T', '1', 'Y', "B'1'", '\\X01'].includes(text.toUpperCase());

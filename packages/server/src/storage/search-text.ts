import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

/**
 * The form in which names are compared, sorted and searched: NFKC and lower case. Normalised once more at the
 * end, because lower-casing can undo it.
 */
export function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** The case-folded values of a record that a search looks through, one a line. */
export function searchText(...values: readonly unknown[]): string {
  return values
    .filter((value) => typeof value === 'string')
    .map(foldCase)
    .join('\n');
}

const patternOf = (search: string) => `%${search.replace(/[\\%_]/g, '\\$&')}%`;

/** A condition: `column`, made by {@link searchText}, contains `search`, whatever its case. */
export function containsText(column: Expression<string>, search: string): Expression<SqlBool> {
  return sql<SqlBool>`${column} like ${patternOf(foldCase(search))} escape '\\'`;
}

/** A condition: one of the columns, which hold identifiers as given, contains `search`, whatever its ASCII case. */
export function anyContains(columns: readonly string[], search: string): RawBuilder<SqlBool> {
  const pattern = patternOf(search.toLowerCase());
  const conditions = columns.map((column) => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`);
  return sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
}

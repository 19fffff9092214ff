import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type ListingPlace, sortedCursor } from './page.ts';
import { foldCase } from './search-text.ts';
import type { GroupingSort, Sorting } from './storage.ts';

const HIGHEST_CHARACTER = '\u{10FFFF}';

/**
 * The order of a listing of groups or roles: where a page of it begins, how its rows are sorted, and its cursor.
 * @param table the name that a statement has for it
 * @param id the column that identifies a row
 * @throws InvalidCursor
 */
export function groupingOrder(
  table: string,
  id: string,
  { sort = 'name', descending = false, from, after }: Sorting<GroupingSort> & { readonly after?: string },
) {
  const isName = sort === 'name';
  const column = isName ? 'name_key' : 'created_at';
  const [key, ref] = [sql.ref(`${table}.${column}`), sql.ref(`${table}.${id}`)];
  const [way, beyond] = descending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const order = isName && !descending ? undefined : `${sort} ${descending ? 'desc' : 'asc'}`;
  const cursor = sortedCursor(order, isName ? 'texts' : 'numbers');
  const place = cursor.read(after);
  const start = typeof from === 'string' ? foldCase(from) : from;

  const begins = (): readonly RawBuilder<SqlBool>[] => {
    if (place) return [sql`(${key}, ${ref}) ${beyond} (${place[1]}, ${place[2]})`];
    if (start === undefined) return [];
    if (!descending) return [sql`${key} >= ${start}`];
    return typeof start === 'string'
      ? [sql`${key} < ${start + HIGHEST_CHARACTER}`]
      : [sql`${key} <= ${start}`];
  };
  return {
    begins: begins(),
    sorted: sql`order by ${key} ${way}, ${ref} ${way}`,
    placeOf: (row: { readonly name_key: string; readonly created_at: number }, of: string): ListingPlace => [
      0,
      row[column],
      of,
    ],
    cursor,
  };
}

import { z } from 'zod';
import { readRows } from './record.ts';
import type { ListingPage } from './storage.ts';
import { InvalidCursor, type ReportUnreadable } from './storage-errors.ts';

type Key = string | number;
/** A place in a listing: rows of the first part stand before those of the second; then comes what is sorted by. */
export type ListingPlace = readonly [part: 0 | 1, key: string | number, id: string];

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * A listing's cursor: the sort key of the last row read, as base64url JSON, opaque to callers.
 * @param schema the sort key, a tuple of the columns the listing is ordered by
 */
export function cursorOf<K extends readonly Key[]>(schema: z.ZodType<K>) {
  return {
    /** @throws InvalidCursor */
    read(after: string | undefined): K | undefined {
      if (after === undefined) return undefined;
      const key = schema.safeParse(decode(after));
      if (!key.success) throw new InvalidCursor(`${JSON.stringify(after)} is not a cursor of this listing`);
      return key.data;
    },
    page: <R, T>(
      rows: readonly R[],
      limit: number,
      keyOf: (row: R) => K,
      itemOf: (row: R) => T,
      report?: ReportUnreadable,
    ): ListingPage<T> => pageOf(rows, limit, keyOf, itemOf, report),
  };
}

/**
 * Makes a page of rows read with a limit one higher than the page's, to know whether there are more. Rows that cannot be
 * read are named beside its items.
 */
function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly Key[],
  itemOf: (row: R) => T,
  report: ReportUnreadable = () => {},
): ListingPage<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined
      ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url')
      : undefined;
  const { items, unreadable } = readRows(shown, itemOf, report);
  return {
    items,
    ...(next !== undefined && { next }),
    ...(unreadable.length > 0 && { unreadable }),
  };
}

/** Sort key of listings by time: milliseconds since the epoch, then identifiers. */
export const TimeKey = z.tuple([z.int(), z.string()]);

const Part = z.union([z.literal(0), z.literal(1)]);

/**
 * The cursor of a listing that can be sorted in several ways: it names its order, so that it is not taken for a place in
 * another.
 * @param order undefined for the order that a listing has by itself, by name
 * @param key what it is sorted by
 */
export function sortedCursor(order: string | undefined, key: 'texts' | 'numbers') {
  const own = cursorOf(z.tuple([Part, z.string(), z.string()]));
  const named = cursorOf(
    z.tuple([
      Part,
      key === 'texts' ? z.string() : z.union([z.int(), z.string()]),
      z.string(),
      z.literal(order ?? ''),
    ]),
  );
  return {
    /** @throws InvalidCursor */
    read(after: string | undefined): ListingPlace | undefined {
      if (order === undefined) return own.read(after);
      const place = named.read(after);
      return place && [place[0], place[1], place[2]];
    },
    page<R, T>(
      rows: readonly R[],
      limit: number,
      placeOf: (row: R) => ListingPlace,
      itemOf: (row: R) => T,
      report?: ReportUnreadable,
    ): ListingPage<T> {
      return order === undefined
        ? pageOf(rows, limit, placeOf, itemOf, report)
        : pageOf(rows, limit, (row) => [...placeOf(row), order], itemOf, report);
    },
  };
}

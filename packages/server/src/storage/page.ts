import { z } from 'zod';
import type { ListingPage } from './storage.ts';
import { InvalidCursor } from './storage-errors.ts';

type Key = string | number;

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
    /** Makes a page of rows read with a limit one higher than the page's, to know whether there are more. */
    page<R, T>(
      rows: readonly R[],
      limit: number,
      keyOf: (row: R) => K,
      itemOf: (row: R) => T,
    ): ListingPage<T> {
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const next =
        rows.length > limit && last !== undefined
          ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url')
          : undefined;
      return { items: items.map(itemOf), ...(next !== undefined && { next }) };
    },
  };
}

/** Sort key of listings by time: milliseconds since the epoch, then identifiers. */
export const TimeKey = z.tuple([z.int(), z.string()]);

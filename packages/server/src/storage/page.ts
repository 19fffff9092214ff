import { z } from 'zod';
import { readRows } from './record.ts';
import type { ListingPage } from './storage.ts';
import { InvalidCursor, type ReportUnreadable } from './storage-errors.ts';

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
    /**
     * Makes a page of rows read with a limit one higher than the page's, to know whether there are more. Rows that
     * cannot be read are named beside its items.
     */
    page<R, T>(
      rows: readonly R[],
      limit: number,
      keyOf: (row: R) => K,
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
    },
  };
}

/** Sort key of listings by time: milliseconds since the epoch, then identifiers. */
export const TimeKey = z.tuple([z.int(), z.string()]);

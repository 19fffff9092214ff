import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import type { ExpiryNotice, ExpiryNoticeStore } from '../storage.ts';

/** Values in one statement: SQLite and PostgreSQL both take this many. */
const AT_ONCE = 100;
/** The row that says when the watch was first there; nothing that is watched has this name. */
const WATCH = 'the watch';
const NEVER = Number.MAX_SAFE_INTEGER;

/** Which notices of ends were given. */
export function expiryNoticeStore({ db }: Database): ExpiryNoticeStore {
  const rowOf = (notice: ExpiryNotice, expires_at: number) => ({
    ...notice,
    watched: indexKey(notice.watched),
    expires_at,
  });
  const begun = async () => {
    const row = await db
      .selectFrom('expiry_notice')
      .select('noted_at')
      .where('watched', '=', WATCH)
      .executeTakeFirst();
    return row?.noted_at;
  };

  return {
    steps: {
      give: (notice, expires_at) => ({
        condition: 'the notice was not given before',
        query: db
          .insertInto('expiry_notice')
          .values(rowOf(notice, expires_at))
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
      }),
    },

    async passOver(notices, expires_at) {
      for (let from = 0; from < notices.length; from += AT_ONCE) {
        const some = notices.slice(from, from + AT_ONCE);
        await db
          .insertInto('expiry_notice')
          .values(some.map((notice) => rowOf({ ...notice, event_id: '' }, expires_at)))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },

    async of(watched) {
      const names = new Map(watched.map((each) => [indexKey(each), each] as const));
      const keys = [...names.keys()];
      const found: ExpiryNotice[] = [];
      for (let from = 0; from < keys.length; from += AT_ONCE) {
        const rows = await db
          .selectFrom('expiry_notice')
          .select(['watched', 'ends_at', 'days', 'event_id', 'noted_at'])
          .where('watched', 'in', keys.slice(from, from + AT_ONCE))
          .orderBy('noted_at')
          .execute();
        found.push(...rows.map((row) => ({ ...row, watched: names.get(row.watched) ?? row.watched })));
      }
      return found;
    },

    async begin(now) {
      const row = { watched: WATCH, ends_at: 0, days: 0, event_id: '', noted_at: now, expires_at: NEVER };
      await db
        .insertInto('expiry_notice')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await begun()) ?? now;
    },

    begun,
  };
}

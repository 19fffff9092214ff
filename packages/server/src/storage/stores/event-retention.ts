import { sql } from 'kysely';
import { EVENT_CLASSES } from '../../event/event-class.ts';
import type { EventStore } from '../../event/event-store.ts';
import type { Database } from '../database.ts';
import { REMOVED_AT_ONCE, removeAll } from '../removal.ts';

/** How long events stay: each class by itself. */
export function eventRetention({ db, reading }: Pick<Database, 'db' | 'reading'>): Pick<EventStore, 'prune'> {
  /** Removes the rows of one class up to a key, oldest first. */
  const removeUpTo = async (kind: string, time: number, event_id: string) => {
    const oldest = db
      .selectFrom('event')
      .select('event_id')
      .where('class', '=', kind)
      .where(sql<boolean>`(time, event_id) <= (${time}, ${event_id})`)
      .orderBy('time')
      .orderBy('event_id')
      .limit(REMOVED_AT_ONCE);
    await removeAll(async () => {
      const { numDeletedRows } = await db
        .deleteFrom('event')
        .where('event_id', 'in', oldest)
        .executeTakeFirstOrThrow();
      return numDeletedRows;
    });
  };

  return {
    async prune(retention, now) {
      for (const kind of EVENT_CLASSES) {
        const { ageMs, count } = retention[kind];
        await removeUpTo(kind, now - ageMs, '');
        const newestToGo = await reading
          .selectFrom('event')
          .select(['time', 'event_id'])
          .where('class', '=', kind)
          .orderBy('time', 'desc')
          .orderBy('event_id', 'desc')
          .limit(1)
          .offset(count)
          .executeTakeFirst();
        if (newestToGo) await removeUpTo(kind, newestToGo.time, newestToGo.event_id);
      }
      const counted = now - retention.traffic.ageMs;
      await db.deleteFrom('event_count').where('minute', '<', counted).execute();
      await db.deleteFrom('request_count').where('minute', '<', counted).execute();
    },
  };
}

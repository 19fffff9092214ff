import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { EventCount, EventStore } from '../../event/event-store.ts';
import type { Database } from '../database.ts';
import { readValue } from '../record.ts';
import type { Schema } from '../schema.ts';

const MINUTE = 60_000;

export const Outcome = z.enum(['success', 'refused', 'failure']);

/** A type, or with a trailing dot a family of them. */
export const typeCondition = (type: string): RawBuilder<SqlBool> =>
  type.endsWith('.') ? sql`(type >= ${type} and type < ${`${type.slice(0, -1)}/`})` : sql`type = ${type}`;

/** Adds to the counts. Locked in one order by every node, or two of them could wait for each other. */
export const eventCountInsertion = (db: Kysely<Schema>, counts: readonly EventCount[]) =>
  db
    .insertInto('event_count')
    .values(
      counts
        .map((count) => ({ ...count, sampled: count.sampled ? 1 : 0 }))
        .sort((a, b) =>
          `${a.minute} ${a.type} ${a.outcome}` < `${b.minute} ${b.type} ${b.outcome}` ? -1 : 1,
        ),
    )
    .onConflict((conflict) =>
      conflict.columns(['minute', 'type', 'outcome']).doUpdateSet(({ ref }) => ({
        count: sql<number>`event_count.count + ${ref('excluded.count')}`,
        sampled: ref('excluded.sampled'),
      })),
    );

/** How often what happened, beside the events themselves. */
export const eventCounting = ({
  reading: db,
}: Pick<Database, 'reading'>): Pick<EventStore, 'histogram' | 'totals'> => ({
  async histogram(since, bucketMs) {
    const exact = since % MINUTE === 0 && bucketMs % MINUTE === 0;
    const at = sql.ref(exact ? 'minute' : 'time');
    const bucket = sql<number>`(${at} - cast(${since} as bigint)) / cast(${bucketMs} as bigint)`;
    const [table, count] = exact
      ? ([sql.table('event_count'), sql`cast(sum(count) as bigint)`] as const)
      : ([sql.table('event'), sql`count(*)`] as const);
    const { rows } = await sql<{ bucket: number; outcome: string; count: number }>`
      select ${bucket} as bucket, outcome, ${count} as count from ${table} where ${at} >= ${since}
      group by 1, outcome order by 1, outcome`.execute(db);
    return rows.map((row) => ({
      time: since + row.bucket * bucketMs,
      outcome: readValue(Outcome, row.outcome, 'outcome of an event'),
      count: row.count,
    }));
  },

  async totals({ since, until, type }) {
    const from = Math.floor(since / MINUTE) * MINUTE;
    const to = Math.ceil(until / MINUTE) * MINUTE;
    let counted = db
      .selectFrom('event_count')
      .select(['type', 'outcome'])
      .select([sql<number>`max(sampled)`.as('sampled'), sql<number>`cast(sum(count) as bigint)`.as('count')])
      .where('minute', '>=', from)
      .where('minute', '<', to);
    let held = db
      .selectFrom('event')
      .select(['type', 'outcome'])
      .select((select) => select.fn.countAll<number>().as('kept'))
      .where('time', '>=', from)
      .where('time', '<', to);
    if (type !== undefined) {
      counted = counted.where(typeCondition(type));
      held = held.where(typeCondition(type));
    }
    const kept = await held.groupBy(['type', 'outcome']).execute();
    const rows = await counted.groupBy(['type', 'outcome']).orderBy('type').orderBy('outcome').execute();
    return rows.map((row) => ({
      type: row.type,
      outcome: readValue(Outcome, row.outcome, 'outcome of a count'),
      sampled: row.sampled === 1,
      count: row.count,
      kept: kept.find((one) => one.type === row.type && one.outcome === row.outcome)?.kept ?? 0,
    }));
  },
});

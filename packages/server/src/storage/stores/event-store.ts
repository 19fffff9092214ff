import { setImmediate } from 'node:timers/promises';
import { type ExpressionBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Event } from '../../event/event.ts';
import { classOf, EVENT_CLASSES } from '../../event/event-class.ts';
import type { EventCount, EventStore } from '../../event/event-store.ts';
import { CAUSES, type Cause } from '../../refusal/causes.ts';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { readRecord, readValue } from '../record.ts';
import type { Schema } from '../schema.ts';
import { containsText, foldCase, searchText } from '../search-text.ts';

const ROWS_A_STATEMENT = 200;
/** Rows that one statement removes: few enough that neither a lock nor this process is held for long. */
const REMOVED_AT_ONCE = 1_000;
const MINUTE = 60_000;

const isCause = (name: unknown): name is Cause => typeof name === 'string' && Object.hasOwn(CAUSES, name);
const Outcome = z.enum(['success', 'refused', 'failure']);
const Details = z.record(z.string(), z.unknown());
const Change = z.object({ old: z.unknown().exactOptional(), new: z.unknown().exactOptional() });
const EventRecord = z.looseObject({
  event_id: z.string(),
  time: z.int(),
  type: z.string(),
  outcome: Outcome,
  actor: z
    .looseObject({
      name: z.string(),
      through: z.string(),
      remote_address: z.string().exactOptional(),
      client_id: z.string().exactOptional(),
    })
    .exactOptional(),
  object: z.looseObject({ kind: z.string(), id: z.string() }).exactOptional(),
  client_id: z.string().exactOptional(),
  username: z.string().exactOptional(),
  remote_address: z.string().exactOptional(),
  certificate: Details.exactOptional(),
  error: z.string().exactOptional(),
  because: z.string().exactOptional(),
  evidence: Details.exactOptional(),
  changes: z.record(z.string(), Change).exactOptional(),
  sampled: z.literal(true).exactOptional(),
  detail: Details.exactOptional(),
});

const cursor = cursorOf(TimeKey);

/** A cause that this version no longer knows is left out: the event is older than the explanation. */
function toEvent(row: { event_id: string; record: string }): Event {
  const { because, ...event } = readRecord(EventRecord, row.record, `event ${row.event_id}`);
  return { ...event, ...(isCause(because) && { because }) };
}

/** An identifier from a request can be anything; one this long names nothing. */
const indexed = (identifier: string | undefined) =>
  identifier !== undefined && identifier.length <= LONGEST_KEY ? identifier : null;

const toRow = (event: Event, unaudited = 0) => ({
  event_id: event.event_id,
  time: event.time,
  type: event.type,
  outcome: event.outcome,
  class: classOf(event),
  client_id: indexed(event.client_id),
  actor_key: indexed(event.actor && foldCase(event.actor.name)),
  remote_address: indexed(event.remote_address),
  object_id: indexed(event.object?.id),
  unaudited,
  search_text: searchText(
    event.event_id,
    event.client_id,
    event.username,
    event.actor?.name,
    event.object?.id,
    event.remote_address,
    event.because,
    event.certificate?.['x5t#S256'],
  ),
  record: JSON.stringify(event),
});

type Row = ExpressionBuilder<Schema, 'event' | 'event_count'>;

/** A type, or with a trailing dot a family of them. */
const ofType = (type: string) => (where: Row) =>
  type.endsWith('.')
    ? where.and([where('type', '>=', type), where('type', '<', `${type.slice(0, -1)}/`)])
    : where('type', '=', type);

/** Events, newest first; the whole event is one JSON record, what listings narrow by stands in columns. */
export function eventStore(database: Database): EventStore {
  const { db } = database;
  const insertion = (events: readonly Event[], unaudited: number) =>
    db
      .insertInto('event')
      .values(events.map((event) => toRow(event, unaudited)))
      // An event written before stays: a batch may be sent again after an error that hid its success.
      .onConflict((conflict) => conflict.doNothing());
  /** Locked in one order by every node, or two of them could wait for each other. */
  const counting = (counts: readonly EventCount[]) =>
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
    for (;;) {
      const { numDeletedRows } = await db
        .deleteFrom('event')
        .where('event_id', 'in', oldest)
        .executeTakeFirstOrThrow();
      if (numDeletedRows < BigInt(REMOVED_AT_ONCE)) return;
      await setImmediate();
    }
  };

  return {
    steps: {
      insert: (event) => ({
        condition: 'the event is new',
        query: insertion([event], 1).compile(),
        rows: 'one',
      }),
    },

    async append(events, counts = []) {
      if (events.length === 0 && counts.length === 0) return;
      const steps: Step[] = [];
      for (let start = 0; start < events.length; start += ROWS_A_STATEMENT) {
        const query = insertion(events.slice(start, start + ROWS_A_STATEMENT), 0).compile();
        steps.push({ condition: 'the events can be written', query, rows: 'any' });
      }
      if (counts.length > 0) {
        const query = counting(counts).compile();
        steps.push({ condition: 'the counts can be written', query, rows: 'any' });
      }
      await commitUnit(database, steps);
    },

    async find(event_id) {
      const row = await db
        .selectFrom('event')
        .select(['event_id', 'record'])
        .where('event_id', '=', event_id)
        .executeTakeFirst();
      return row && toEvent(row);
    },

    async list(filter, { after, limit }) {
      const { client_id, actor, object, remote_address, outcome, type, since, until, search } = filter;
      const key = cursor.read(after);
      let query = db.selectFrom('event').select(['event_id', 'time', 'record']);
      if (client_id !== undefined) query = query.where('client_id', '=', client_id);
      if (outcome !== undefined) query = query.where('outcome', '=', outcome);
      if (actor !== undefined) query = query.where('actor_key', '=', foldCase(actor));
      if (object !== undefined) query = query.where('object_id', '=', object);
      if (remote_address !== undefined) query = query.where('remote_address', '=', remote_address);
      if (filter.class !== undefined) query = query.where('class', '=', filter.class);
      if (type !== undefined) query = query.where(ofType(type));
      if (since !== undefined) query = query.where('time', '>=', since);
      if (until !== undefined) query = query.where('time', '<', until);
      if (search) query = query.where((where) => containsText(where.ref('search_text'), search));
      if (key) query = query.where(sql<boolean>`(time, event_id) < (${key[0]}, ${key[1]})`);
      const rows = await query
        .orderBy('time', 'desc')
        .orderBy('event_id', 'desc')
        .limit(limit + 1)
        .execute();
      return cursor.page(rows, limit, (row) => [row.time, row.event_id], toEvent);
    },

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
        .select([
          sql<number>`max(sampled)`.as('sampled'),
          sql<number>`cast(sum(count) as bigint)`.as('count'),
        ])
        .where('minute', '>=', from)
        .where('minute', '<', to);
      let held = db
        .selectFrom('event')
        .select(['type', 'outcome'])
        .select((select) => select.fn.countAll<number>().as('kept'))
        .where('time', '>=', from)
        .where('time', '<', to);
      if (type !== undefined) {
        counted = counted.where(ofType(type));
        held = held.where(ofType(type));
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

    async prune(retention, now) {
      for (const kind of EVENT_CLASSES) {
        const { ageMs, count } = retention[kind];
        await removeUpTo(kind, now - ageMs, '');
        const newestToGo = await db
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
      await db
        .deleteFrom('event_count')
        .where('minute', '<', now - retention.traffic.ageMs)
        .execute();
    },

    async unaudited(before, limit) {
      const rows = await db
        .selectFrom('event')
        .select(['event_id', 'record'])
        .where('unaudited', '=', sql.lit(1))
        .where('time', '<', before)
        .orderBy('time')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },

    async audited(event_ids) {
      if (event_ids.length === 0) return;
      await db.updateTable('event').set({ unaudited: 0 }).where('event_id', 'in', event_ids).execute();
    },
  };
}

import { sql } from 'kysely';
import { z } from 'zod';
import type { Event } from '../../event/event.ts';
import type { EventStore } from '../../event/event-store.ts';
import { CAUSES, type Cause } from '../../refusal/causes.ts';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { readRecord, readValue } from '../record.ts';
import { containsText, searchText } from '../search-text.ts';

const ROWS_A_STATEMENT = 200;

const isCause = (name: unknown): name is Cause => typeof name === 'string' && Object.hasOwn(CAUSES, name);
const Outcome = z.enum(['success', 'refused', 'failure']);
const Details = z.record(z.string(), z.unknown());
const EventRecord = z.looseObject({
  event_id: z.string(),
  time: z.int(),
  type: z.string(),
  outcome: Outcome,
  client_id: z.string().exactOptional(),
  username: z.string().exactOptional(),
  remote_address: z.string().exactOptional(),
  certificate: Details.exactOptional(),
  error: z.string().exactOptional(),
  because: z.string().exactOptional(),
  evidence: Details.exactOptional(),
  detail: Details.exactOptional(),
});

const cursor = cursorOf(TimeKey);

/** A cause that this version no longer knows is left out: the event is older than the explanation. */
function toEvent(row: { event_id: string; record: string }): Event {
  const { because, ...event } = readRecord(EventRecord, row.record, `event ${row.event_id}`);
  return { ...event, ...(isCause(because) && { because }) };
}

/** A client_id from a request can be anything; one this long names no client. */
const indexed = (client_id: string | undefined) =>
  client_id !== undefined && client_id.length <= LONGEST_KEY ? client_id : null;

const toRow = (event: Event) => ({
  event_id: event.event_id,
  time: event.time,
  type: event.type,
  outcome: event.outcome,
  client_id: indexed(event.client_id),
  search_text: searchText(
    event.event_id,
    event.client_id,
    event.username,
    event.because,
    event.certificate?.thumbprint,
  ),
  record: JSON.stringify(event),
});

/** Events, newest first; the whole event is one JSON record, what listings narrow by stands in columns. */
export function eventStore(database: Database): EventStore {
  const { db } = database;
  /** An event written before stays: a batch may be sent again after an error that hid its success. */
  const insertion = (events: readonly Event[]): Step => ({
    condition: 'the events can be written',
    query: db
      .insertInto('event')
      .values(events.map(toRow))
      .onConflict((conflict) => conflict.doNothing())
      .compile(),
    rows: 'any',
  });

  return {
    steps: { insert: (event) => insertion([event]) },

    async append(events) {
      if (events.length === 0) return;
      const steps: Step[] = [];
      for (let start = 0; start < events.length; start += ROWS_A_STATEMENT) {
        steps.push(insertion(events.slice(start, start + ROWS_A_STATEMENT)));
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

    async list({ client_id, outcome, type, since, search }, { after, limit }) {
      const key = cursor.read(after);
      let query = db.selectFrom('event').select(['event_id', 'time', 'record']);
      if (client_id !== undefined) query = query.where('client_id', '=', client_id);
      if (outcome !== undefined) query = query.where('outcome', '=', outcome);
      if (type?.endsWith('.'))
        query = query.where('type', '>=', type).where('type', '<', `${type.slice(0, -1)}/`);
      else if (type !== undefined) query = query.where('type', '=', type);
      if (since !== undefined) query = query.where('time', '>=', since);
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
      const bucket = sql<number>`(time - cast(${since} as bigint)) / cast(${bucketMs} as bigint)`;
      const rows = await db
        .selectFrom('event')
        .select(bucket.as('bucket'))
        .select('outcome')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('time', '>=', since)
        .groupBy(sql.ref('bucket'))
        .groupBy('outcome')
        .orderBy(sql.ref('bucket'))
        .orderBy('outcome')
        .execute();
      return rows.map((row) => ({
        time: since + row.bucket * bucketMs,
        outcome: readValue(Outcome, row.outcome, 'outcome of an event'),
        count: row.count,
      }));
    },

    async prune(keep) {
      const newestToGo = await db
        .selectFrom('event')
        .select(['time', 'event_id'])
        .orderBy('time', 'desc')
        .orderBy('event_id', 'desc')
        .limit(1)
        .offset(keep)
        .executeTakeFirst();
      if (!newestToGo) return;
      const { time, event_id } = newestToGo;
      await db.deleteFrom('event').where(sql<boolean>`(time, event_id) <= (${time}, ${event_id})`).execute();
    },
  };
}

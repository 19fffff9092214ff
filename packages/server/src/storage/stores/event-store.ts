import { sql } from 'kysely';
import type { Event } from '../../event/event.ts';
import { classOf } from '../../event/event-class.ts';
import { EventRecord, eventOf } from '../../event/event-record.ts';
import type { EventStore } from '../../event/event-store.ts';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { readRecord } from '../record.ts';
import { containsText, foldCase, searchText } from '../search-text.ts';
import { eventCountInsertion, eventCounting, ofType } from './event-counting.ts';
import { eventRetention } from './event-retention.ts';

const ROWS_A_STATEMENT = 200;

const cursor = cursorOf(TimeKey);

const toEvent = (row: { event_id: string; record: string }): Event =>
  eventOf(readRecord(EventRecord, row.record, `event ${row.event_id}`));

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

/** Events, newest first; the whole event is one JSON record, what listings narrow by stands in columns. */
export function eventStore(database: Database): EventStore {
  const { db } = database;
  const insertion = (events: readonly Event[], unaudited: number) =>
    db
      .insertInto('event')
      .values(events.map((event) => toRow(event, unaudited)))
      // An event written before stays: a batch may be sent again after an error that hid its success.
      .onConflict((conflict) => conflict.doNothing());
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
        const query = eventCountInsertion(db, counts).compile();
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

    ...eventCounting(db),
    ...eventRetention(db),

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

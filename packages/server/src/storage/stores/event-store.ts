import { type SqlBool, sql } from 'kysely';
import type { Event } from '../../event/event.ts';
import { classOf } from '../../event/event-class.ts';
import { EventRecord, eventOf } from '../../event/event-record.ts';
import type { EventFilter, EventStore } from '../../event/event-store.ts';
import type { NewDelivery } from '../../event/new-delivery.ts';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { type Condition, type NewestFirst, newestFirst } from '../newest-first.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { readRecord } from '../record.ts';
import { containsText, foldCase, searchText } from '../search-text.ts';
import { isWithin } from '../within-groups.ts';
import { eventCountInsertion, eventCounting, typeCondition } from './event-counting.ts';
import { eventRetention } from './event-retention.ts';
import { deliveryInsertion } from './webhook-store.ts';

const ROWS_A_STATEMENT = 200;

/** A list in lists of at most so many. */
const parts = <T>(items: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));

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
    event.trace_id,
  ),
  record: JSON.stringify(event),
});

/** What a filter asks of rows, and what of it an index has in the order of time: one of them, that which fewest meet. */
function conditionsOf(filter: EventFilter): Pick<NewestFirst, 'indexed' | 'besides'> {
  const { client_id, actor, object, remote_address, outcome, because, type, since, until, search } = filter;
  const { within } = filter;
  const equal = (column: string, value: string | undefined): readonly Condition[] =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const isFamily = type?.endsWith('.') ?? false;
  const [fewest = [], ...others] = [
    equal('object_id', object),
    equal('client_id', client_id),
    equal('actor_key', actor === undefined ? undefined : foldCase(actor)),
    equal('remote_address', remote_address),
    equal('type', isFamily ? undefined : type),
    equal('class', filter.class),
  ].filter((conditions) => conditions.length > 0);
  return {
    indexed: [
      ...fewest,
      ...(since === undefined ? [] : [sql<SqlBool>`time >= ${since}`]),
      ...(until === undefined ? [] : [sql<SqlBool>`time < ${until}`]),
    ],
    besides: [
      ...others.flat(),
      ...equal('outcome', outcome),
      ...(within === undefined
        ? []
        : [
            within === 'clients'
              ? sql<SqlBool>`client_id is not null`
              : isWithin(sql.ref('client_id'), within),
          ]),
      // As JSON writes the member; within a text its quotes would be escaped.
      ...(because === undefined
        ? []
        : [
            sql<SqlBool>`${containsText(sql.ref<string>('record'), JSON.stringify({ because }).slice(1, -1))}`,
          ]),
      ...(isFamily && type !== undefined ? [typeCondition(type)] : []),
      ...(search ? [sql<SqlBool>`${containsText(sql.ref<string>('search_text'), search)}`] : []),
    ],
  };
}

/** Events, newest first; the whole event is one JSON record, what listings narrow by stands in columns. */
export function eventStore(database: Database): EventStore {
  const { db } = database;
  const insertion = (events: readonly Event[], unaudited: number) =>
    db
      .insertInto('event')
      .values(events.map((event) => toRow(event, unaudited)))
      // An event written before stays: a batch may be sent again after an error that hid its success.
      .onConflict((conflict) => conflict.doNothing());
  const deliverySteps = (deliveries: readonly NewDelivery[]): readonly Step[] =>
    parts(deliveries, ROWS_A_STATEMENT).map((part) => ({
      condition: 'the deliveries can be written',
      query: deliveryInsertion(db, part).compile(),
      rows: 'any',
    }));
  return {
    steps: {
      insert: (event) => ({
        condition: 'the event is new',
        query: insertion([event], 1).compile(),
        rows: 'one',
      }),
      deliver: deliverySteps,
    },

    async append(events, counts = [], deliveries = []) {
      if (events.length + counts.length + deliveries.length === 0) return;
      const steps: Step[] = [];
      for (const part of parts(events, ROWS_A_STATEMENT)) {
        const query = insertion(part, 0).compile();
        steps.push({ condition: 'the events can be written', query, rows: 'any' });
      }
      steps.push(...deliverySteps(deliveries));
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
      const rows = await newestFirst<{ event_id: string; time: number; record: string }>(database, {
        table: 'event',
        key: ['time', 'event_id'],
        columns: ['event_id', 'time', 'record'],
        ...conditionsOf(filter),
        after: cursor.read(after),
        limit: limit + 1,
      });
      return cursor.page(rows, limit, (row) => [row.time, row.event_id], toEvent);
    },

    ...eventCounting(database),
    ...eventRetention(database),

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

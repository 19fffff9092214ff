import { type SqlBool, sql } from 'kysely';
import { certificatesOf } from '../../event/certificates-of-event.ts';
import type { Event } from '../../event/event.ts';
import { classOf } from '../../event/event-class.ts';
import { kindOf } from '../../event/event-kind.ts';
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
  kind: kindOf(event),
  actor_key: indexed(event.actor && foldCase(event.actor.name)),
  username_key: indexed(event.username && foldCase(event.username)),
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

const equal = (column: string, value: string | undefined): readonly Condition[] =>
  value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];

/** Either of two columns has the name, in whatever case. */
const named = (columns: readonly string[], name: string | undefined): readonly Condition[] =>
  columns.flatMap((column) => equal(column, name === undefined ? undefined : foldCase(name)));

const anyOf = (conditions: readonly Condition[]): Condition =>
  conditions.length === 1 && conditions[0] ? conditions[0] : sql`(${sql.join(conditions, sql` or `)})`;

/** Where rows are found whose certificate is asked for: time and id are those of the index of certificates. */
const BY_CERTIFICATE = {
  table: sql`event_certificate join event using (event_id)`,
  key: ['at', 'event_id'],
} as const;
const BY_TIME = { table: 'event', key: ['time', 'event_id'] } as const;

/** What of a filter no index has in the order of time, or not beside another. */
function besidesOf({ outcome, within, because, type, except, search }: EventFilter): readonly Condition[] {
  return [
    ...equal('outcome', outcome),
    ...(within === undefined
      ? []
      : [
          within === 'clients' ? sql<SqlBool>`client_id is not null` : isWithin(sql.ref('client_id'), within),
        ]),
    // As JSON writes the member; within a text its quotes would be escaped.
    ...(because === undefined
      ? []
      : [sql<SqlBool>`${containsText(sql.ref<string>('record'), JSON.stringify({ because }).slice(1, -1))}`]),
    ...(type?.endsWith('.') ? [typeCondition(type)] : []),
    ...(except === undefined ? [] : [sql<SqlBool>`(kind is null or kind <> ${except})`]),
    ...(search ? [sql<SqlBool>`${containsText(sql.ref<string>('search_text'), search)}`] : []),
  ];
}

/**
 * What a filter asks of rows, each way alone through an index in the order of time: several where one of two columns may
 * have what is asked for.
 */
function waysOf(filter: EventFilter): readonly Pick<NewestFirst, 'table' | 'key' | 'indexed' | 'besides'>[] {
  const { client_id, actor, person, object, remote_address, type, since, until } = filter;
  const { table, key } = filter.certificate === undefined ? BY_TIME : BY_CERTIFICATE;
  // The first that is asked for is what fewest rows meet.
  const [fewest = [], ...others] = [
    equal('thumbprint', filter.certificate),
    equal('object_id', object),
    named(['actor_key', 'username_key'], person),
    equal('client_id', client_id),
    named(['actor_key'], actor),
    equal('remote_address', remote_address),
    equal('type', type?.endsWith('.') ? undefined : type),
    equal('kind', filter.kind),
    equal('class', filter.class),
  ].filter((conditions) => conditions.length > 0);
  const time = sql.ref(key[0]);
  const within = [
    ...(since === undefined ? [] : [sql<SqlBool>`${time} >= ${since}`]),
    ...(until === undefined ? [] : [sql<SqlBool>`${time} < ${until}`]),
  ];
  const besides = [...others.map(anyOf), ...besidesOf(filter)];
  const ways = fewest.length === 0 ? [[]] : fewest.map((condition) => [condition]);
  return ways.map((way) => ({ table, key, indexed: [...way, ...within], besides }));
}

type FoundRow = { readonly event_id: string; readonly time: number; readonly record: string };

/** Rows of several ways in one order, the newest first, each once. */
function together(found: readonly (readonly FoundRow[])[], most: number): readonly FoundRow[] {
  const [only = []] = found;
  if (found.length === 1) return only;
  const rows = new Map(found.flat().map((row) => [row.event_id, row]));
  return Array.from(rows.values())
    .sort((a, b) => b.time - a.time || (a.event_id < b.event_id ? 1 : -1))
    .slice(0, most);
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
  const certificateSteps = (events: readonly Event[]): readonly Step[] =>
    parts(
      events.flatMap((event) =>
        certificatesOf(event).flatMap((thumbprint) =>
          indexed(thumbprint) === null ? [] : [{ thumbprint, at: event.time, event_id: event.event_id }],
        ),
      ),
      ROWS_A_STATEMENT,
    ).map((part) => ({
      condition: 'the certificates of events can be written',
      query: db
        .insertInto('event_certificate')
        .values([...part])
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'any',
    }));
  return {
    steps: {
      insert: (event) => ({
        condition: 'the event is new',
        query: insertion([event], 1).compile(),
        rows: 'one',
      }),
      nameCertificates: (event) => certificateSteps([event]),
      deliver: deliverySteps,
    },

    async append(events, counts = [], deliveries = []) {
      if (events.length + counts.length + deliveries.length === 0) return;
      const steps: Step[] = [];
      for (const part of parts(events, ROWS_A_STATEMENT)) {
        const query = insertion(part, 0).compile();
        steps.push({ condition: 'the events can be written', query, rows: 'any' });
      }
      steps.push(...certificateSteps(events), ...deliverySteps(deliveries));
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
      const found = await Promise.all(
        waysOf(filter).map((way) =>
          newestFirst<FoundRow>(database, {
            ...way,
            columns: ['event_id', 'time', 'record'],
            after: cursor.read(after),
            limit: limit + 1,
          }),
        ),
      );
      return cursor.page(together(found, limit + 1), limit, (row) => [row.time, row.event_id], toEvent);
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

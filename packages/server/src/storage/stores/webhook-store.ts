import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { NewDelivery } from '../../event/new-delivery.ts';
import type { Database } from '../database.ts';
import { type Condition, newestFirst } from '../newest-first.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { readValue } from '../record.ts';
import type { Schema } from '../schema.ts';
import { DELIVERY_STATES, type WebhookDelivery, type WebhookDeliveryStore } from '../storage.ts';

type Row = Selectable<Schema['webhook_delivery']>;

/** Rows that one statement gives up or removes: few enough that neither a lock nor this process is held for long. */
const AT_ONCE = 250;
const COLUMNS = [
  'delivery_id',
  'webhook',
  'event_id',
  'event_type',
  'body',
  'state',
  'attempts',
  'next_attempt_at',
  'created_at',
  'settled_at',
  'last_error',
  'expires_at',
] as const;
/** Notices of ends are few, and what is asked for years later. */
const NO_NOTICE = sql<boolean>`not (event_type >= 'expiry.' and event_type < 'expiry/')`;

const State = z.enum(DELIVERY_STATES);
const cursor = cursorOf(TimeKey);

/** @throws UnreadableRecord */
function toDelivery({ settled_at, last_error, state, ...row }: Row): WebhookDelivery {
  return {
    ...row,
    state: readValue(State, state, `delivery ${row.delivery_id}`),
    ...(settled_at !== null && { settled_at }),
    ...(last_error !== null && { last_error }),
  };
}

/** Adds deliveries, each once: one that is there already is on its way. */
export const deliveryInsertion = (db: Kysely<Schema>, deliveries: readonly NewDelivery[]) =>
  db
    .insertInto('webhook_delivery')
    .values(
      deliveries.map((delivery) => ({
        ...delivery,
        state: 'waiting',
        attempts: 0,
        next_attempt_at: delivery.created_at,
        settled_at: null,
        last_error: null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing());

/** What there is, for people and metrics. */
function deliveryLists(
  database: Pick<Database, 'reading' | 'dialect'>,
): Pick<WebhookDeliveryStore, 'list' | 'ofEvents' | 'tallies'> {
  return {
    async list({ state, webhook, event_id }, { after, limit }) {
      const equal = (column: string, value: string | undefined): readonly Condition[] =>
        value === undefined ? [] : [sql<boolean>`${sql.ref(column)} = ${value}`];
      const [fewest = [], ...others] = [
        equal('event_id', event_id),
        equal('state', state),
        equal('webhook', webhook),
      ].filter((conditions) => conditions.length > 0);
      const rows = await newestFirst<Row>(database, {
        table: 'webhook_delivery',
        key: ['created_at', 'delivery_id'],
        columns: COLUMNS,
        indexed: fewest,
        besides: others.flat(),
        after: cursor.read(after),
        limit: limit + 1,
      });
      return cursor.page(rows, limit, (row) => [row.created_at, row.delivery_id], toDelivery);
    },

    async ofEvents(event_ids) {
      if (event_ids.length === 0) return new Map();
      const rows = await database.reading
        .selectFrom('webhook_delivery')
        .select(COLUMNS)
        .where('event_id', 'in', [...event_ids])
        .orderBy('created_at')
        .orderBy('delivery_id')
        .execute();
      return Map.groupBy(rows.map(toDelivery), (delivery) => delivery.event_id);
    },

    async tallies() {
      const rows = await database.reading
        .selectFrom('webhook_delivery')
        .select(['webhook', 'state'])
        .select((row) => [
          sql<number>`cast(count(*) as bigint)`.as('count'),
          row.fn.max('settled_at').as('last_settled_at'),
        ])
        .groupBy(['webhook', 'state'])
        .orderBy('webhook')
        .orderBy('state')
        .execute();
      return rows.map(({ webhook, state, count, last_settled_at }) => ({
        webhook,
        state: readValue(State, state, `deliveries to ${webhook}`),
        count,
        ...(last_settled_at !== null && { last_settled_at }),
      }));
    },
  };
}

/** How much is kept. */
function deliveryBounds({ db }: Pick<Database, 'db'>): Pick<WebhookDeliveryStore, 'buryBeyond' | 'prune'> {
  const beyond = (webhook: string, state: string, direction: 'asc' | 'desc', most: number) =>
    db
      .selectFrom('webhook_delivery')
      .select('delivery_id')
      .where('webhook', '=', webhook)
      .where('state', '=', state)
      .where(NO_NOTICE)
      .orderBy('next_attempt_at', direction)
      .orderBy('delivery_id', direction)
      .limit(AT_ONCE)
      .offset(most);

  return {
    async buryBeyond(webhook, most, why, now) {
      for (let buried = 0; ; ) {
        const { numUpdatedRows } = await db
          .updateTable('webhook_delivery')
          .set({ state: 'dead', settled_at: now, last_error: why })
          .where('delivery_id', 'in', beyond(webhook, 'waiting', 'asc', most))
          .where('state', '=', 'waiting')
          .executeTakeFirstOrThrow();
        buried += Number(numUpdatedRows);
        if (numUpdatedRows < BigInt(AT_ONCE)) return buried;
      }
    },

    async prune(webhook, state, most) {
      for (;;) {
        const { numDeletedRows } = await db
          .deleteFrom('webhook_delivery')
          .where('delivery_id', 'in', beyond(webhook, state, 'desc', most))
          .where('state', '=', state)
          .executeTakeFirstOrThrow();
        if (numDeletedRows < BigInt(AT_ONCE)) return;
      }
    },
  };
}

/** What is sent to webhooks. A claim is the time until which it holds: whoever settles one says which it was. */
export function webhookStore(database: Database): WebhookDeliveryStore {
  const { db } = database;
  const asClaimed = ({ delivery_id, next_attempt_at }: WebhookDelivery) =>
    db
      .updateTable('webhook_delivery')
      .where('delivery_id', '=', delivery_id)
      .where('state', '=', 'waiting')
      .where('next_attempt_at', '=', next_attempt_at);
  const due = (webhook: string, now: number, limit: number) =>
    db
      .selectFrom('webhook_delivery')
      .select('delivery_id')
      .where('webhook', '=', webhook)
      .where('state', '=', 'waiting')
      .where('next_attempt_at', '<=', now)
      .orderBy('next_attempt_at')
      .orderBy('delivery_id')
      .limit(limit);

  return {
    steps: {
      bury: (claimed, why, now) => ({
        condition: 'the delivery is as it was claimed',
        query: asClaimed(claimed).set({ state: 'dead', settled_at: now, last_error: why }).compile(),
        rows: 'one',
      }),

      replay: (delivery_id, now, expires_at) => ({
        condition: 'the delivery is there',
        query: db
          .updateTable('webhook_delivery')
          .set((row) => ({
            state: 'waiting',
            attempts: 0,
            next_attempt_at: now,
            settled_at: null,
            last_error: null,
            expires_at: row
              .case()
              .when('expires_at', '<', expires_at)
              .then(expires_at)
              .else(row.ref('expires_at'))
              .end(),
          }))
          .where('delivery_id', '=', delivery_id)
          .compile(),
        rows: 'one',
      }),
    },

    async claim(webhook, now, until, limit) {
      // Most often there is nothing, and nothing to write then.
      if ((await due(webhook, now, 1).executeTakeFirst()) === undefined) return [];
      const rows = await db
        .updateTable('webhook_delivery')
        .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: until }))
        .where('delivery_id', 'in', due(webhook, now, limit))
        .where('state', '=', 'waiting')
        .where('next_attempt_at', '<=', now)
        .returning(COLUMNS)
        .execute();
      return rows.map(toDelivery);
    },

    async delivered(delivery_id, now) {
      await db
        .updateTable('webhook_delivery')
        .set({ state: 'delivered', settled_at: now, last_error: null })
        .where('delivery_id', '=', delivery_id)
        // One that was given up while it was under way has arrived all the same.
        .where('state', '!=', 'delivered')
        .execute();
    },

    async postpone(claimed, next_attempt_at, why) {
      await asClaimed(claimed).set({ next_attempt_at, last_error: why }).execute();
    },

    async release(claimed, next_attempt_at) {
      await asClaimed(claimed)
        .set((row) => ({ next_attempt_at, attempts: row('attempts', '-', 1) }))
        .execute();
    },

    async find(delivery_id) {
      const row = await db
        .selectFrom('webhook_delivery')
        .select(COLUMNS)
        .where('delivery_id', '=', delivery_id)
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    ...deliveryLists(database),
    ...deliveryBounds(database),
  };
}

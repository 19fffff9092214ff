import { z } from 'zod';
import {
  DELIVERY_STATES,
  type DeliveryTally,
  type Storage,
  type WebhookDelivery,
} from '../storage/storage.ts';
import { CannotReplay, type Replay } from '../webhook/replay.ts';
import { originOf, type Webhook } from '../webhook/webhook.ts';
import { allOf, PageQuery, pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const DeliveryStateAnswer = z.enum(DELIVERY_STATES).meta({ id: 'DeliveryState' });

export const WebhookAnswer = z
  .object({
    webhook: z.string().describe('Its id in `deployment.toml`.'),
    is_configured: z
      .boolean()
      .describe('Whether `deployment.toml` has it: else what it was sent is known still.'),
    receiver: z.string().optional().describe('Scheme, host and port of its URL.'),
    events: z.array(z.string()).optional().describe('What it is told of.'),
    waiting: z.int().describe('Deliveries that wait for an attempt.'),
    dead: z.int().describe('Deliveries that were given up.'),
    delivered: z.int().describe('Deliveries that arrived, as far as they are known still.'),
    last_delivered_at: Timestamp.optional(),
  })
  .meta({ id: 'Webhook' });

export const DeliveryAnswer = z
  .object({
    delivery_id: z.string().describe('What the receiver knows it by, `webhook-id`.'),
    webhook: z.string(),
    is_configured: z.boolean().describe('Whether `deployment.toml` has the webhook: else nothing is sent.'),
    event_id: z.string(),
    event_type: z.string(),
    state: DeliveryStateAnswer,
    attempts: z.int(),
    created_at: Timestamp,
    next_attempt_at: Timestamp.optional().describe('Where it waits.'),
    settled_at: Timestamp.optional().describe('When it was delivered or given up.'),
    last_error: z.string().optional().describe('What the last attempt failed by.'),
  })
  .meta({ id: 'WebhookDelivery' });

/** A delivery as administrators see it; what is sent is its event. */
export function deliveryAnswer(
  delivery: WebhookDelivery,
  webhooks: readonly Webhook[],
): z.infer<typeof DeliveryAnswer> {
  const { delivery_id, webhook, event_id, event_type, state, attempts, last_error } = delivery;
  return {
    delivery_id,
    webhook,
    is_configured: webhooks.some(({ id }) => id === webhook),
    event_id,
    event_type,
    state,
    attempts,
    created_at: timestamp(delivery.created_at),
    ...(state === 'waiting' && { next_attempt_at: timestamp(delivery.next_attempt_at) }),
    ...(delivery.settled_at !== undefined && { settled_at: timestamp(delivery.settled_at) }),
    ...(last_error !== undefined && { last_error }),
  };
}

/** The webhooks that are configured, in the order of the file, then those that were. */
export function webhookAnswers(
  webhooks: readonly Webhook[],
  tallies: readonly DeliveryTally[],
): z.infer<typeof WebhookAnswer>[] {
  const count = (webhook: string, state: WebhookDelivery['state']) =>
    tallies.find((tally) => tally.webhook === webhook && tally.state === state);
  const former = new Set(tallies.map(({ webhook }) => webhook));
  for (const { id } of webhooks) former.delete(id);
  const answerOf = (webhook: string, configured: Webhook | undefined) => {
    const delivered = count(webhook, 'delivered');
    return {
      webhook,
      is_configured: configured !== undefined,
      ...(configured && { receiver: originOf(configured.url), events: [...configured.events] }),
      waiting: count(webhook, 'waiting')?.count ?? 0,
      dead: count(webhook, 'dead')?.count ?? 0,
      delivered: delivered?.count ?? 0,
      ...(delivered?.last_settled_at !== undefined && {
        last_delivered_at: timestamp(delivered.last_settled_at),
      }),
    };
  };
  return [
    ...webhooks.map((configured) => answerOf(configured.id, configured)),
    ...Array.from(former, (webhook) => answerOf(webhook, undefined)),
  ];
}

const ReplayBody = z
  .strictObject({
    delivery_ids: z.array(z.string().max(100)).min(1).max(1000).exactOptional(),
    all_dead: z.literal(true).exactOptional().describe('All that were given up and can be sent still.'),
    webhook: z.string().max(100).exactOptional().describe('With all_dead: those to this one.'),
  })
  .refine(
    ({ delivery_ids, all_dead }) => (delivery_ids === undefined) !== (all_dead === undefined),
    'names deliveries, or says all_dead',
  )
  .meta({ id: 'WebhookReplay' });
export const ReplayedAnswer = z.object({ replayed: z.array(z.string()) }).meta({ id: 'ReplayedDeliveries' });
export const TestAnswer = z
  .object({
    webhook: z.string(),
    webhook_id: z.string().describe('What the receiver knows the test by.'),
    receiver: z.string(),
    delivered: z.boolean(),
    status: z.int().optional().describe('What the receiver answered, where it took the test.'),
    why: z.string().optional().describe('Why it did not.'),
  })
  .meta({ id: 'WebhookTest' });

/** What came of a test that a webhook was sent. */
export type WebhookTest = z.infer<typeof TestAnswer>;

const tag = 'webhooks';

/** `/webhooks` and `/webhook-deliveries`: who is told of events, what became of it, and sending it again. */
export function webhookRoutes(
  { webhookDeliveries }: Pick<Storage, 'webhookDeliveries'>,
  replay: Replay,
  webhooks: () => readonly Webhook[],
  flush: () => Promise<void>,
  test: (webhook: Webhook) => Promise<WebhookTest>,
): readonly AdminRoute[] {
  const configured = (id: string): Webhook => {
    const found = webhooks().find((webhook) => webhook.id === id);
    if (!found) throw new NotFound(`there is no webhook ${id}`);
    return found;
  };
  return [
    adminRoute({
      method: 'POST',
      path: '/webhooks/{webhook}/test',
      summary: 'Send a webhook a signed test, once, and tell what came back',
      tag,
      area: 'settings',
      access: 'write',
      params: z.object({ webhook: z.string().max(100) }),
      response: TestAnswer,
      handle: ({ params }) => test(configured(params.webhook)),
    }),
    adminRoute({
      method: 'POST',
      path: '/webhook-deliveries/replay',
      summary: 'Send several deliveries again, all or none of those named, or all that were given up',
      tag,
      area: 'settings',
      access: 'write',
      body: ReplayBody,
      response: ReplayedAnswer,
      handle: async ({ body: { delivery_ids = [], webhook, all_dead }, administrator }) => {
        if (webhook !== undefined) configured(webhook);
        for (const delivery_id of delivery_ids) {
          if (!(await webhookDeliveries.find(delivery_id)))
            throw new NotFound(`there is no delivery ${delivery_id}`);
        }
        const replayed = all_dead ? [...(await replay.allDead(webhook, administrator))] : [];
        for (const delivery_id of delivery_ids) {
          const again = await replay.one(delivery_id, administrator).catch((error: unknown) => {
            throw error instanceof CannotReplay ? new InvalidInput('delivery_ids', error.message) : error;
          });
          if (again) replayed.push(delivery_id);
        }
        return { replayed };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/webhooks',
      summary: 'List the webhooks and how many deliveries wait, arrived and were given up',
      tag,
      area: 'settings',
      access: 'read',
      response: allOf('Webhooks', WebhookAnswer),
      handle: async () => {
        await flush();
        return { items: webhookAnswers(webhooks(), await webhookDeliveries.tallies()) };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/webhook-deliveries',
      summary: 'List deliveries to webhooks, newest first',
      tag,
      area: 'settings',
      access: 'read',
      query: PageQuery.omit({ search: true }).extend({
        state: DeliveryStateAnswer.optional(),
        webhook: z.string().max(100).optional(),
        event_id: z.string().max(40).optional().describe('Who was told of an event, and when.'),
      }),
      response: pageOf('WebhookDeliveryPage', DeliveryAnswer),
      handle: async ({ query: { state, webhook, event_id, after, limit } }) => {
        await flush();
        const filter = {
          ...(state !== undefined && { state }),
          ...(webhook !== undefined && { webhook }),
          ...(event_id !== undefined && { event_id: event_id.toUpperCase() }),
        };
        const page = await webhookDeliveries.list(filter, { limit, ...(after !== undefined && { after }) });
        return pageAnswer(page, (delivery) => deliveryAnswer(delivery, webhooks()));
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/webhook-deliveries/{delivery_id}/replay',
      summary: 'Send a delivery again, whatever became of it',
      tag,
      area: 'settings',
      access: 'write',
      params: z.object({ delivery_id: z.string().max(100) }),
      response: DeliveryAnswer,
      handle: async ({ params: { delivery_id }, administrator }) => {
        const replayed = await replay.one(delivery_id, administrator).catch((error: unknown) => {
          throw error instanceof CannotReplay ? new InvalidInput('delivery_id', error.message) : error;
        });
        const delivery = replayed && (await webhookDeliveries.find(delivery_id));
        if (!delivery) throw new NotFound(`there is no delivery ${delivery_id}`);
        return deliveryAnswer(delivery, webhooks());
      },
    }),
  ];
}

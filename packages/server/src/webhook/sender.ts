import type { Clock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded, recordThrown } from '../event/guarded.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { Storage, WebhookDelivery } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import type { Attempt, AttemptOutcome } from './attempt.ts';
import { waitAfter } from './back-off.ts';
import { BOUNDS, type Bounds, createBounding } from './bounding.ts';
import { createFailing } from './failing.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** Sends what waits for webhooks, until it is closed. */
export type WebhookSender = {
  /** Sends nothing new, and waits for what is under way. */
  close(): Promise<void>;
};

export type WebhookSenderOptions = {
  /** Those of now. */
  readonly webhooks: () => readonly Webhook[];
  readonly storage: Pick<Storage, 'webhookDeliveries' | 'ephemerals' | 'leases' | 'commit'>;
  readonly events: Pick<EventRecorder, 'prepare' | 'record' | 'recordSampled'>;
  readonly attempt: Attempt;
  readonly metrics: WebhookMetrics;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly timing?: Partial<typeof TIMING>;
  readonly bounds?: Partial<Bounds>;
};

/** Milliseconds. */
const TIMING = {
  /** How often what is due is looked for. */
  look: 1_000,
  /** How often it is counted what there is, and bounded. */
  tidy: 15_000,
  /** How much longer than an attempt a claim holds: then whoever made it is taken to be gone. */
  claim: 10_000,
};
/** Deliveries to one webhook under way at once in a process; to one whose last attempt failed, one. */
const AT_ONCE = 4;
/** How soon what had no room is tried again; milliseconds. */
const NO_ROOM_MS = 2_000;
const SECOND = 1000;

/** What tells that a delivery was given up. */
const undelivered = (
  webhook: Webhook,
  { delivery_id, event_id, event_type, attempts }: WebhookDelivery,
  { why, evidence }: Extract<AttemptOutcome, { outcome: 'failed' }>,
): EventDraft => ({
  type: 'webhook.undelivered',
  outcome: 'failure',
  object: { kind: 'webhook', id: webhook.id },
  evidence: { ...evidence, why },
  detail: { delivery_id, event_id, event_type, attempts },
});

/**
 * Makes the sender of one node. Those of several nodes share what waits: each delivery is claimed by one of them, and by
 * another once that one is gone, so that a receiver may meet it twice, with the same `webhook-id`.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { webhooks, storage, events, attempt, metrics, clock, random = Math.random } = options;
  const timing = { ...TIMING, ...options.timing };
  const bounds = { ...BOUNDS, ...options.bounds };
  const { webhookDeliveries } = storage;
  const underWay = new Map<string, Set<Promise<void>>>();
  const failing = createFailing(storage, events, clock);
  const tidy = createBounding({ ...options, bounds, lease: timing.tidy * 4 });
  const thrown = recordThrown('sending to webhooks', events);
  /** What cannot be written for now is found again once its claim has ended. */
  const failed = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) thrown(error);
  };
  let isClosing = false;

  const giveUp = async (
    webhook: Webhook,
    delivery: WebhookDelivery,
    outcome: Extract<AttemptOutcome, { outcome: 'failed' }>,
  ): Promise<void> => {
    // Of a notice that a notice was lost there is no further one, or two webhooks would tell one another for ever.
    const told =
      delivery.event_type === 'webhook.undelivered' ? [] : [undelivered(webhook, delivery, outcome)];
    const bury = webhookDeliveries.steps.bury(delivery, outcome.why, clock());
    const unit = await tryChange({ storage, events }, [bury], ...told);
    if (unit.outcome === 'committed') metrics.count(webhook.id, 'dead');
  };

  const settle = async (
    webhook: Webhook,
    delivery: WebhookDelivery,
    outcome: AttemptOutcome,
  ): Promise<void> => {
    const { id } = webhook;
    if (outcome.outcome === 'delivered') {
      metrics.count(id, 'delivered');
      await webhookDeliveries.delivered(delivery.delivery_id, clock());
      await failing.succeeded(id, delivery.attempts > 1);
      return;
    }
    if (outcome.outcome === 'no room' || isClosing) {
      await webhookDeliveries.release(delivery, clock() + (isClosing ? 0 : NO_ROOM_MS));
      return;
    }
    metrics.count(id, 'failed');
    const wait = outcome.isGone
      ? undefined
      : waitAfter(delivery.attempts, webhook.retry_delays, outcome.retryAfter, random());
    await failing.failed(id, delivery.attempts, wait === undefined, outcome.why);
    if (wait === undefined) await giveUp(webhook, delivery, outcome);
    else await webhookDeliveries.postpone(delivery, clock() + wait, outcome.why);
  };

  const begin = (webhook: Webhook, delivery: WebhookDelivery): void => {
    const those = underWay.get(webhook.id) ?? new Set();
    underWay.set(webhook.id, those);
    const work = attempt(webhook, delivery.delivery_id, delivery.body)
      .then((outcome) => settle(webhook, delivery, outcome))
      .catch(failed)
      .finally(() => {
        those.delete(work);
        // As it is configured now, if it still is.
        const present = webhooks().find(({ id }) => id === webhook.id);
        if (present) void look(present);
      });
    those.add(work);
  };

  const looking = new Map<string, Promise<void>>();
  const claim = async (webhook: Webhook): Promise<void> => {
    const atOnce = failing.has(webhook.id) ? 1 : AT_ONCE;
    const free = atOnce - (underWay.get(webhook.id)?.size ?? 0);
    if (free <= 0 || isClosing) return;
    const now = clock();
    const until = now + webhook.timeout * SECOND + timing.claim;
    for (const delivery of await webhookDeliveries.claim(webhook.id, now, until, free))
      begin(webhook, delivery);
  };
  /** One look at a time, or more than is free would be taken. */
  const look = (webhook: Webhook): Promise<void> => {
    const present = looking.get(webhook.id);
    if (present !== undefined || isClosing) return present ?? Promise.resolve();
    const work = claim(webhook)
      .catch(failed)
      .finally(() => looking.delete(webhook.id));
    looking.set(webhook.id, work);
    return work;
  };

  let tidying: Promise<void> | undefined;
  const tidyAlone = (): Promise<void> => {
    tidying ??= failing
      .refresh()
      .then(tidy)
      .catch(failed)
      .finally(() => {
        tidying = undefined;
      });
    return tidying;
  };
  const timers = [
    setInterval(
      guarded('looking for deliveries', events, () => {
        for (const webhook of webhooks()) void look(webhook);
      }),
      timing.look,
    ).unref(),
    setInterval(guarded('bounding deliveries', events, tidyAlone), timing.tidy).unref(),
  ];
  void tidyAlone();

  return {
    async close() {
      isClosing = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all([...looking.values(), tidying]);
      await Promise.all(Array.from(underWay.values()).flatMap((those) => [...those]));
    },
  };
}

import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Storage } from '../storage/storage.ts';
import { originOf, type Webhook } from './webhook.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** How much is kept of one webhook. Notices of ends do not count: they are few, and asked for a year later. */
export type Bounds = {
  /** Deliveries that wait: the surplus is given up. */
  readonly waiting: number;
  /** Deliveries that were delivered, and as many that were given up. */
  readonly settled: number;
};

export const BOUNDS: Bounds = { waiting: 10_000, settled: 20_000 };

export type BoundingOptions = {
  readonly webhooks: () => readonly Webhook[];
  readonly storage: Pick<Storage, 'webhookDeliveries' | 'leases'>;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: WebhookMetrics;
  readonly clock: Clock;
  readonly bounds: Bounds;
  /** Milliseconds after which another node may take over. */
  readonly lease: number;
};

const LEASE = 'webhooks';

/** Makes what counts the deliveries there are, for the metrics, and bounds them: of the nodes of a deployment one does. */
export function createBounding({
  webhooks,
  storage: { webhookDeliveries, leases },
  events,
  metrics,
  clock,
  bounds,
  lease,
}: BoundingOptions): () => Promise<void> {
  const buryBeyond = async ({ id, url }: Webhook): Promise<void> => {
    const why = `more than ${bounds.waiting} deliveries waited for this webhook`;
    const deliveries = await webhookDeliveries.buryBeyond(id, bounds.waiting, why, clock());
    if (deliveries === 0) return;
    metrics.count(id, 'dead', deliveries);
    events.record({
      type: 'webhook.undelivered',
      outcome: 'failure',
      object: { kind: 'webhook', id },
      evidence: { receiver: originOf(url), why, expected: bounds.waiting },
      detail: { deliveries },
    });
  };

  return async () => {
    const configured = webhooks();
    const tallies = configured.length === 0 ? [] : await webhookDeliveries.tallies();
    const count = (of: Webhook, state: 'waiting' | 'delivered' | 'dead') =>
      tallies.find((tally) => tally.webhook === of.id && tally.state === state)?.count ?? 0;
    metrics.deadLetters(new Map(configured.map((webhook) => [webhook.id, count(webhook, 'dead')])));
    if (configured.length === 0 || !(await leases.take(LEASE, lease))) return;
    for (const webhook of configured) {
      if (count(webhook, 'waiting') > bounds.waiting) await buryBeyond(webhook);
      for (const state of ['delivered', 'dead'] as const) {
        if (count(webhook, state) > bounds.settled)
          await webhookDeliveries.prune(webhook.id, state, bounds.settled);
      }
    }
  };
}

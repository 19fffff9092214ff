import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../event/metrics.ts';

/** What is counted of deliveries. */
export type WebhookMetrics = {
  /** @param outcome of one attempt; `dead` where a delivery was given up */
  count(webhook: string, outcome: 'delivered' | 'failed' | 'dead', by?: number): void;
  /** How many are given up and not replayed, of each webhook that is configured. */
  deadLetters(dead: ReadonlyMap<string, number>): void;
};

/** Has the metrics say what becomes of deliveries; of all processes of a node that of the one that sends. */
export function measureWebhooks({ registry }: Pick<Metrics, 'registry'>): WebhookMetrics {
  const deliveries = new Counter({
    name: 'countersign_webhook_deliveries_total',
    help: 'Attempts to deliver events to webhooks by what came of them: delivered, failed; and deliveries given up: dead.',
    labelNames: ['webhook', 'outcome'],
    registers: [registry],
  });
  const deadLetters = new Gauge({
    name: 'countersign_webhook_dead_letters',
    help: 'Deliveries that were given up and wait for a replay; the same on every node.',
    labelNames: ['webhook'],
    registers: [registry],
    aggregator: 'max',
  });
  return {
    count: (webhook, outcome, by = 1) => deliveries.inc({ webhook, outcome }, by),
    deadLetters(dead) {
      deadLetters.reset();
      for (const [webhook, count] of dead) deadLetters.set({ webhook }, count);
    },
  };
}

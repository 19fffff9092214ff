import type { StoreContents } from '../config/configuration.ts';
import { createAttempt } from '../webhook/attempt.ts';
import { createWebhookSender } from '../webhook/sender.ts';
import { measureWebhooks } from '../webhook/webhook-metrics.ts';
import type { OpenHome } from './open-home.ts';
import { followingOutboundFetch } from './outbound.ts';

/** How long receivers may take to answer when the server ends; milliseconds. */
const GRACE_MS = 2_000;

/** Sends what waits for webhooks from this node. @param stores for the authorities of their certificates */
export function sendToWebhooks(
  opened: OpenHome,
  stores: () => Pick<StoreContents, 'outboundAuthorities'>,
): { close(): Promise<void> } {
  const { storage, events, clock, metrics, configuration } = opened;
  const fetch = followingOutboundFetch(opened, stores);
  const sender = createWebhookSender({
    webhooks: () => configuration.now().webhook,
    storage,
    events,
    attempt: createAttempt(fetch, clock),
    metrics: measureWebhooks(metrics),
    clock,
  });
  return {
    async close() {
      const closed = sender.close();
      // Whoever does not answer is not waited for: what is under way goes out again at the next start.
      const late = setTimeout(fetch.close, GRACE_MS);
      await closed;
      clearTimeout(late);
      fetch.close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { WebhookTest } from '../admin/webhook-resource.ts';
import { createAttempt } from '../webhook/attempt.ts';
import { testEvent } from '../webhook/cloud-event.ts';
import { originOf, type Webhook } from '../webhook/webhook.ts';
import type { OpenHome } from './open-home.ts';
import { followingOutboundFetch } from './outbound.ts';

/** Sends a webhook a test, once, by the way on which events go to it. */
export async function tryWebhook(opened: OpenHome, webhook: Webhook): Promise<WebhookTest> {
  const { configuration, clock } = opened;
  const followed = await configuration.follow({ onReload: () => {} });
  const fetch = followingOutboundFetch(opened, followed.stores);
  try {
    const id = `test_${randomUUID()}`;
    const event = testEvent(id, configuration.atStart.server.base_url, webhook.id, clock());
    const outcome = await createAttempt(fetch, clock)(webhook, id, JSON.stringify(event));
    const tested = { webhook: webhook.id, webhook_id: id, receiver: originOf(webhook.url) };
    if (outcome.outcome === 'delivered') return { ...tested, delivered: true, status: outcome.status };
    const why = outcome.outcome === 'failed' ? outcome.why : 'nothing was sent';
    return { ...tested, delivered: false, why };
  } finally {
    fetch.close();
    followed.close();
  }
}

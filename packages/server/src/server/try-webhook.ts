import { randomUUID } from 'node:crypto';
import { type AttemptOutcome, createAttempt } from '../webhook/attempt.ts';
import { testEvent } from '../webhook/cloud-event.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { OpenHome } from './open-home.ts';
import { followingOutboundFetch } from './outbound.ts';

/** Sends a webhook a test, once, by the way on which events go to it. @returns what came of it, and the id it was sent by */
export async function tryWebhook(
  opened: OpenHome,
  webhook: Webhook,
): Promise<{ readonly id: string; readonly outcome: AttemptOutcome }> {
  const { configuration, clock } = opened;
  const followed = await configuration.follow({ onReload: () => {} });
  const fetch = followingOutboundFetch(opened, followed.stores);
  try {
    const id = `test_${randomUUID()}`;
    const event = testEvent(id, configuration.atStart.server.base_url, webhook.id, clock());
    return { id, outcome: await createAttempt(fetch, clock)(webhook, id, JSON.stringify(event)) };
  } finally {
    fetch.close();
    followed.close();
  }
}

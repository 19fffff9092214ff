import type { Actor } from '../event/actor.ts';
import { changesBetween } from '../event/changes.ts';
import { type ChangeContext, tryChange } from '../storage/commit-change.ts';
import type { Storage, WebhookDelivery } from '../storage/storage.ts';
import { DELIVERIES_KEPT_MS } from './cloud-event.ts';
import type { Webhook } from './webhook.ts';

/** Thrown where something cannot be sent again; the message says why. */
export class CannotReplay extends Error {
  override readonly name = 'CannotReplay';
}

/** Sends deliveries again, whatever became of them: a running server does within a second. */
export type Replay = {
  /**
   * Each replay is one event.
   * @returns what is sent again, as it was before; undefined where there is no such delivery
   * @throws CannotReplay where its webhook is not configured any more
   */
  one(delivery_id: string, by: Actor): Promise<WebhookDelivery | undefined>;
  /** All that were given up, or those of one webhook, if they are still configured. @returns what is sent again */
  allDead(webhook: string | undefined, by: Actor): Promise<readonly string[]>;
};

const PAGE = 200;

export function createReplay(
  context: ChangeContext & { readonly storage: Pick<Storage, 'webhookDeliveries'> },
  webhooks: () => readonly Webhook[],
  clock: () => number,
): Replay {
  const { webhookDeliveries } = context.storage;
  const isConfigured = (webhook: string) => webhooks().some(({ id }) => id === webhook);

  const send = async (delivery: WebhookDelivery, by: Actor): Promise<boolean> => {
    const { delivery_id, webhook, event_id, event_type, state, attempts, last_error } = delivery;
    const now = clock();
    const unit = await tryChange(
      context,
      [webhookDeliveries.steps.replay(delivery_id, now, now + DELIVERIES_KEPT_MS)],
      {
        type: 'webhook.replayed',
        outcome: 'success',
        actor: by,
        object: { kind: 'webhook', id: webhook },
        changes: changesBetween({ state, attempts }, { state: 'waiting', attempts: 0 }),
        detail: { delivery_id, event_id, event_type, ...(last_error !== undefined && { last_error }) },
      },
    );
    return unit.outcome === 'committed';
  };

  return {
    async one(delivery_id, by) {
      const delivery = await webhookDeliveries.find(delivery_id);
      if (delivery === undefined) return undefined;
      if (!isConfigured(delivery.webhook)) {
        throw new CannotReplay(
          `${delivery_id} was for the webhook ${delivery.webhook}, which deployment.toml does not have any more`,
        );
      }
      return (await send(delivery, by)) ? delivery : undefined;
    },

    async allDead(webhook, by) {
      const replayed: string[] = [];
      const filter = { state: 'dead', ...(webhook !== undefined && { webhook }) } as const;
      for (let after: string | undefined; ; ) {
        const page = await webhookDeliveries.list(filter, {
          limit: PAGE,
          ...(after !== undefined && { after }),
        });
        for (const delivery of page.items) {
          if (isConfigured(delivery.webhook) && (await send(delivery, by)))
            replayed.push(delivery.delivery_id);
        }
        if (page.next === undefined) return replayed;
        after = page.next;
      }
    },
  };
}

import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';

/** Which webhooks fail, as the deployment knows it: whichever node a webhook works for again tells of it, once. */
export type Failing = {
  has(webhook: string): boolean;
  /** @param attempts of the delivery, this one included @param isDead whether it was given up */
  failed(webhook: string, attempts: number, isDead: boolean, why: string): Promise<void>;
  /** @param wasTried whether the delivery had failed before */
  succeeded(webhook: string, wasTried: boolean): Promise<void>;
  /** Learns what other nodes know. */
  refresh(): Promise<void>;
};

const KIND = 'webhook-failing';
const KEPT_MS = 30 * 86_400_000;
const MOST = 100;
/** Fewer failures of one delivery are a hiccup, of which nobody is told. */
const FAILURES = 3;

export function createFailing(
  storage: Pick<Storage, 'ephemerals' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  clock: Clock,
): Failing {
  const { ephemerals } = storage;
  /** Those whose last attempt from here failed. */
  const here = new Set<string>();
  /** Those that fail, as far as is known here. */
  const known = new Set<string>();
  return {
    has: (webhook) => here.has(webhook) || known.has(webhook),
    async failed(webhook, attempts, isDead, why) {
      here.add(webhook);
      if (known.has(webhook) || (attempts < FAILURES && !isDead)) return;
      known.add(webhook);
      const now = clock();
      await ephemerals.put(KIND, webhook, { since: now, why }, now + KEPT_MS);
    },
    async succeeded(webhook, wasTried) {
      here.delete(webhook);
      if (!known.delete(webhook) && !wasTried) return;
      const now = clock();
      const failure = await ephemerals.get(KIND, webhook, now);
      if (failure === undefined) return;
      // Of all that find it one takes it, and tells.
      await tryChange({ storage, events }, [ephemerals.steps.take(KIND, webhook, now)], {
        type: 'webhook.recovered',
        outcome: 'success',
        object: { kind: 'webhook', id: webhook },
        detail: { failed: failure },
      });
    },
    async refresh() {
      const failing = await ephemerals.list(KIND, clock(), MOST);
      known.clear();
      for (const { key } of failing) known.add(key);
    },
  };
}

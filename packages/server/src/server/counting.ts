import { countRequests, type RequestCounter } from '../event/request-counts.ts';
import { type CountedClientUses, createClientUses } from '../grant/client-uses.ts';
import type { OpenHome } from './open-home.ts';

/** What is counted exactly beside the events, off the way of requests. */
export type Counting = {
  readonly requests: RequestCounter;
  readonly clientUses: CountedClientUses;
  /** Stores what was counted so far. To be called once nothing is answered any more. */
  close(): Promise<void>;
};

/** Begins to count the requests that are answered, and the tokens that clients are issued. */
export function startCounting({ storage, events, clock, log, metrics }: OpenHome): Counting {
  const requests = countRequests(metrics, storage.requestCounts, clock, log);
  const clientUses = createClientUses({
    storage,
    events,
    clock,
    onFailed: (error) => log.debug({ err: error }, 'counts of tokens wait to be written'),
    onLost: (tokens) => log.error({ tokens }, `${tokens} tokens are counted for no client`),
  });
  return {
    requests,
    clientUses,
    async close() {
      await requests.close();
      await clientUses.close();
    },
  };
}

import type { Configuration } from '../config/configuration.ts';
import type { ClosableOutboundFetch, OutboundFetch } from '../outbound/outbound-fetch.ts';
import { followingOutboundFetch } from './outbound.ts';
import type { Shared } from './shared.ts';

/**
 * The way out for what is built before it is known who follows the configuration. A server hands over its own; until then,
 * and so in commands, each fetch reads the stores that the configuration names.
 */
export function lateOutbound(home: { readonly configuration: Configuration; readonly shared: Shared }): {
  readonly fetch: OutboundFetch;
  /** @returns what it was given */
  arrive(fetch: ClosableOutboundFetch): ClosableOutboundFetch;
} {
  let arrived: OutboundFetch | undefined;
  const once: OutboundFetch = async (request) => {
    const followed = await home.configuration.follow({ onReload: () => {} });
    followed.close();
    const fetch = followingOutboundFetch(home, followed.stores);
    try {
      return await fetch(request);
    } finally {
      fetch.close();
    }
  };
  return {
    fetch: (request) => (arrived ?? once)(request),
    arrive(fetch) {
      arrived = fetch;
      return fetch;
    },
  };
}

import type { Deployment } from '../config/deployment.ts';
import { type ClosableOutboundFetch, createOutboundFetch } from '../outbound/outbound-fetch.ts';

/**
 * The one way out of this server, with the `[outbound]` rules of now.
 * @param settings asked at every request, so that a reload counts at once
 */
export function followingOutboundFetch(settings: () => Deployment['outbound']): ClosableOutboundFetch {
  let configured = settings();
  let fetch = createOutboundFetch({ allowedAddresses: configured.allowed_addresses });
  const follow: ClosableOutboundFetch = (request) => {
    if (configured !== settings()) {
      configured = settings();
      // Requests under way on the earlier one end by their own deadlines.
      fetch = createOutboundFetch({ allowedAddresses: configured.allowed_addresses });
    }
    return fetch(request);
  };
  follow.close = () => fetch.close();
  return follow;
}

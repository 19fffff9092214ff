import { certificateToPem } from '@countersign/x509';
import type { StoreContents } from '../config/configuration.ts';
import type { LiveSettings } from '../config/settings.ts';
import { createNameResolver } from '../outbound/name-resolver.ts';
import type { OutboundBudget } from '../outbound/outbound-budget.ts';
import { type ClosableOutboundFetch, createOutboundFetch } from '../outbound/outbound-fetch.ts';

/**
 * The one way out of this server, with the `[outbound]` rules of now.
 * @param settings asked at every request, so that a reload counts at once
 * @param stores likewise, for the authorities of https destinations
 * @param budget that of this node
 */
export function followingOutboundFetch(
  settings: () => LiveSettings['outbound'],
  stores: () => Pick<StoreContents, 'outboundAuthorities'>,
  budget: OutboundBudget,
): ClosableOutboundFetch {
  const made = () => {
    const configured = settings();
    const { outboundAuthorities: authorities } = stores();
    const trustedCertificates = authorities.flatMap((entry) =>
      entry.kind === 'trusted-certificate' ? [certificateToPem(entry.certificate)] : [],
    );
    const { allowed_addresses: allowedAddresses, name_servers: nameServers } = configured;
    const resolve = createNameResolver({ nameServers });
    const fetch = createOutboundFetch({ allowedAddresses, trustedCertificates, resolve, budget });
    return { configured, authorities, fetch };
  };
  let current = made();
  const follow: ClosableOutboundFetch = (request) => {
    if (current.configured !== settings() || current.authorities !== stores().outboundAuthorities) {
      // Requests under way on the earlier one end by their own deadlines.
      current = made();
    }
    return current.fetch(request);
  };
  follow.close = () => current.fetch.close();
  return follow;
}

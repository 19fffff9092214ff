import { certificateToPem } from '@countersign/x509';
import type { StoreContents } from '../config/configuration.ts';
import { measuredFetch } from '../event/measured-fetch.ts';
import { createNameResolver } from '../outbound/name-resolver.ts';
import {
  type ClosableOutboundFetch,
  createOutboundFetch,
  type OutboundFetch,
} from '../outbound/outbound-fetch.ts';
import type { OpenHome } from './open-home.ts';

/**
 * The one way out of this server, with the `[outbound]` rules of now.
 * @param home its configuration is asked at every request, so that a reload counts at once; the budget is its node's
 * @param stores likewise, for the authorities of https destinations
 */
export function followingOutboundFetch(
  {
    configuration,
    shared: { outboundBudget: budget },
    metrics,
  }: Pick<OpenHome, 'configuration' | 'shared' | 'metrics'>,
  stores: () => Pick<StoreContents, 'outboundAuthorities'>,
): ClosableOutboundFetch {
  const settings = () => configuration.now().outbound;
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
  const following: OutboundFetch = (request) => {
    if (current.configured !== settings() || current.authorities !== stores().outboundAuthorities) {
      // Requests under way on the earlier one end by their own deadlines.
      current = made();
    }
    return current.fetch(request);
  };
  return Object.assign(measuredFetch(following, metrics), { close: () => current.fetch.close() });
}

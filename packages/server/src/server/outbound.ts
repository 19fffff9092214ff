import { certificateToPem } from '@countersign/x509';
import type { Configuration, StoreContents } from '../config/configuration.ts';
import { measuredFetch } from '../event/measured-fetch.ts';
import type { Metrics } from '../event/metrics.ts';
import { createNameResolver } from '../outbound/name-resolver.ts';
import {
  type ClosableOutboundFetch,
  createOutboundFetch,
  type OutboundFetch,
  type OutboundRequest,
} from '../outbound/outbound-fetch.ts';
import { activeSpan, span } from '../telemetry/span.ts';
import type { Shared } from './shared.ts';

/** Fetches as a part of the request that needs it; whoever may learn of its trace is told. */
const tracedFetch = (
  fetch: OutboundFetch,
  request: OutboundRequest,
  toldOfTrace: readonly string[],
): ReturnType<OutboundFetch> =>
  span(
    'fetch',
    async (note) => {
      const around = note && activeSpan();
      if (note === undefined || around === undefined) return fetch(request);
      const { hostname = '', protocol = '' } = URL.parse(request.url) ?? {};
      const host = hostname.replace(/^\[|\]$/g, '');
      note({
        'http.request.method': request.method ?? 'GET',
        'server.address': host,
        'url.scheme': protocol.slice(0, -1),
        'countersign.purpose': request.purpose,
      });
      const { traceparent } = around;
      const headers = toldOfTrace.includes(host) ? { ...request.headers, traceparent } : request.headers;
      const answer = await fetch({ ...request, ...(headers && { headers }) });
      note({ 'http.response.status_code': answer.status });
      return answer;
    },
    'client',
  );

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
  }: {
    readonly configuration: Configuration;
    readonly shared: Pick<Shared, 'outboundBudget'>;
    readonly metrics?: Metrics;
  },
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
    return tracedFetch(current.fetch, request, configuration.atStart.telemetry.propagate_to);
  };
  const fetch = metrics ? measuredFetch(following, metrics) : following;
  return Object.assign(fetch, { close: () => current.fetch.close() });
}

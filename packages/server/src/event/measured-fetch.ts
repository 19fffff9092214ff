import { OUTBOUND_PURPOSES } from '../outbound/outbound-budget.ts';
import { OUTBOUND_REFUSAL_CAUSES, type OutboundFetch, OutboundRefused } from '../outbound/outbound-fetch.ts';
import type { Metrics } from './metrics.ts';

const SECOND = 1000;

/**
 * Counts and times what is fetched: by purpose, and whether it succeeded or why not. Every series is there from the
 * start.
 */
export function measuredFetch(
  fetch: OutboundFetch,
  { outboundRequests, outboundDuration }: Pick<Metrics, 'outboundRequests' | 'outboundDuration'>,
): OutboundFetch {
  for (const purpose of OUTBOUND_PURPOSES) {
    for (const outcome of ['success', ...OUTBOUND_REFUSAL_CAUSES]) outboundRequests.of({ purpose, outcome });
  }
  return async (request) => {
    const { purpose } = request;
    const began = performance.now();
    let outcome = 'success';
    try {
      return await fetch(request);
    } catch (error) {
      outcome = error instanceof OutboundRefused ? error.because : 'network';
      throw error;
    } finally {
      outboundRequests.of({ purpose, outcome }).value++;
      outboundDuration.of({ purpose }).observe((performance.now() - began) / SECOND);
    }
  };
}

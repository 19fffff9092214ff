import type { OutboundFetch } from '../../outbound/outbound-fetch.ts';
import { followingOutboundFetch } from '../../server/outbound.ts';
import { sharedWithNobody } from '../../server/shared.ts';
import type { Examination } from './examination.ts';

/** Fetches for one check as a server of the home would: with the rules of `[outbound]`, and its authorities. */
export async function withOutbound<T>(
  { configuration, clock, stores }: Pick<Examination, 'configuration' | 'clock' | 'stores'>,
  work: (fetch: OutboundFetch) => Promise<T>,
): Promise<T> {
  // Where a store cannot be used that is told, and what is fetched from public places can be looked at all the same.
  const contents = await stores().then(
    (followed) => followed.stores(),
    () => ({ outboundAuthorities: [] }),
  );
  const shared = sharedWithNobody(configuration.now, clock);
  const fetch = followingOutboundFetch({ configuration, shared }, () => contents);
  try {
    return await work(fetch);
  } finally {
    fetch.close();
  }
}

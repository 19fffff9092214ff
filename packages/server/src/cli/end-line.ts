import { isoTime } from '@countersign/x509';
import type { DescribedWatched, SharedWith } from '../expiry/described.ts';

const DAY_MS = 24 * 3600 * 1000;

/** When it ends, as people say it. @param now milliseconds since the epoch */
export function untilEnd({ kind, not_after }: DescribedWatched, now: number): string {
  const on = not_after === undefined ? undefined : isoTime(not_after)?.slice(0, 10);
  if (not_after === undefined) return 'ends nobody knows when';
  if (on === undefined) return 'ends at a time that is none';
  const days = Math.floor((not_after - now) / DAY_MS);
  if (kind === 'signing_key') return days < 0 ? `due since ${on}` : `due in ${days} days, ${on}`;
  if (kind === 'crl') return days < 0 ? `outdated since ${on}` : `next in ${days} days, ${on}`;
  return not_after < now ? `expired on ${on}` : `expires in ${days} days, ${on}`;
}

const sharerText = (each: SharedWith): string => {
  switch (each.as) {
    case 'client':
      return `the client ${each.client_id}`;
    case 'administrator':
      return 'an administrator';
    case 'person':
      return 'a person who signs in with it';
    default:
      return each.name;
  }
};

/** What it is, on one line. */
export function endLine({ kind, name, client_id, subject, thumbprint, ...rest }: DescribedWatched): string {
  const whose =
    client_id === undefined || client_id === name || kind === 'authority' ? '' : ` (${client_id})`;
  return [
    `${name}${whose}`,
    ...(subject === undefined ? [] : [subject]),
    ...(thumbprint === undefined ? [] : [thumbprint]),
    ...(rest.succeeded ? ['succeeded'] : []),
    ...(rest.unused ? ['unused'] : []),
    ...(rest.shared.length > 0 ? [`shared with ${rest.shared.map(sharerText).join(', ')}`] : []),
  ].join(', ');
}

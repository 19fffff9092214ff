import { timeText } from '@countersign/x509';
import type { Event } from '../event/event.ts';
import type { EventStore } from '../event/event-store.ts';
import { type Found, warning } from './doctor/finding.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Events looked at, the newest of them. */
const MOST_EVENTS = 500;

const textOf = ({ detail }: Event, name: string): string => {
  const value = detail?.[name];
  return typeof value === 'string' ? (value.split('\n')[0] ?? '') : '';
};

/**
 * Which plug-ins failed in running servers within the last day, by what those recorded.
 * @param now milliseconds since the epoch
 */
export async function plugInFindings(events: Pick<EventStore, 'list'>, now: number): Promise<Found[]> {
  const { items } = await events.list({ type: 'plug_in.', since: now - DAY_MS }, { limit: MOST_EVENTS });
  const byFile = Map.groupBy(items, (event) => `${textOf(event, 'file')} on ${textOf(event, 'node')}`);
  return Array.from(byFile).flatMap(([where, ofFile]): Found[] => {
    const failures = ofFile.filter(({ outcome }) => outcome === 'failure');
    const [latest] = failures;
    if (latest === undefined) return [];
    const serves = ofFile[0]?.outcome === 'success';
    const times = failures.length === 1 ? 'once' : `${failures.length} times`;
    return [
      warning(
        'plug_in_failed',
        `${where} failed ${times} within a day, last at ${timeText(latest.time)}: ${textOf(latest, 'cause')}${serves ? '' : '; it has not served since'}`,
      ),
    ];
  });
}

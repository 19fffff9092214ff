import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from './event-recorder.ts';

const AGAIN_MS = 3_600_000;
const REMEMBERED = 10_000;

/**
 * Reports records that cannot be read, each once an hour however often it is met.
 * @returns what is told of such a record
 */
export function createUnreadableReport(
  events: Pick<EventRecorder, 'record'>,
  clock: Clock,
): (problem: { readonly record: string; readonly why: string }) => void {
  const reported = new LRUCache<string, number>(atMost(REMEMBERED));
  return ({ record, why }) => {
    const now = clock();
    if (now - (reported.get(record) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    reported.set(record, now);
    events.record({
      type: 'record.unreadable',
      outcome: 'failure',
      because: 'record_unreadable',
      evidence: { record, why },
    });
  };
}

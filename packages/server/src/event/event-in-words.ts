import { nearestTime } from '@countersign/x509';
import { causeInWords } from '../refusal/cause-in-words.ts';
import type { Event } from './event.ts';

/** An event as it is told outside: its time in RFC 3339, and its cause in words. */
export type EventInWords = Omit<Event, 'time'> & {
  readonly time: string;
  readonly what?: string;
  readonly remedy?: string;
};

/** Tells an event as the admin API and webhooks do: what happened, and what to do about it. */
export const eventInWords = (event: Event): EventInWords => ({
  ...event,
  time: nearestTime(event.time),
  ...(event.because && causeInWords(event.because, event.evidence)),
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Event } from '../event/event.ts';
import type { EventFilter, EventStore } from '../event/event-store.ts';

/** How often new events are looked for. */
const LOOK_MS = 500;
/**
 * How far back each look reaches: events are written a moment after their time, and clocks of nodes differ by a little.
 * What arrives later still, such as what a node kept while the database was away, is found by a listing.
 */
const REACH_MS = 10_000;
const PAGE = 500;

export type Following = {
  readonly events: Pick<EventStore, 'list'>;
  readonly filter: EventFilter;
  /** Of the database. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Told of an error that may pass, once until it has passed. */
  readonly onTrouble: (error: unknown) => void;
  /** Whether an error may pass. */
  readonly mayPass: (error: unknown) => boolean;
};

/** All events from a time on that a listing has, oldest first. */
async function eventsSince(events: Following['events'], filter: EventFilter): Promise<Event[]> {
  const found: Event[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await events.list(filter, { limit: PAGE, ...(after !== undefined && { after }) });
    found.push(...items);
    if (next === undefined) return found.reverse();
    after = next;
  }
}

/**
 * Yields events as they come, each once, in the order of their time as far as they are there in time, until the signal.
 * @param seen what was shown before
 */
export async function* followEvents(
  { events, filter, clock, signal, onTrouble, mayPass }: Following,
  seen: readonly Event[],
): AsyncGenerator<Event> {
  const known = new Map(seen.map(({ event_id, time }) => [event_id, time]));
  const began = clock();
  let isInTrouble = false;
  /** The last look before the latest trouble, from which on is looked until what nodes kept meanwhile has arrived. */
  let held: { readonly from: number; readonly passed?: number } | undefined;
  let last = began;
  while (!signal.aborted) {
    const now = clock();
    const from = Math.min(now, held?.from ?? now) - REACH_MS;
    const since = Math.max(began, from, filter.since ?? 0);
    try {
      for (const event of await eventsSince(events, { ...filter, since })) {
        if (known.has(event.event_id)) continue;
        known.set(event.event_id, event.time);
        yield event;
      }
      isInTrouble = false;
      last = now;
      if (held && held.passed === undefined) held = { ...held, passed: now };
      else if (held?.passed !== undefined && now - held.passed > REACH_MS) held = undefined;
      for (const [id, time] of known) if (time < since - REACH_MS) known.delete(id);
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (!isInTrouble) onTrouble(error);
      isInTrouble = true;
      held = { from: held?.from ?? last };
    }
    if (filter.until !== undefined && clock() >= filter.until + REACH_MS) return;
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

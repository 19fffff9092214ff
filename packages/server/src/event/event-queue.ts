import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Event } from './event.ts';
import type { EventClass } from './event-class.ts';
import type { EventCount, EventStore, Retention } from './event-store.ts';
import type { Metrics } from './metrics.ts';

export type EventQueueOptions = {
  readonly store: EventStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** How long events are kept, by the settings of now. */
  readonly retention: () => Readonly<Record<EventClass, Retention>>;
  readonly clock: Clock;
};

/** What is on its way into the database: written in batches, so that no request waits for it. */
export type EventQueue = {
  /** A flood's surplus is dropped, and counted. */
  add(event: Event): void;
  count(type: string, outcome: Event['outcome'], sampled: boolean): void;
  /** Notes that the audit file has an event that was written in a unit of work. */
  audited(event_id: string): void;
  /** Waits until everything so far is stored. */
  flush(): Promise<void>;
  /** Removes what is past its retention, unless that was done within the hour. */
  tidy(): Promise<void>;
};

const QUEUE_LIMIT = 10_000;
const PRUNE_EVERY = 5_000;
const MINUTE = 60_000;
const PRUNE_INTERVAL_MS = 60 * MINUTE;

/** Exact numbers of what happened, by minute, type and outcome, until they are stored. */
class Counts {
  readonly #counts = new Map<string, EventCount>();

  add({ minute, type, outcome, sampled, count }: EventCount): void {
    const key = `${minute} ${type} ${outcome}`;
    const before = this.#counts.get(key)?.count ?? 0;
    this.#counts.set(key, { minute, type, outcome, sampled, count: before + count });
  }

  take(): readonly EventCount[] {
    const counts = Array.from(this.#counts.values());
    this.#counts.clear();
    return counts;
  }
}

/** @param onNoted told of the events whose being in the audit file the database knows */
export function createEventQueue(
  { store, log, metrics, retention, clock }: EventQueueOptions,
  onNoted: (event_ids: readonly string[]) => void,
): EventQueue {
  const counts = new Counts();
  let queue: Event[] = [];
  let audited: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let sincePrune = PRUNE_EVERY;
  let prunedAt = 0;

  const prune = async () => {
    sincePrune = 0;
    prunedAt = clock();
    await store.prune(retention(), prunedAt);
  };
  const note = async (event_ids: readonly string[]) => {
    try {
      await store.audited(event_ids);
      onNoted(event_ids);
    } catch (error) {
      audited.push(...event_ids);
      log.error({ err: error }, 'that the audit file has events could not be noted');
    }
  };
  const write = async (
    batch: readonly Event[],
    counted: readonly EventCount[],
    inFile: readonly string[],
  ) => {
    try {
      await store.append(batch, counted);
    } catch (error) {
      for (const each of counted) counts.add(each);
      audited.push(...inFile);
      metrics.eventsDropped.inc(batch.length);
      log.error({ err: error, events: batch.length }, 'events could not be stored');
      return;
    }
    await note(inFile);
    sincePrune += batch.length;
    if (sincePrune < PRUNE_EVERY) return;
    await prune().catch((error) => log.error({ err: error }, 'old events could not be removed'));
  };

  return {
    add(event) {
      if (queue.length < QUEUE_LIMIT) queue.push(event);
      else metrics.eventsDropped.inc();
    },
    count(type, outcome, sampled) {
      const minute = Math.floor(clock() / MINUTE) * MINUTE;
      counts.add({ minute, type, outcome, sampled, count: 1 });
    },
    audited(event_id) {
      audited.push(event_id);
    },
    flush() {
      const counted = counts.take();
      if (queue.length > 0 || counted.length > 0 || audited.length > 0) {
        const [batch, inFile] = [queue, audited];
        queue = [];
        audited = [];
        writing = writing.then(() => write(batch, counted, inFile));
      }
      return writing;
    },
    async tidy() {
      if (clock() - prunedAt >= PRUNE_INTERVAL_MS) await prune();
    },
  };
}

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Event } from './event.ts';
import type { EventClass } from './event-class.ts';
import type { EventCount, EventStore, Retention } from './event-store.ts';
import type { Metrics } from './metrics.ts';
import type { NewDelivery } from './new-delivery.ts';

export type EventQueueOptions = {
  readonly store: EventStore;
  /** Whether an error of the store says that it may take the same later. */
  readonly isAway: (error: unknown) => boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** How long events are kept, by the settings of now. */
  readonly retention: () => Readonly<Record<EventClass, Retention>>;
  /** What is to be delivered of an event, by the webhooks of now; nothing when absent. */
  readonly deliveries?: (event: Event) => readonly NewDelivery[];
  readonly clock: Clock;
};

/**
 * What is on its way into the database: written in batches, so that no request waits for it, and kept while the
 * database is away.
 */
export type EventQueue = {
  /** The surplus of a flood, or of a long absence of the database, is dropped and counted. */
  add(event: Event): void;
  /** How many wait, those being written among them. */
  length(): number;
  count(type: string, outcome: Event['outcome'], sampled: boolean): void;
  /** Notes that the audit file has an event that was written in a unit of work. */
  audited(event_id: string): void;
  /** Waits until everything so far is stored, or the database turns out to be away. */
  flush(): Promise<void>;
  /** Stores what can be, and tells the log of the rest. */
  close(): Promise<void>;
  /** Removes what is past its retention, unless that was done within the hour. */
  tidy(): Promise<void>;
};

const QUEUE_LIMIT = 10_000;
/** How many are kept for a database that is away: what a busy server records in a minute or two, some 50 MB. */
const AWAY_LIMIT = 50_000;
const WRITTEN_AT_ONCE = 1_000;
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

  get size(): number {
    return this.#counts.size;
  }

  take(): readonly EventCount[] {
    const counts = Array.from(this.#counts.values());
    this.#counts.clear();
    return counts;
  }
}

/** @param onNoted told of the events whose being in the audit file the database knows */
export function createEventQueue(
  options: EventQueueOptions,
  onNoted: (event_ids: readonly string[]) => void,
): EventQueue {
  const { store, log, metrics, retention, deliveries = () => [], clock } = options;
  const counts = new Counts();
  /** With those being written, which leave it once they are. */
  const queue: Event[] = [];
  let audited: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let isWriteAhead = false;
  let isAway = false;
  /** Events that were not kept since the database was last told of any. */
  let lost = 0;
  let sincePrune = PRUNE_EVERY;
  let prunedAt = 0;

  const drop = (events: number) => {
    lost += events;
    metrics.eventsDropped.inc(events);
  };
  const prune = async () => {
    sincePrune = 0;
    prunedAt = clock();
    await store.prune(retention(), prunedAt);
  };
  const onAway = (error: unknown) => {
    if (!isAway) log.warn({ err: error }, 'the database is away: events are kept until it is back');
    isAway = true;
  };
  const onStored = () => {
    if (isAway) log.info({ events: queue.length }, 'the database is back: the events kept are stored');
    if (lost > 0)
      log.error({ events: lost }, `${lost} events could not be kept and are lost to the database`);
    isAway = false;
    lost = 0;
  };
  const note = async (event_ids: readonly string[]) => {
    if (event_ids.length === 0) return;
    try {
      await store.audited(event_ids);
      onNoted(event_ids);
    } catch (error) {
      audited.push(...event_ids);
      if (options.isAway(error)) onAway(error);
      else log.error({ err: error }, 'that the audit file has events could not be noted');
    }
  };
  /** @returns whether there is a point in writing more */
  const write = async (batch: readonly Event[]): Promise<boolean> => {
    const counted = counts.take();
    const inFile = audited;
    audited = [];
    try {
      await store.append(batch, counted, batch.flatMap(deliveries));
    } catch (error) {
      for (const each of counted) counts.add(each);
      audited.push(...inFile);
      if (options.isAway(error)) {
        onAway(error);
        return false;
      }
      queue.splice(0, batch.length);
      drop(batch.length);
      log.error({ err: error, events: batch.length }, 'events could not be stored');
      return true;
    }
    onStored();
    queue.splice(0, batch.length);
    await note(inFile);
    sincePrune += batch.length;
    if (sincePrune < PRUNE_EVERY) return true;
    await prune().catch((error) => log.error({ err: error }, 'old events could not be removed'));
    return true;
  };
  const writeAll = async (): Promise<void> => {
    isWriteAhead = false;
    for (let left = queue.length, isFirst = true; isFirst || left > 0; isFirst = false) {
      const batch = queue.slice(0, Math.min(left, WRITTEN_AT_ONCE));
      left -= batch.length;
      if (!(await write(batch))) return;
    }
  };
  const flush = (): Promise<void> => {
    if (isWriteAhead || queue.length + counts.size + audited.length === 0) return writing;
    isWriteAhead = true;
    writing = writing.then(writeAll);
    return writing;
  };

  return {
    add(event) {
      if (queue.length < (isAway ? AWAY_LIMIT : QUEUE_LIMIT)) queue.push(event);
      else drop(1);
    },
    length: () => queue.length,
    count(type, outcome, sampled) {
      const minute = Math.floor(clock() / MINUTE) * MINUTE;
      counts.add({ minute, type, outcome, sampled, count: 1 });
    },
    audited(event_id) {
      audited.push(event_id);
    },
    flush,
    async close() {
      await flush();
      drop(queue.length);
      if (lost > 0) log.error({ events: lost }, `${lost} events are lost to the database`);
    },
    async tidy() {
      if (clock() - prunedAt >= PRUNE_INTERVAL_MS) await prune();
    },
  };
}

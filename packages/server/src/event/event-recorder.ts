import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { clipped } from './clipped.ts';
import type { Event, EventDraft } from './event.ts';
import { newEventId } from './event-id.ts';
import type { EventStore } from './event-store.ts';
import type { Metrics } from './metrics.ts';

/** An event that is written in the unit of work of the change it tells of. */
export type PreparedEvent = {
  readonly event_id: string;
  /** Adds it to the database, whole with the change or not at all. */
  readonly step: ReturnType<EventStore['steps']['insert']>;
  /** To be called once the unit is committed: log, metrics and audit file have the event too. */
  settle(): void;
};

/** Where the server reports what happened. */
export type EventRecorder = {
  /** Writes one event to log, audit file and database. @returns its id, to be quoted to the caller */
  record(draft: EventDraft): string;
  /** Makes an event that is written with the change it tells of. */
  prepare(draft: EventDraft): PreparedEvent;
  /**
   * Counts what may happen thousands of times a second and writes it down only while fewer of its type than the budget
   * were this second. The draft is made only if it is written.
   */
  recordSampled(
    type: string,
    outcome: Event['outcome'],
    draft: () => Omit<EventDraft, 'type' | 'outcome'>,
  ): void;
  /** Waits until everything recorded so far is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

export type EventRecorderOptions = {
  readonly store: EventStore;
  readonly log: Logger;
  readonly audit: Logger;
  readonly metrics: Metrics;
  /** Events kept in the database. */
  readonly keep: number;
  readonly clock: Clock;
};

const FLUSH_INTERVAL_MS = 200;
const QUEUE_LIMIT = 10_000;
const SAMPLED_PER_SECOND = 20;
const PRUNE_EVERY = 5_000;

/**
 * Makes the recorder. Events reach the database in batches and never delay a request; when a flood outruns the
 * database the surplus is dropped there and counted, while log and audit file keep every one.
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { store, log, audit, metrics, keep, clock } = options;
  let queue: Event[] = [];
  let writing: Promise<void> = Promise.resolve();
  let sincePrune = PRUNE_EVERY;
  let second = 0;
  const sampled = new Map<string, number>();

  const write = async (batch: readonly Event[]) => {
    try {
      await store.append(batch);
      sincePrune += batch.length;
      if (sincePrune >= PRUNE_EVERY) {
        sincePrune = 0;
        await store.prune(keep);
      }
    } catch (error) {
      metrics.eventsDropped.inc(batch.length);
      log.error({ err: error, events: batch.length }, 'events could not be stored');
    }
  };
  const flush = () => {
    if (queue.length > 0) {
      const batch = queue;
      queue = [];
      writing = writing.then(() => write(batch));
    }
    return writing;
  };
  const timer = setInterval(flush, FLUSH_INTERVAL_MS);
  timer.unref();

  const made = (draft: EventDraft): Event => ({
    event_id: newEventId(),
    time: clock(),
    ...clipped(draft),
  });
  const report = (event: Event) => {
    metrics.events.inc({ type: event.type, outcome: event.outcome, because: event.because ?? '' });
    const level = event.outcome === 'success' ? 'info' : event.outcome === 'failure' ? 'error' : 'warn';
    const { event_id, type, because, time: _time, ...rest } = event;
    log[level](
      { event_id, type, because, ...rest },
      `${type} ${event.outcome}${because ? `: ${because}` : ''}`,
    );
    audit.info(event);
  };
  const enqueue = (draft: EventDraft): Event => {
    const event = made(draft);
    if (queue.length < QUEUE_LIMIT) queue.push(event);
    else metrics.eventsDropped.inc();
    return event;
  };

  return {
    record(draft) {
      const event = enqueue(draft);
      report(event);
      return event.event_id;
    },
    prepare(draft) {
      const event = made(draft);
      return {
        event_id: event.event_id,
        step: store.steps.insert(event),
        settle: () => report(event),
      };
    },
    recordSampled(type, outcome, draft) {
      metrics.events.inc({ type, outcome, because: '' });
      const now = Math.floor(clock() / 1000);
      if (now !== second) {
        second = now;
        sampled.clear();
      }
      const written = sampled.get(type) ?? 0;
      if (written >= SAMPLED_PER_SECOND) return;
      sampled.set(type, written + 1);
      log.debug(enqueue({ type, outcome, ...draft() }), `${type} ${outcome}`);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

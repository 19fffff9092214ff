import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { AuditGap, AuditTrail } from './audit-file.ts';
import { clipped } from './clipped.ts';
import type { Event, EventDraft } from './event.ts';
import type { EventClass } from './event-class.ts';
import { newEventId } from './event-id.ts';
import type { EventCount, EventStore, Retention } from './event-store.ts';
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
   * were this second; never to the audit file. The draft is made only if it is written.
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
  /** Makes the audit trail. @param onGap told what the audit file lacks, once it can be written again */
  readonly auditTrail: (onGap: (gap: AuditGap) => void) => AuditTrail;
  readonly metrics: Metrics;
  /** How long events are kept, by the settings of now. */
  readonly retention: () => Readonly<Record<EventClass, Retention>>;
  /**
   * Whether this process looks after what others leave: it removes what is past its retention though nothing is
   * recorded, and writes events to the audit file whose process ended before it could.
   */
  readonly tends: boolean;
  readonly clock: Clock;
};

const FLUSH_INTERVAL_MS = 200;
const QUEUE_LIMIT = 10_000;
const SAMPLED_PER_SECOND = 20;
const PRUNE_EVERY = 5_000;
const MINUTE = 60_000;
const TEND_INTERVAL_MS = MINUTE;
const PRUNE_INTERVAL_MS = 60 * MINUTE;
const RECOVERED_AT_ONCE = 1_000;

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

/**
 * Makes the recorder. Events reach the database in batches and never delay a request; when a flood outruns the
 * database the surplus is dropped there and counted, while log and audit file keep every one that is not sampled.
 */
export function createEventRecorder(
  options: EventRecorderOptions,
): EventRecorder & { readonly auditTrail: Pick<AuditTrail, 'isWritable' | 'reopen'> } {
  const { store, log, metrics, retention, clock } = options;
  const counts = new Counts();
  let queue: Event[] = [];
  let audited: string[] = [];
  /** Events of units of work on their way into the file, until the database knows that it has them. */
  const underway = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  let sincePrune = PRUNE_EVERY;
  let prunedAt = 0;
  let second = 0;
  const sampled = new Map<string, number>();

  const prune = async () => {
    sincePrune = 0;
    prunedAt = clock();
    await store.prune(retention(), prunedAt);
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
    try {
      await store.audited(inFile);
      for (const event_id of inFile) underway.delete(event_id);
    } catch (error) {
      audited.push(...inFile);
      log.error({ err: error }, 'that the audit file has events could not be noted');
    }
    try {
      sincePrune += batch.length;
      if (sincePrune >= PRUNE_EVERY) await prune();
    } catch (error) {
      log.error({ err: error }, 'the events could not be looked after');
    }
  };
  const flush = () => {
    const counted = counts.take();
    if (queue.length > 0 || counted.length > 0 || audited.length > 0) {
      const [batch, inFile] = [queue, audited];
      queue = [];
      audited = [];
      writing = writing.then(() => write(batch, counted, inFile));
    }
    return writing;
  };

  const count = (type: string, outcome: Event['outcome'], isSampled: boolean) => {
    const minute = Math.floor(clock() / MINUTE) * MINUTE;
    counts.add({ minute, type, outcome, sampled: isSampled, count: 1 });
  };
  const made = (draft: EventDraft): Event => {
    const event = { event_id: newEventId(), time: clock(), ...clipped(draft) };
    const from = event.remote_address ?? event.actor?.remote_address;
    return from === undefined ? event : { ...event, remote_address: from };
  };
  const enqueue = (event: Event): Event => {
    if (queue.length < QUEUE_LIMIT) queue.push(event);
    else metrics.eventsDropped.inc();
    return event;
  };
  const report = (event: Event) => {
    count(event.type, event.outcome, false);
    metrics.events.inc({ type: event.type, outcome: event.outcome, because: event.because ?? '' });
    const level = event.outcome === 'success' ? 'info' : event.outcome === 'failure' ? 'error' : 'warn';
    const { event_id, type, because, time: _time, ...rest } = event;
    log[level](
      { event_id, type, because, ...rest },
      `${type} ${event.outcome}${because ? `: ${because}` : ''}`,
    );
  };
  const record = (draft: EventDraft): string => {
    const event = enqueue(made(draft));
    report(event);
    auditTrail.append(event);
    return event.event_id;
  };

  const auditTrail = options.auditTrail(({ missing, since, why }) => {
    record({
      type: 'audit.file_incomplete',
      outcome: 'failure',
      object: { kind: 'audit_file', id: 'audit file' },
      detail: { missing, since: new Date(since).toISOString(), why },
    });
  });
  const appendAudited = (event: Event) => {
    const { event_id } = event;
    if (underway.has(event_id)) return;
    underway.add(event_id);
    if (!auditTrail.append(event, () => audited.push(event_id))) underway.delete(event_id);
  };

  const tend = async () => {
    try {
      const left = await store.unaudited(clock() - MINUTE, RECOVERED_AT_ONCE);
      if (auditTrail.isWritable()) for (const event of left) appendAudited(event);
      if (clock() - prunedAt >= PRUNE_INTERVAL_MS) await prune();
    } catch (error) {
      log.error({ err: error }, 'the events could not be looked after');
    }
  };
  const timers = [
    setInterval(flush, FLUSH_INTERVAL_MS).unref(),
    ...(options.tends ? [setInterval(() => void tend(), TEND_INTERVAL_MS).unref()] : []),
  ];

  return {
    record,
    prepare(draft) {
      const event = made(draft);
      return {
        event_id: event.event_id,
        step: store.steps.insert(event),
        settle() {
          report(event);
          appendAudited(event);
        },
      };
    },
    recordSampled(type, outcome, draft) {
      count(type, outcome, true);
      metrics.events.inc({ type, outcome, because: '' });
      const now = Math.floor(clock() / 1000);
      if (now !== second) {
        second = now;
        sampled.clear();
      }
      const written = sampled.get(type) ?? 0;
      if (written >= SAMPLED_PER_SECOND) return;
      sampled.set(type, written + 1);
      log.debug(enqueue({ ...made({ type, outcome, ...draft() }), sampled: true }), `${type} ${outcome}`);
    },
    flush,
    async close() {
      for (const timer of timers) clearInterval(timer);
      const missing = await auditTrail.close();
      if (missing > 0) {
        const event = enqueue(
          made({ type: 'audit.file_incomplete', outcome: 'failure', detail: { missing, why: 'closed' } }),
        );
        report(event);
      }
      await flush();
    },
    auditTrail,
  };
}

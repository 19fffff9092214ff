import { timeText } from '@countersign/x509';
import { Gauge } from 'prom-client';
import type { Cause } from '../refusal/causes.ts';
import { activeSpan } from '../telemetry/span.ts';
import type { Step } from '../unit-of-work.ts';
import type { AuditGap, AuditTrail } from './audit-file.ts';
import { clipped } from './clipped.ts';
import type { Event, EventDraft } from './event.ts';
import { newEventId } from './event-id.ts';
import { createEventQueue, type EventQueueOptions } from './event-queue.ts';
import type { EventType } from './event-types.ts';
import type { Metrics } from './metrics.ts';

/** An event that is written in the unit of work of the change it tells of. */
export type PreparedEvent = {
  readonly event_id: string;
  /** Add it to the database, with what is to be delivered of it, whole with the change or not at all. */
  readonly steps: readonly Step[];
  /** To be called once the unit is committed: log, metrics and audit file have the event too. */
  settle(): void;
};

/** What is told of an event that is written as one of many. */
export type SampledDraft = Omit<EventDraft, 'type' | 'outcome' | 'because'>;

/** What is known of such an event whether it is written or not. */
export type SampledAs = {
  /** Its cause, which is counted each time. */
  readonly because?: Cause;
  /** Whether this one is written whatever the budget says. */
  readonly isWhole?: boolean;
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
   * @returns its id, where it is written
   */
  recordSampled(
    type: EventType,
    outcome: Event['outcome'],
    draft: () => SampledDraft,
    counted?: SampledAs,
  ): string | undefined;
  /** How many events are on their way into the database. */
  queueLength(): number;
  /** Waits until everything recorded so far is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

export type EventRecorderOptions = EventQueueOptions & {
  /** Makes the audit trail. @param onGap told what the audit file lacks, once it can be written again */
  readonly auditTrail: (onGap: (gap: AuditGap) => void) => AuditTrail;
  /**
   * Whether this process looks after what others leave: it removes what is past its retention though nothing is
   * recorded, and writes events to the audit file whose process ended before it could.
   */
  readonly tends: boolean;
  /** Sampled events of one type written down in a second: this process's part of what the node writes. */
  readonly sampledPerSecond?: number;
};

/** What a draft tells; that it could not be made, where making it throws: the event is there all the same. */
function drafted(draft: () => SampledDraft): SampledDraft {
  try {
    return draft();
  } catch (error) {
    return { detail: { undescribed: error } };
  }
}

const WITHOUT_CAUSE: SampledAs = {};

/** Has the metrics say what a recorder has not stored yet. */
export function measureEventQueue(
  { registry }: Pick<Metrics, 'registry'>,
  { queueLength }: Pick<EventRecorder, 'queueLength'>,
): void {
  new Gauge({
    name: 'countersign_event_queue_length',
    help: 'Events on their way into the database. Beyond 10,000, or 50,000 while the database is away, events are dropped.',
    registers: [registry],
    collect() {
      this.set(queueLength());
    },
  });
}

const UNTRACED = {};

/** The trace that an event happens in, which is told of the event in turn. */
function tracedBy(event_id: string): Pick<Event, 'trace_id'> {
  const around = activeSpan();
  if (around === undefined) return UNTRACED;
  around.note({ 'countersign.event_id': event_id });
  return { trace_id: around.ids.trace_id };
}

/** What is recorded is in the database that much later, and a moment. */
export const FLUSH_INTERVAL_MS = 200;
/** Sampled events of one type that a node writes down in a second. */
export const SAMPLED_PER_SECOND = 20;
const MINUTE = 60_000;
const TEND_INTERVAL_MS = MINUTE;
const RECOVERED_AT_ONCE = 1_000;

/**
 * Makes the recorder. Events reach the database in batches and never delay a request; when a flood outruns the
 * database the surplus is dropped there and counted, while log and audit file keep every one that is not sampled.
 */
export function createEventRecorder(
  options: EventRecorderOptions,
): EventRecorder & { readonly auditTrail: Pick<AuditTrail, 'append' | 'isWritable' | 'reopen'> } {
  const {
    store,
    log,
    metrics,
    clock,
    deliveries = () => [],
    sampledPerSecond = SAMPLED_PER_SECOND,
  } = options;
  /** Events of units of work on their way into the file, until the database knows that it has them. */
  const underway = new Set<string>();
  const queue = createEventQueue(options, (event_ids) => {
    for (const event_id of event_ids) underway.delete(event_id);
  });
  let second = 0;
  const sampled = new Map<string, number>();

  const made = (draft: EventDraft): Event => {
    const event_id = newEventId();
    const event = { event_id, time: clock(), ...clipped(draft), ...tracedBy(event_id) };
    const from = event.remote_address ?? event.actor?.remote_address;
    return from === undefined ? event : { ...event, remote_address: from };
  };
  const inMetrics = (type: string, outcome: Event['outcome'], because: Cause | undefined) => {
    metrics.events.of({ type, outcome, because: because ?? '' }).value++;
    if (outcome !== 'success' && because !== undefined) metrics.refusals.of({ because }).value++;
  };
  const report = (event: Event) => {
    queue.count(event.type, event.outcome, false);
    inMetrics(event.type, event.outcome, event.because);
    const level = event.outcome === 'success' ? 'info' : event.outcome === 'failure' ? 'error' : 'warn';
    const { event_id, type, because, time: _time, ...rest } = event;
    log[level](
      { event_id, type, because, ...rest },
      `${type} ${event.outcome}${because ? `: ${because}` : ''}`,
    );
  };
  const record = (draft: EventDraft): string => {
    const event = made(draft);
    queue.add(event);
    report(event);
    auditTrail.append(event);
    return event.event_id;
  };

  const auditTrail = options.auditTrail(({ missing, since, why }) => {
    record({
      type: 'audit.file_incomplete',
      outcome: 'failure',
      object: { kind: 'audit_file', id: 'audit file' },
      detail: { missing, since: timeText(since), why },
    });
  });
  const appendAudited = (event: Event) => {
    const { event_id } = event;
    if (underway.has(event_id)) return;
    underway.add(event_id);
    if (!auditTrail.append(event, () => queue.audited(event_id))) underway.delete(event_id);
  };

  const tend = async () => {
    try {
      const left = await store.unaudited(clock() - MINUTE, RECOVERED_AT_ONCE);
      if (auditTrail.isWritable()) for (const event of left) appendAudited(event);
      await queue.tidy();
    } catch (error) {
      log.error({ err: error }, 'the events could not be looked after');
    }
  };
  const timers = [
    setInterval(queue.flush, FLUSH_INTERVAL_MS).unref(),
    ...(options.tends ? [setInterval(() => void tend(), TEND_INTERVAL_MS).unref()] : []),
  ];

  return {
    record,
    prepare(draft) {
      const event = made(draft);
      return {
        event_id: event.event_id,
        steps: [
          store.steps.insert(event),
          ...store.steps.nameCertificates(event),
          ...store.steps.deliver(deliveries(event)),
        ],
        settle() {
          report(event);
          appendAudited(event);
        },
      };
    },
    recordSampled(type, outcome, draft, { because, isWhole = false } = WITHOUT_CAUSE) {
      queue.count(type, outcome, true);
      inMetrics(type, outcome, because);
      const now = Math.floor(clock() / 1000);
      if (now !== second) {
        second = now;
        sampled.clear();
      }
      const written = sampled.get(type) ?? 0;
      if (written >= sampledPerSecond && !isWhole) return undefined;
      sampled.set(type, written + 1);
      const told = { type, outcome, ...(because !== undefined && { because }), ...drafted(draft) };
      const event = { ...made(told), sampled: true } as const;
      queue.add(event);
      log[outcome === 'failure' ? 'error' : 'debug'](event, `${type} ${outcome}`);
      return event.event_id;
    },
    queueLength: queue.length,
    flush: queue.flush,
    async close() {
      for (const timer of timers) clearInterval(timer);
      const missing = await auditTrail.close();
      if (missing > 0) {
        const detail = { missing, why: 'closed' };
        const event = made({ type: 'audit.file_incomplete', outcome: 'failure', detail });
        queue.add(event);
        report(event);
      }
      await queue.close();
    },
    auditTrail,
  };
}

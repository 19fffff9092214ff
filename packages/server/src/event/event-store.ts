import type { Cause } from '../refusal/causes.ts';
import type { Step } from '../unit-of-work.ts';
import type { Event } from './event.ts';
import type { EventClass } from './event-class.ts';
import type { EventKind } from './event-kind.ts';
import type { NewDelivery } from './new-delivery.ts';

/** What a listing of events is narrowed to; all given fields must match. */
export type EventFilter = {
  readonly client_id?: string;
  /** Those that name a client: any, or one in any of these groups, by `group_id`, or in groups that they contain. */
  readonly within?: 'clients' | readonly string[];
  /** Who did it: the name of the actor, whatever its case. */
  readonly actor?: string;
  /** Who did it or whom it is about: a username, whatever its case. */
  readonly person?: string;
  /** The certificate that was presented, changed or watched, by its `x5t#S256`. */
  readonly certificate?: string;
  /** What it was done to: an identifier of an object. */
  readonly object?: string;
  readonly remote_address?: string;
  readonly class?: EventClass;
  readonly kind?: EventKind;
  /** All but those of this kind. */
  readonly except?: EventKind;
  readonly outcome?: Event['outcome'];
  /** Why something was refused. */
  readonly because?: Cause;
  /** An event type, or with a trailing dot a family of them: `token.`. */
  readonly type?: string;
  /** Milliseconds since the epoch; inclusive. */
  readonly since?: number;
  /** Milliseconds since the epoch; exclusive. */
  readonly until?: number;
  /**
   * Matches event id, client id, username, actor, object, address, cause, the thumbprint of the certificate, or the
   * trace; case-insensitive substring.
   */
  readonly search?: string;
};

/** How often something happened within one minute. */
export type EventCount = {
  /** Where the minute begins, in milliseconds since the epoch. */
  readonly minute: number;
  readonly type: string;
  readonly outcome: Event['outcome'];
  /** Whether only a part of these events is written. */
  readonly sampled: boolean;
  readonly count: number;
};

/** How often something happened, and how many of these events are in the database. */
export type EventTotal = Omit<EventCount, 'minute'> & { readonly kept: number };

/** How long events of one class are kept: those that are neither older nor more. */
export type Retention = { readonly ageMs: number; readonly count: number };

export interface EventStore {
  /** What adds an event in the unit of work of the change it tells of. It counts as unaudited. */
  readonly steps: {
    insert(event: Event): Step;
    /** What has that event found by its certificates, in the same unit after it. */
    nameCertificates(event: Event): readonly Step[];
    /** What adds deliveries of that event, in the same unit; those that are there already stay as they are. */
    deliver(deliveries: readonly NewDelivery[]): readonly Step[];
  };
  /** Adds events, to the counts of what happened, and what is to be delivered of them, in one transaction. */
  append(
    events: readonly Event[],
    counts?: readonly EventCount[],
    deliveries?: readonly NewDelivery[],
  ): Promise<void>;
  find(event_id: string): Promise<Event | undefined>;
  /** Newest first; `next` is given back as `after` to read on. */
  list(
    filter: EventFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: readonly Event[]; readonly next?: string }>;
  /**
   * Events a bucket of `bucketMs` since `since`, by outcome, oldest first: the console's charts. Whole minutes are
   * counted exactly, shorter buckets by the events that were written.
   */
  histogram(
    since: number,
    bucketMs: number,
  ): Promise<
    readonly { readonly time: number; readonly outcome: Event['outcome']; readonly count: number }[]
  >;
  /**
   * How often each type happened, counted exactly, from the minute of `since` to that of `until`, and how many of
   * these events are in the database.
   */
  totals(within: {
    readonly since: number;
    readonly until: number;
    readonly type?: string;
  }): Promise<readonly EventTotal[]>;
  /** Removes what is past the retention of its class, and the counts, those of requests too, past that of traffic. @param now milliseconds */
  prune(retention: Readonly<Record<EventClass, Retention>>, now: number): Promise<void>;
  /** Events written with the change they tell of before `before`, which the audit file may lack; oldest first. */
  unaudited(before: number, limit: number): Promise<readonly Event[]>;
  /** Notes that the audit file has these. */
  audited(event_ids: readonly string[]): Promise<void>;
}

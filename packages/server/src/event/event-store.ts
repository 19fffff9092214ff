import type { Step } from '../unit-of-work.ts';
import type { Event } from './event.ts';

/** What a listing of events is narrowed to; all given fields must match. */
export type EventFilter = {
  readonly client_id?: string;
  readonly outcome?: Event['outcome'];
  /** An event type, or with a trailing dot a family of them: `token.`. */
  readonly type?: string;
  /** Milliseconds since the epoch; inclusive. */
  readonly since?: number;
  /** Matches event id, client id, username, cause, or thumbprint; case-insensitive substring. */
  readonly search?: string;
};

export interface EventStore {
  /** What adds an event in the unit of work of the change it tells of. */
  readonly steps: { insert(event: Event): Step };
  /** Adds events in one transaction. */
  append(events: readonly Event[]): Promise<void>;
  find(event_id: string): Promise<Event | undefined>;
  /** Newest first; `next` is given back as `after` to read on. */
  list(
    filter: EventFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: readonly Event[]; readonly next?: string }>;
  /** Events a bucket of `bucketMs` since `since`, by outcome, oldest first: the console's charts. */
  histogram(
    since: number,
    bucketMs: number,
  ): Promise<
    readonly { readonly time: number; readonly outcome: Event['outcome']; readonly count: number }[]
  >;
  /** Removes all but the newest `keep`. */
  prune(keep: number): Promise<void>;
}

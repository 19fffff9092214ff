import type { Cause } from '../refusal/causes.ts';
import type { Evidence } from '../refusal/refusal.ts';

/** What happened, in one record: the same in the audit log, the database, the console and the command line. */
export type Event = {
  /** Short, unique, safe to read out over the telephone: quoted in answers and logs. */
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Dotted name, e.g. `token.issued`, `token.refused`, `handshake.refused`, `client.created`. */
  readonly type: string;
  readonly outcome: 'success' | 'refused' | 'failure';
  readonly client_id?: string;
  readonly username?: string;
  readonly remote_address?: string;
  /** Who presented what: thumbprint, subject, issuer, validity and source of the certificate. */
  readonly certificate?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly because?: Cause;
  readonly evidence?: Evidence;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** An event before it is recorded, which gives it its id and time. */
export type EventDraft = Omit<Event, 'event_id' | 'time'>;

import type { Cause } from '../refusal/causes.ts';
import type { Evidence } from '../refusal/refusal.ts';
import type { Actor } from './actor.ts';
import type { Changes } from './changes.ts';
import type { EventType } from './event-types.ts';

/** What an event is about: enough to find it again, and to do the same to it once more after a restore. */
export type EventObject = {
  readonly kind:
    | 'client'
    | 'user'
    | 'signing_key'
    | 'truststore'
    | 'registration_token'
    | 'node'
    | 'claim_rule'
    | 'attribute'
    | 'configuration'
    | 'grant'
    | 'token'
    | 'session'
    | 'consent'
    | 'credential'
    | 'audit_file'
    | 'certificate'
    | 'crl'
    | 'webhook'
    | 'group'
    | 'role';
  /** What the record is kept under: a client_id, a `sub`, a `kid`, a `jti`; never a secret or its hash. */
  readonly id: string;
};

/** As the database has it: a later version may have written words of its own. */
type Recorded<T, Word extends keyof T> = Omit<T, Word> & { readonly [word in Word]: string };

/** What happened, in one record: the same in the audit log, the database, the console and the command line. */
export type Event = {
  /** Short, unique, safe to read out over the telephone: quoted in answers and logs. */
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Dotted name, e.g. `token.issued`, `token.refused`, `handshake.refused`, `client.created`. */
  readonly type: string;
  readonly outcome: 'success' | 'refused' | 'failure';
  /** Who did it; absent where nobody is known to have, as in most refusals. */
  readonly actor?: Recorded<Actor, 'through'>;
  readonly object?: Recorded<EventObject, 'kind'>;
  /** The client that was authenticated, or that the request named; of a change to a client, that client. */
  readonly client_id?: string;
  /** The person it is about. */
  readonly username?: string;
  readonly remote_address?: string;
  /** Who presented what: thumbprint, subject, issuer, validity and source of the certificate. */
  readonly certificate?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly because?: Cause;
  readonly evidence?: Evidence;
  /** Old and new values, secrets left out; made by `changesBetween`. */
  readonly changes?: Changes;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Of its type not every event is written: this is one of a sample. The counts are exact. */
  readonly sampled?: true;
  /** The trace of the request that it happened in (W3C Trace Context): 32 lowercase hex digits. */
  readonly trace_id?: string;
};

/** An event before it is recorded, which gives it its id and time. */
export type EventDraft = Omit<
  Event,
  'event_id' | 'time' | 'type' | 'sampled' | 'trace_id' | 'actor' | 'object'
> & {
  readonly type: EventType;
  readonly actor?: Actor;
  readonly object?: EventObject;
};

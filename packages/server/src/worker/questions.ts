import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Overspent, Requester } from '../endpoint/address-budget.ts';
import type { Event } from '../event/event.ts';
import type { OutboundErrand, OutboundLimits } from '../outbound/outbound-budget.ts';
import type { Writing } from '../storage/sqlite-writer.ts';
import type { Told } from '../storage/told.ts';

/** Numbers that workers tell one another: open connections by address, and what addresses cost. */
export type TallyName = 'connections' | 'costs';
export type Tally = {
  readonly name: TallyName;
  readonly added: readonly (readonly [key: string, by: number])[];
};

/** What a session's client sent beside its certificate. */
export type SessionChain = { readonly session: string; readonly certificates: readonly Uint8Array[] };

/** The values of a registry as prom-client takes them apart. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[];

/** A turn, by the number its worker gave it, which ends it by this name. */
type Leased<Of> = Of & { readonly lease: number };

/** What a worker asks its supervisor. */
export type AskedOfSupervisor = {
  /**
   * It knows its configuration: may it be a worker of this node? Answered once it has been told what the others know.
   * Named are the settings that the supervisor goes by as well, each by its digest.
   */
  readonly join: {
    readonly question: Readonly<Record<string, string>>;
    readonly answer: { readonly refused: string } | { readonly audit_writable: boolean };
  };
  /** It waits for a database that is not there yet; its listeners are open, and say so. */
  readonly waits: { readonly question: undefined; readonly answer: undefined };
  /** It answers requests. */
  readonly ready: { readonly question: undefined; readonly answer: undefined };
  /** It cannot start, or could not go on. */
  readonly failed: { readonly question: { readonly message: string }; readonly answer: undefined };
  /** Answered with what became of each, in their order. */
  readonly write: { readonly question: readonly Writing[]; readonly answer: readonly Told<unknown>[] };
  /** Answered once the file has them, by which of them it has. */
  readonly audit: { readonly question: readonly Event[]; readonly answer: readonly boolean[] };
  readonly turn: {
    readonly question: Leased<{ readonly name: string; readonly most: number }>;
    readonly answer: { readonly waiting: number } | undefined;
  };
  readonly outbound: {
    readonly question: Leased<{ readonly errand: OutboundErrand }>;
    readonly answer: { readonly limit: keyof OutboundLimits; readonly expected: number } | undefined;
  };
  readonly leave: { readonly question: { readonly lease: number }; readonly answer: undefined };
  readonly waiting_request: {
    readonly question: { readonly requester: Requester; readonly octets: number };
    readonly answer: Overspent | undefined;
  };
  readonly tally: { readonly question: Tally; readonly answer: undefined };
  readonly renew_tickets: { readonly question: undefined; readonly answer: undefined };
  readonly session_chain: { readonly question: SessionChain; readonly answer: undefined };
  /** It is about to write a store file; whoever looks finds it written by itself. */
  readonly writing: { readonly question: { readonly file: string }; readonly answer: undefined };
  /** It has written it; answered once every process has taken it up. */
  readonly written: { readonly question: { readonly file: string }; readonly answer: undefined };
};

/** What a supervisor asks a worker. */
export type AskedOfWorker = {
  /** To end: every answer ends its connection from here on, and after a grace nobody is let in. */
  readonly end: { readonly question: { readonly grace_ms: number }; readonly answer: undefined };
  readonly metrics: { readonly question: undefined; readonly answer: MetricValues };
  readonly audit_writable: { readonly question: boolean; readonly answer: undefined };
  readonly tally: { readonly question: Tally; readonly answer: undefined };
  readonly tickets: { readonly question: Uint8Array; readonly answer: undefined };
  readonly session_chain: { readonly question: SessionChain; readonly answer: undefined };
  /** To look at the files at once. */
  readonly look: { readonly question: undefined; readonly answer: undefined };
};

import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import { type Clock, systemClock } from '../clock.ts';

/**
 * What something is fetched for. Each purpose has connections of its own, so that whatever one of them waits for, no
 * other does: least of all `revocation`, which decides who is let in.
 */
export const OUTBOUND_PURPOSES = [
  'revocation',
  'keys',
  'request-object',
  'sector',
  'notice',
  'webhook',
] as const;
export type OutboundPurpose = (typeof OUTBOUND_PURPOSES)[number];

/** What one fetch is counted under. */
export type OutboundErrand = {
  readonly purpose: OutboundPurpose;
  /** The client that named the place, where one did. */
  readonly client_id?: string | undefined;
};

export type OutboundLimits = {
  /** Fetches under way at once. */
  readonly atOnce: Readonly<Record<OutboundPurpose, number>>;
  /** Of these, those of one client. */
  readonly atOncePerClient: number;
  /** Fetches begun for one client within a minute, for all purposes but notices, which people cause. */
  readonly perClientAndMinute: number;
  /** Fetches of one purpose that wait for their turn, and those of one client among them. */
  readonly waiting: number;
  readonly waitingPerClient: number;
  /** The longest one waits, milliseconds. */
  readonly waitMs: number;
};

/** Limits of a process whose other work goes on beside them. */
export const OUTBOUND_LIMITS: OutboundLimits = {
  atOnce: { revocation: 32, keys: 24, 'request-object': 16, sector: 8, notice: 16, webhook: 32 },
  atOncePerClient: 4,
  perClientAndMinute: 120,
  waiting: 256,
  waitingPerClient: 16,
  waitMs: 2000,
};

/** Why a fetch had no turn: which limit, and what was reached. */
export class OutboundBudgetSpent extends Error {
  override readonly name = 'OutboundBudgetSpent';
  readonly limit: keyof OutboundLimits;
  readonly expected: number;
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(limit: keyof OutboundLimits, errand: OutboundErrand, expected: number) {
    super(`too much is fetched for ${errand.purpose} already (${limit})`);
    this.limit = limit;
    this.expected = expected;
    this.evidence = { limit, expected, ...errand };
  }
}

export type OutboundBudget = {
  /**
   * Waits for the fetch's turn.
   * @returns what ends the turn, to be called once
   * @throws OutboundBudgetSpent, and the signal's reason
   */
  turn(errand: OutboundErrand, signal: AbortSignal): Promise<() => void>;
};

type Waiting = { readonly client: string; readonly go: () => void };
type Lane = { running: number; readonly runningOf: Map<string, number>; waiting: Waiting[] };

const MINUTE_MS = 60_000;
const CLIENTS = 100_000;
const NO_CLIENT = '';

/** Makes the budget of one process, bounded in memory by its own limits. */
export function createOutboundBudget(
  clock: Clock = systemClock,
  limits: OutboundLimits = OUTBOUND_LIMITS,
): OutboundBudget {
  const lane = (): Lane => ({ running: 0, runningOf: new Map(), waiting: [] });
  const lanes: Readonly<Record<OutboundPurpose, Lane>> = {
    revocation: lane(),
    keys: lane(),
    'request-object': lane(),
    sector: lane(),
    notice: lane(),
    webhook: lane(),
  };
  const begun = new LRUCache<string, { since: number; count: number }>(atMost(CLIENTS));

  const countBegun = (errand: OutboundErrand, client: string) => {
    if (client === NO_CLIENT || errand.purpose === 'notice') return;
    const now = clock();
    const known = begun.get(client);
    const window = known && now >= known.since && now < known.since + MINUTE_MS ? known : undefined;
    if ((window?.count ?? 0) >= limits.perClientAndMinute) {
      throw new OutboundBudgetSpent('perClientAndMinute', errand, limits.perClientAndMinute);
    }
    begun.set(client, { since: window?.since ?? now, count: (window?.count ?? 0) + 1 });
  };

  const mayRun = (purpose: OutboundPurpose, client: string): boolean => {
    const { running, runningOf } = lanes[purpose];
    if (running >= limits.atOnce[purpose]) return false;
    return client === NO_CLIENT || (runningOf.get(client) ?? 0) < limits.atOncePerClient;
  };

  /** Of those that may run, the one whose client has the fewest under way: many of one do not keep others waiting. */
  const next = (purpose: OutboundPurpose): Waiting | undefined => {
    const { waiting, runningOf } = lanes[purpose];
    let chosen: Waiting | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const each of waiting) {
      const under = runningOf.get(each.client) ?? 0;
      if (under < fewest && mayRun(purpose, each.client)) [chosen, fewest] = [each, under];
    }
    return chosen;
  };

  const start = (purpose: OutboundPurpose, client: string): (() => void) => {
    const own = lanes[purpose];
    own.running++;
    own.runningOf.set(client, (own.runningOf.get(client) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      own.running--;
      const left = (own.runningOf.get(client) ?? 1) - 1;
      if (left === 0) own.runningOf.delete(client);
      else own.runningOf.set(client, left);
      next(purpose)?.go();
    };
  };

  return {
    async turn(errand, signal) {
      const { purpose, client_id: client = NO_CLIENT } = errand;
      signal.throwIfAborted();
      countBegun(errand, client);
      if (mayRun(purpose, client)) return start(purpose, client);
      const own = lanes[purpose];
      if (own.waiting.length >= limits.waiting)
        throw new OutboundBudgetSpent('waiting', errand, limits.waiting);
      const ofClient = own.waiting.filter((each) => each.client === client).length;
      if (client !== NO_CLIENT && ofClient >= limits.waitingPerClient) {
        throw new OutboundBudgetSpent('waitingPerClient', errand, limits.waitingPerClient);
      }
      return new Promise<() => void>((resolve, reject) => {
        const leave = () => {
          own.waiting = own.waiting.filter((each) => each !== mine);
          clearTimeout(tooLong);
          signal.removeEventListener('abort', aborted);
        };
        const aborted = () => {
          leave();
          reject(signal.reason);
        };
        const mine: Waiting = {
          client,
          go: () => {
            leave();
            resolve(start(purpose, client));
          },
        };
        const tooLong = setTimeout(() => {
          leave();
          reject(new OutboundBudgetSpent('waitMs', errand, limits.waitMs));
        }, limits.waitMs);
        own.waiting.push(mine);
        signal.addEventListener('abort', aborted, { once: true });
      });
    },
  };
}

import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Clock } from '../clock.ts';
import { temporarilyUnavailable } from '../refusal/error-codes.ts';
import { addressBlock } from '../user-authentication/address-block.ts';

/** Who has something stored until a person decides: an address that proved nothing, or a client that proved itself. */
export type Requester = { readonly remote_address: string } | { readonly client_id: string };

/**
 * How many requests may be stored until a person decides: for one address without a client's proof of itself, for one
 * client with it, and over all.
 */
export type AddressBudget = {
  /**
   * Counts one, and one more for each 2 kB it takes.
   * @param octets that it takes when it is stored
   * @throws Refusal 429 `temporarily_unavailable` when the requester, or all together, have spent the budget
   */
  spend(requester: Requester, octets?: number): Promise<void>;
};

/** Which budget is spent: how much it was, and of whom. */
export type Overspent = { readonly expected: number; readonly evidence: Readonly<Record<string, unknown>> };

/** The counts behind a budget. @returns undefined where there was some left */
export type WaitingRequestCounts = (requester: Requester, octets: number) => Overspent | undefined;

/** Limits on what is stored within ten minutes. */
export type WaitingRequestLimits = {
  readonly perAddress: number;
  readonly overAll: number;
};

/** No stored request lives longer. */
const WINDOW_MS = 600_000;
const REQUESTERS = 100_000;
const UNIT_OCTETS = 2048;
/** A client that registered itself is a stranger too, but many people come through it. */
const CLIENT_SHARE = 10;
/** The last part of what all have together is for those who have had little: a flood does not close the door. */
const RESERVE = { part: 0.25, least: 20 };

/** Makes a budget over counts, those of this process or of the one that counts for several. */
export function createAddressBudget(
  count: (
    requester: Requester,
    octets: number,
  ) => ReturnType<WaitingRequestCounts> | Promise<Overspent | undefined>,
): AddressBudget {
  return {
    async spend(requester, octets = 0) {
      const over = await count(requester, octets);
      if (over === undefined) return;
      throw temporarilyUnavailable(
        'Too many requests wait for a person; try again later.',
        'waiting_requests_limited',
        { expected: `at most ${over.expected} within ${WINDOW_MS / 60_000} minutes`, ...over.evidence },
        429,
      );
    },
  };
}

/**
 * Counts in memory, so that refusing costs nothing.
 * @param limits asked every time, so that a reload counts at once
 */
export function createWaitingRequestCounts(
  limits: () => WaitingRequestLimits,
  clock: Clock,
): WaitingRequestCounts {
  let began = clock();
  let spentOverAll = 0;
  const spent = new LRUCache<string, number>(atMost(REQUESTERS));

  return (requester, octets) => {
    const now = clock();
    if (now < began || now >= began + WINDOW_MS) {
      began = now;
      spentOverAll = 0;
      spent.clear();
    }
    const { perAddress, overAll } = limits();
    const [key, most, evidence] =
      'client_id' in requester
        ? [`client ${requester.client_id}`, perAddress * CLIENT_SHARE, requester]
        : [addressBlock(requester.remote_address), perAddress, { address: requester.remote_address }];
    const units = 1 + Math.floor(octets / UNIT_OCTETS);
    const count = (spent.get(key) ?? 0) + units;
    if (count > most) return { expected: most, evidence };
    const open = count > RESERVE.least ? overAll * (1 - RESERVE.part) : overAll;
    if (spentOverAll + units > open)
      return { expected: overAll, evidence: { over: 'all addresses and clients' } };
    spent.set(key, count);
    spentOverAll += units;
    return undefined;
  };
}

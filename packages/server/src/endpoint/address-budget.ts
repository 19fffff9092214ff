import { LRUCache } from 'lru-cache';
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
  spend(requester: Requester, octets?: number): void;
};

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

/**
 * Counts in this process alone and in memory, so that refusing costs nothing.
 * @param limits asked every time, so that a reload counts at once
 */
export function createAddressBudget(limits: () => WaitingRequestLimits, clock: Clock): AddressBudget {
  let began = clock();
  let spentOverAll = 0;
  const spent = new LRUCache<string, number>({ max: REQUESTERS });

  const refuse = (expected: number, evidence: Readonly<Record<string, unknown>>) =>
    temporarilyUnavailable(
      'Too many requests wait for a person; try again later.',
      'waiting_requests_limited',
      { expected: `at most ${expected} within ${WINDOW_MS / 60_000} minutes`, ...evidence },
      429,
    );

  return {
    spend(requester, octets = 0) {
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
      if (count > most) throw refuse(most, evidence);
      const open = count > RESERVE.least ? overAll * (1 - RESERVE.part) : overAll;
      if (spentOverAll + units > open) throw refuse(overAll, { over: 'all addresses and clients' });
      spent.set(key, count);
      spentOverAll += units;
    },
  };
}

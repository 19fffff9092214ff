import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { temporarilyUnavailable } from '../refusal/error-codes.ts';
import { addressBlock } from '../user-authentication/address-block.ts';

/** How many requests that are stored until a person decides may come from one address without a client's proof of itself. */
export type AddressBudget = {
  /** Counts one. @throws Refusal 429 `temporarily_unavailable` when the address has spent its budget */
  spend(remote_address: string): void;
};

/** No stored request lives longer. */
const WINDOW_MS = 600_000;
const ADDRESSES = 100_000;

/**
 * Counts in this process alone and in memory, so that refusing costs nothing.
 * @param most asked every time, so that a reload counts at once
 */
export function createAddressBudget(most: () => number, clock: Clock): AddressBudget {
  let began = clock();
  const spent = new LRUCache<string, number>({ max: ADDRESSES });
  return {
    spend(remote_address) {
      const now = clock();
      if (now < began || now >= began + WINDOW_MS) {
        began = now;
        spent.clear();
      }
      const block = addressBlock(remote_address);
      const count = (spent.get(block) ?? 0) + 1;
      if (count > most()) {
        throw temporarilyUnavailable(
          'Too many requests from this address wait for a person; try again later.',
          'waiting_requests_limited',
          { expected: `at most ${most()} within ${WINDOW_MS / 60_000} minutes`, address: block },
          429,
        );
      }
      spent.set(block, count);
    },
  };
}

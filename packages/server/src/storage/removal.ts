import { setTimeout as delay } from 'node:timers/promises';

/** Rows that one statement removes: few enough that neither a lock nor this process is held for long. */
export const REMOVED_AT_ONCE = 250;

/** How many times as long as a statement took the next one waits: most of the time is for what is asked meanwhile. */
const REST = 3;

/**
 * Removes rows, some at once, until there are no more.
 * @param removeSome removes at most `REMOVED_AT_ONCE` and says how many those were
 */
export async function removeAll(removeSome: () => Promise<bigint>): Promise<void> {
  for (;;) {
    const began = performance.now();
    if ((await removeSome()) < BigInt(REMOVED_AT_ONCE)) return;
    await delay(REST * (performance.now() - began));
  }
}

const SECOND = 1000;
/** The longest that `Retry-After` is followed; milliseconds. */
const LONGEST_RETRY_AFTER = 3_600_000;
/** By how much a wait is longer at most, so that what failed together is not tried together. */
const JITTER = 0.2;

/** Seconds between attempts: some 24 hours in all. */
export const RETRY_DELAYS: readonly number[] = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200];

/**
 * How long a delivery waits for its next attempt.
 * @param attempts how many there were
 * @param delays seconds; after the last of them there is no other attempt
 * @param retryAfter milliseconds that the receiver asked for: waited for within an hour, never made shorter by it
 * @param random from 0 up to 1
 * @returns milliseconds; undefined where it is given up
 */
export function waitAfter(
  attempts: number,
  delays: readonly number[],
  retryAfter: number | undefined,
  random: number,
): number | undefined {
  const delay = delays[attempts - 1];
  if (delay === undefined) return undefined;
  const wait = delay * SECOND * (1 + JITTER * random);
  return Math.ceil(Math.max(wait, Math.min(retryAfter ?? 0, LONGEST_RETRY_AFTER)));
}

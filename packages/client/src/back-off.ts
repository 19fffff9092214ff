const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const LONGEST_ASKED_MS = 300_000;

/**
 * Milliseconds to wait after so many failures in a row: doubled each time up to a minute, of which a random half is
 * taken off, so that many clients do not come back at once; never less than the server asked for.
 */
export function backOff(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(whole * (0.5 + random() / 2), retryAfter);
}

/**
 * Milliseconds that a Retry-After header asks for (RFC 9110 §10.2.3), a number of seconds or a date; five minutes at
 * most. Undefined for anything else.
 */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const until = /^\d{1,10}$/.test(text)
    ? Number(text) * 1_000
    : / GMT$/.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(until) ? undefined : Math.min(Math.max(until, 0), LONGEST_ASKED_MS);
}

import { timeSpan } from '../time-span.ts';
import { UsageError } from './run-command.ts';

/**
 * Reads a point in time: a date, a date and time, or how long ago (`90m`, `24h`, `7d`).
 * @returns milliseconds since the epoch
 * @throws UsageError
 */
export function timeOption(option: string, written: string, now: number): number {
  const span = timeSpan(written);
  if (span !== undefined) return now - span;
  const time = Date.parse(written);
  if (Number.isNaN(time)) {
    throw new UsageError(
      `${option} must be a date such as 2026-01-31, a date and time, or how long ago: 90m, 24h, 7d`,
    );
  }
  return time;
}

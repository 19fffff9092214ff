import { UsageError } from './run-command.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a point in time: a date, a date and time, or how long ago (`90m`, `24h`, `7d`).
 * @returns milliseconds since the epoch
 * @throws UsageError
 */
export function timeOption(option: string, written: string, now: number): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(written) ?? [];
  if (amount !== undefined && (unit === 'm' || unit === 'h' || unit === 'd')) {
    return now - Number(amount) * UNITS[unit];
  }
  const time = Date.parse(written);
  if (Number.isNaN(time)) {
    throw new UsageError(
      `${option} must be a date such as 2026-01-31, a date and time, or how long ago: 90m, 24h, 7d`,
    );
  }
  return time;
}

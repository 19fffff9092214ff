const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time as people write it: `30d`, `12h`, `90m`. @returns milliseconds; undefined for anything else */
export function timeSpan(written: string): number | undefined {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(written) ?? [];
  return unit === 'm' || unit === 'h' || unit === 'd' ? Number(amount) * UNITS[unit] : undefined;
}

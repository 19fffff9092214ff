import type { Watched } from './watched.ts';

export const DAY = 86_400_000;

/**
 * Whether a notice is given so many days before the end: only where that is half of the whole lifetime at most. What lives
 * for hours is renewed by a machine, and would be announced all the time.
 */
const counts = (
  days: number,
  { not_before, not_after }: Pick<Watched, 'not_before' | 'not_after'>,
): boolean =>
  not_before === undefined || not_after === undefined || days * DAY <= (not_after - not_before) / 2;

/** Those numbers of days that count, the smallest first. */
export const countingDays = (
  days: readonly number[],
  watched: Pick<Watched, 'not_before' | 'not_after'>,
): readonly number[] => days.filter((each) => counts(each, watched)).toSorted((one, other) => one - other);

/**
 * The one notice that is due: that of the nearest number of days, for those before count as given; 0 once it ended.
 * @param now milliseconds since the epoch
 * @returns undefined where none is
 */
export function noticeDue(
  days: readonly number[],
  watched: Pick<Watched, 'not_before' | 'not_after'>,
  now: number,
): number | undefined {
  const { not_after } = watched;
  if (not_after === undefined) return undefined;
  if (not_after < now) return 0;
  return countingDays(days, watched).find((each) => not_after - now <= each * DAY);
}

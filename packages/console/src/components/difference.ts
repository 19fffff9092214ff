/** A field that somebody else changed, or that both did. */
export type Difference = {
  readonly field: string;
  readonly opened: unknown;
  readonly stored: unknown;
  /** Absent for a field that the person did not touch. */
  readonly mine?: unknown;
};

type Fields = Readonly<Record<string, unknown>>;

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * What two hands made of one thing: what each changed since it was opened.
 * @param mine what the person changed, and nothing else
 */
export function differencesBetween(opened: Fields, now: Fields, mine: Fields): readonly Difference[] {
  const fields = new Set([...Object.keys(opened), ...Object.keys(now), ...Object.keys(mine)]);
  return [...fields]
    .filter((field) => field in mine || !same(opened[field], now[field]))
    .map((field) => ({
      field,
      opened: opened[field],
      stored: now[field],
      ...(field in mine && { mine: mine[field] }),
    }));
}

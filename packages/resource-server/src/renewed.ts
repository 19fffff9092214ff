/** A value fetched from elsewhere, kept, and fetched anew as it ages. @throws what `load` threw, if there is no value */
export type Renewed<T> = () => Promise<T>;

/** Milliseconds. */
export type RenewalTimes = {
  /** A value older than this is fetched anew when asked for. */
  readonly maxAge: number;
  /** A value that could not be fetched anew serves no longer than this. */
  readonly staleFor: number;
  /** The least time from a failed fetch to the next, so that nobody can make this server flood another. */
  readonly pauseAfterFailure: number;
};

/** Keeps what `load` returns; at most one fetch is under way at any time, and all who wait share it. */
export function renewed<T>(
  load: () => Promise<T>,
  { maxAge, staleFor, pauseAfterFailure }: RenewalTimes,
  clock: () => number,
): Renewed<T> {
  let held: { readonly value: T; readonly at: number } | undefined;
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  let underWay: Promise<void> | undefined;

  const fetch = async () => {
    const at = clock();
    try {
      held = { value: await load(), at };
      failed = undefined;
    } catch (error) {
      failed = { at, error };
    } finally {
      underWay = undefined;
    }
  };

  return async () => {
    if (held !== undefined && clock() - held.at < maxAge) return held.value;
    if (underWay !== undefined || failed === undefined || clock() - failed.at >= pauseAfterFailure) {
      underWay ??= fetch();
      await underWay;
    }
    if (held !== undefined && clock() - held.at < staleFor) return held.value;
    throw failed?.error ?? new Error('the value is too old');
  };
}

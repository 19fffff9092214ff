/** A value fetched from elsewhere, kept, and fetched anew as it ages. */
export type Renewed<T> = {
  /** The value, fetched if there is none or it is older than `maxAge`. @throws what `load` threw, if there is no value */
  get(): Promise<T>;
  /** Fetches now, unless that was done less than `pause` ago; returns the value then held. */
  renew(): Promise<T>;
};

/** Milliseconds. */
export type RenewalTimes = {
  /** A value older than this is fetched anew when asked for. */
  readonly maxAge: number;
  /** A value that could not be fetched anew serves no longer than this. */
  readonly staleFor: number;
  /** The least time between two fetches, so that nobody can make this server flood another. */
  readonly pause: number;
  /** The least time from a failed fetch to the next. */
  readonly pauseAfterFailure: number;
};

/** Keeps what `load` returns; at most one fetch is under way at any time, and all who wait share it. */
export function renewed<T>(
  load: () => Promise<T>,
  { maxAge, staleFor, pause, pauseAfterFailure }: RenewalTimes,
  now: () => number = Date.now,
): Renewed<T> {
  let held: { readonly value: T; readonly at: number } | undefined;
  let last: { readonly at: number; readonly failure?: unknown } | undefined;
  let underWay: Promise<void> | undefined;

  const fetch = async () => {
    const at = now();
    try {
      held = { value: await load(), at };
      last = { at };
    } catch (failure) {
      last = { at, failure };
    } finally {
      underWay = undefined;
    }
  };

  const mayFetch = () =>
    last === undefined || now() - last.at >= (last.failure === undefined ? pause : pauseAfterFailure);

  const renew = async (): Promise<T> => {
    if (underWay !== undefined || mayFetch()) {
      underWay ??= fetch();
      await underWay;
    }
    if (held !== undefined && now() - held.at < staleFor) return held.value;
    throw last?.failure ?? new Error('the value is too old');
  };

  return {
    renew,
    get: async () => (held !== undefined && now() - held.at < maxAge ? held.value : renew()),
  };
}

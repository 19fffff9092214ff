/** Signals of which each ends the same waiting; what is undefined never does. */
export type Signals = readonly (AbortSignal | null | undefined)[];

/** @throws the reason of the first that is aborted */
export function throwIfAborted(signals: Signals): void {
  for (const signal of signals) signal?.throwIfAborted();
}

/**
 * What a promise comes to, or the reason of a signal as soon as one is aborted. What nobody waits for any more goes on,
 * and may fail without anybody noticing.
 */
export function orAborted<T>(promise: Promise<T>, signals: Signals): Promise<T> {
  return new Promise((resolve, reject) => {
    const listened: (() => void)[] = [];
    for (const signal of signals) {
      if (!signal) continue;
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      listened.push(() => signal.removeEventListener('abort', abort));
    }
    promise.then(resolve, reject).finally(() => {
      for (const stop of listened) stop();
    });
  });
}

/** Waits so many milliseconds. @throws the reason of a signal as soon as one is aborted */
export function waited(milliseconds: number, signals: Signals): Promise<void> {
  const timing = Promise.withResolvers<void>();
  const timer = setTimeout(timing.resolve, milliseconds);
  return orAborted(timing.promise, signals).finally(() => {
    clearTimeout(timer);
    timing.resolve();
  });
}

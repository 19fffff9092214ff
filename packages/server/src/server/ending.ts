/** What a process is told to end by. */
export type EndingSignal = 'SIGTERM' | 'SIGINT';

const EXIT_CODES: Readonly<Record<EndingSignal, number>> = { SIGTERM: 143, SIGINT: 130 };

/** A terminal's Ctrl-C reaches the process, and `npm` hands it on once more. */
const SAME_KEY_MS = 100;

/** What a signal to end does: one while starting ends the process, the first to a server begins its end, another ends it at once. */
export type Ending = {
  /** Resolves with the first signal, once this was called. */
  asked(): Promise<EndingSignal>;
  /** Ends the process hard if it has not ended by itself. @param withinMs milliseconds from now */
  atLatest(withinMs: number): void;
};

/**
 * Listens to the signals from here on: the first process of a container hears no other.
 * @param exit ends the process
 */
export function endingBySignals(exit: (code: number) => void = process.exit): Ending {
  let begin: ((signal: EndingSignal) => void) | undefined;
  let first: { readonly signal: EndingSignal; readonly at: number } | undefined;
  const onSignal = (signal: EndingSignal) => {
    if (first === undefined && begin) {
      first = { signal, at: performance.now() };
      begin(signal);
      return;
    }
    const isSameKey =
      signal === 'SIGINT' && first?.signal === signal && performance.now() - first.at < SAME_KEY_MS;
    if (!isSameKey) exit(first === undefined ? 0 : EXIT_CODES[signal]);
  };
  process.on('SIGTERM', () => onSignal('SIGTERM'));
  process.on('SIGINT', () => onSignal('SIGINT'));
  return {
    asked: () =>
      new Promise((resolve) => {
        begin = resolve;
      }),
    atLatest(withinMs) {
      setTimeout(() => exit(1), withinMs).unref();
    },
  };
}

let turn: Promise<void> | undefined;

/**
 * Waits until the event loop has read what has arrived, so that the tokens of all these requests are signed one after
 * the other. A signature made between two pieces of TLS and HTTP work finds its tables gone from the processor's caches
 * and takes several times as long (docs/performance.md). A request that comes alone waits for nothing.
 */
export function signingTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}

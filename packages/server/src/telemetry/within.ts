import { setTimeout as delay } from 'node:timers/promises';

/** Waits until work is done, whichever way it ends, and no longer than so many milliseconds. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const bound = delay(milliseconds, undefined, { signal: enough.signal }).catch(() => {});
  await Promise.race([work.catch(() => {}), bound]);
  enough.abort();
}

import { setTimeout as delay } from 'node:timers/promises';
import { isNotThereYet } from '../storage/not-there-yet.ts';
import type { BegunHome, OpenHome } from './open-home.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** How often the log repeats what it said. */
const SAY_AGAIN_MS = 30_000;

/**
 * Opens the database of a home, and waits for one that is not there yet.
 * @param onWaiting called once, when the first attempt was in vain
 * @throws what waiting does not mend, and what `onWaiting` throws
 */
export async function awaitStorage(
  home: Pick<BegunHome, 'open' | 'log' | 'clock'>,
  onWaiting: () => Promise<void>,
): Promise<OpenHome> {
  const { log, clock } = home;
  let pause = FIRST_PAUSE_MS;
  let said: { readonly why: string; readonly at: number } | undefined;
  for (;;) {
    try {
      const opened = await home.open();
      if (said) log.info('the database is there');
      return opened;
    } catch (error) {
      if (!isNotThereYet(error)) throw error;
      const why = error instanceof Error ? error.message : '';
      if (said === undefined) await onWaiting();
      if (said?.why !== why || clock() - said.at >= SAY_AGAIN_MS) {
        said = { why, at: clock() };
        log.warn({ err: error }, `the database is not there yet and is waited for: ${why}`);
      }
      await delay(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 20_000;
const PAUSE_MS = 50;

/**
 * Asks again and again until the answer is as wanted: for what a running server takes up from the disk.
 * @param within milliseconds
 * @throws Error with the last answer when it never is
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  within = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still not as wanted: ${JSON.stringify(answer)}`);
    await pause(PAUSE_MS);
  }
}

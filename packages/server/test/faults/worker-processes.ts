import { randomInt } from 'node:crypto';
import type { RunningCountersign } from '../countersign-process.ts';
import { eventually } from '../eventually.ts';

/** Milliseconds: how long workers may take to be replaced, and to end with their supervisor. */
const REPLACED_MS = 120_000;
const ENDED_MS = 5_000;

/** Whether a process is there. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The workers of a supervisor that serve. */
export const workersOf = (running: RunningCountersign): readonly number[] =>
  Array.from(running.output().matchAll(/"worker":\d+,"pid":(\d+)/g), ([, pid]) => Number(pid)).filter(
    isThere,
  );

async function untilReplaced(running: RunningCountersign, gone: readonly number[], count: number) {
  const isReplaced = async () => !gone.some(isThere) && workersOf(running).length === count;
  await eventually(isReplaced, Boolean, REPLACED_MS);
}

/** Has all workers replaced, and waits until those of before are gone. */
export async function rollWorkers(running: RunningCountersign): Promise<void> {
  const before = workersOf(running);
  running.process.kill('SIGUSR2');
  await untilReplaced(running, before, before.length);
}

/** Ends one worker as a fault of its own would, and waits until there is another in its place. */
export async function killWorker(running: RunningCountersign): Promise<void> {
  const before = workersOf(running);
  const pid = before[randomInt(before.length)];
  if (pid === undefined) throw new Error('no workers');
  process.kill(pid, 'SIGKILL');
  await untilReplaced(running, [pid], before.length);
}

/**
 * Waits until the workers of a supervisor that is gone are gone too.
 * @returns those that are not
 */
export async function leftBehind(workers: readonly number[]): Promise<readonly number[]> {
  const left = async () => workers.filter(isThere);
  return eventually(left, ({ length }) => length === 0, ENDED_MS).catch(left);
}

import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../../packages/server/bin/countersign.mjs');
const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 10_000;

/** A process of this example. */
export type Running = {
  /** What it wrote so far. */
  output(): string;
  stop(): Promise<void>;
};

/**
 * Runs a command of Countersign to its end.
 * @param input what it reads
 * @throws Error when it fails
 */
export async function countersign(args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(process.execPath, [PROGRAM, ...args]);
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/**
 * Starts a command of Countersign that serves until it is stopped.
 * @param ready what it prints once it does
 * @throws Error with all it wrote, when it ends before, or is not ready within a minute
 */
export async function serving(args: readonly string[], ready: string): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      process.off('exit', kill);
      resolve();
    }),
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = setTimeout(kill, END_WITHIN_MS);
    await ended;
    clearTimeout(late);
  };
  const until = Date.now() + START_WITHIN_MS;
  while (!output.includes(ready)) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`countersign ${args.join(' ')} does not serve:\n${output}`);
    }
    await pause(20);
  }
  return { output: () => output, stop };
}

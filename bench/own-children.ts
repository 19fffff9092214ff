import { type ChildProcess, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processTree } from './processors.ts';

/** Ends a process and all that it started, at once. */
export function killTree(pid: number): void {
  for (const one of processTree(pid)) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Sees to it that a child, with all that it started, does not outlive this process. */
export function endWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const kill = () => killTree(pid);
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

const WITHIN_MS = 300_000;

/**
 * Runs a program to its end.
 * @returns what it printed
 * @throws Error with what it printed as errors, when it fails
 */
export async function runToEnd(
  command: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const [program = '', ...args] = command;
  const ran = promisify(execFile)(program, args, {
    timeout: WITHIN_MS,
    env: { ...process.env, ...env },
    maxBuffer: 32 * 1024 * 1024,
  });
  endWithUs(ran.child);
  ran.child.stdin?.end(input);
  return (await ran).stdout;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../own-children.ts';

/** A server of other people that can be fetched and measured. */
export type Peer = {
  readonly name: string;
  /** Where it is below the folder of all peers. */
  folderIn(peers: string): string;
  /** Why it is not there, as a sentence; undefined when it is. */
  whyMissing(peers: string): string | undefined;
  /** Fetches and builds it. @throws Error when a program fails or is not there */
  fetch(peers: string): Promise<void>;
};

/** Where peers are kept when nothing is said; not in the repository. */
export const DEFAULT_PEERS = join(homedir(), '.cache/countersign-bench');

/** What to do about a peer that is not there. */
export const FETCH_HINT = 'npm run bench -- --fetch-peers';

/**
 * Runs a program to its end, with its output on standard error.
 * @throws Error when it fails
 */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 2, 2],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  endWithUs(child);
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${signal ?? code}`);
}

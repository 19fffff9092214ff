import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
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
const FETCH_HINT = 'npm run bench -- --fetch-peers';

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

/**
 * A peer in a folder of its own name, which appears there once it is whole.
 * @param program of it, from its folder
 * @param build fetches and builds it in the empty folder it is given; gives the folder that becomes the peer's
 */
export const peerOf = (name: string, program: string, build: (work: string) => Promise<string>): Peer => ({
  name,
  folderIn: (peers) => join(peers, name),
  whyMissing: (peers) =>
    existsSync(join(peers, name, program))
      ? undefined
      : `${name} is not in ${peers}; ${FETCH_HINT} fetches it.`,
  async fetch(peers) {
    const work = join(peers, `${name}-work`);
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    renameSync(await build(work), join(peers, name));
    rmSync(work, { recursive: true, force: true });
  },
});

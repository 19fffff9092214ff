import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where ports are taken from: above those of well-known services, below those that Linux, macOS and Windows give to
 * connections and to listeners that ask for any, of which a run of the tests opens thousands.
 */
const FIRST = 12_000;
const BEHIND_LAST = 32_000;

/** Whether nobody listens on a port, at whichever address. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Here a file for each port says which process it is for, before anybody listens on it and between two who do. */
const FOLDER = join(
  process.platform === 'win32' ? tmpdir() : '/tmp',
  `countersign-ports-${process.getuid?.() ?? ''}`,
);
const fileOf = (port: number): string => join(FOLDER, String(port));
const own: number[] = [];

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process that a port is for has ended without giving it back. */
function isLeft(port: number): boolean {
  try {
    const pid = Number(readFileSync(fileOf(port), 'utf8'));
    // Empty while it is being written.
    return pid !== 0 && !isRunning(pid);
  } catch {
    return false;
  }
}

/** @returns false where another process has it */
function claim(port: number): boolean {
  try {
    writeFileSync(fileOf(port), String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** @returns whether it is this process's until it ends */
function take(port: number): boolean {
  mkdirSync(FOLDER, { recursive: true });
  let isOwn = claim(port);
  if (!isOwn && isLeft(port)) {
    rmSync(fileOf(port), { force: true });
    isOwn = claim(port);
  }
  if (!isOwn) return false;
  if (own.length === 0) process.once('exit', giveBack);
  own.push(port);
  return true;
}

function giveBack(): void {
  for (const port of own) rmSync(fileOf(port), { force: true });
  try {
    rmdirSync(FOLDER);
  } catch {
    // Others have some.
  }
}

/** A TCP port that is free, and that nobody gets who does not ask for it by its number, until this process ends. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(FIRST, BEHIND_LAST);
    if ((await isFree(port)) && take(port)) return port;
  }
  throw new Error('no free port');
}

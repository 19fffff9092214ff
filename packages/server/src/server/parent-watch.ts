import { readFileSync } from 'node:fs';

const LOOK_MS = 250;

/** The parent of another process; undefined where the system does not say, or the process is gone. */
function parentOf(pid: number): number | undefined {
  try {
    // The name of the program stands in brackets and may hold anything.
    const [, parent] = /.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** Those that started this process: its parent, and the parent of the shell that npm puts between. */
const ancestry = () => ({ parent: process.ppid, before: parentOf(process.ppid) });

/**
 * Whether this process was started by one that may end without telling it: npm and npx hand SIGTERM to a shell, which dies of
 * it alone, and die of SIGHUP themselves; the launcher that looks for a newer Node.js may be killed.
 */
const isLaunched = ({ npm_lifecycle_event, COUNTERSIGN_LAUNCHER }: NodeJS.ProcessEnv): boolean =>
  (npm_lifecycle_event ?? COUNTERSIGN_LAUNCHER) !== undefined;

/**
 * Notices that what started this process is gone, where that is npm, npx or the launcher: a server that nobody can end any
 * more is no use to anybody. One that was started by anything else, such as a shell in the background, outlives it.
 * @param onGone called once
 * @returns what ends the watch
 */
export function watchParent(onGone: () => void, environment = process.env): () => void {
  if (!isLaunched(environment)) return () => {};
  const { parent, before } = ancestry();
  const looking = setInterval(() => {
    const now = ancestry();
    if (now.parent === parent && (before === undefined || now.before === before)) return;
    clearInterval(looking);
    onGone();
  }, LOOK_MS).unref();
  return () => clearInterval(looking);
}

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Which processor a server and the load generator are kept on; undefined leaves it to the system. */
export type Pinning = { readonly server: number; readonly load: number } | undefined;

/** The processors this process may use, from Linux's `Cpus_allowed_list`, such as `0-3,6`. */
function allowedProcessors(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The first processor for the server and the last for the load generator, where `taskset` and two of them are there. */
export function choosePinning(): Pinning {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined;
  const processors = allowedProcessors();
  const [server] = processors;
  const load = processors.at(-1);
  return server === undefined || load === undefined || server === load ? undefined : { server, load };
}

/** The command line that runs `command` on one processor. `taskset` becomes the command, so the process id is its. */
export function onProcessor(processor: number | undefined, command: readonly string[]): readonly string[] {
  return processor === undefined ? command : ['taskset', '-c', String(processor), ...command];
}

const TICKS_PER_SECOND = 100;

/** The processes that this one started and that are there. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );

/**
 * Processor time that a process and those it started have used, all their threads together; seconds, in steps of 10 ms.
 * @returns undefined where the system has no /proc
 */
export function processorSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const workers = childrenOf(pid).map((child) => processorSeconds(child) ?? 0);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return workers.reduce((sum, seconds) => sum + seconds, own);
}

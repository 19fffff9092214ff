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

/** What /proc says, or undefined once the process has ended. */
function procFile(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The processes that this one started and that are there. */
const childrenOf = (pid: number): readonly number[] =>
  threadsOf(pid).flatMap((thread) =>
    (procFile(`${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );

/** A process, those that it started, and so on; where the system has no /proc, the process alone. */
export const processTree = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(processTree)];

const isLinux = process.platform === 'linux';
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Seconds; in steps of 10 ms. */
function ownProcessorSeconds(pid: number): number {
  const stat = procFile(`${pid}/stat`) ?? '';
  // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

const ownResidentBytes = (pid: number): number =>
  Number(/^VmRSS:\s*(\d+) kB$/m.exec(procFile(`${pid}/status`) ?? '')?.[1] ?? 0) * 1024;

/**
 * Processor time that a process and those it started have used, all their threads together; seconds.
 * @returns undefined where the system has no /proc
 */
export const processorSeconds = (pid: number): number | undefined =>
  isLinux ? sum(processTree(pid).map(ownProcessorSeconds)) : undefined;

/**
 * Memory of a process and those it started that is in the machine's memory; what several of them share counts for each.
 * @returns undefined where the system has no /proc
 */
export const residentBytes = (pid: number): number | undefined =>
  isLinux ? sum(processTree(pid).map(ownResidentBytes)) : undefined;

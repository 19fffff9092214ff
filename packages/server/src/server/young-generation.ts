import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes of the young generation: two halves of 8 MiB (docs/performance.md, *Memory*). */
const ENOUGH = 16 * 1024 * 1024;

const youngGeneration = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;

/** Whether whoever started this process has chosen the size. */
function isChosen(execArgv: readonly string[], options: string): boolean {
  return [...execArgv, options].some((each) => /--(?:max|min)[-_]semi[-_]space[-_]size/.test(each));
}

/**
 * Ends the growth of V8's young generation where more brings nothing: under load it would grow to 64 MiB and beyond,
 * which a collection goes through and the process holds for good. A process cannot be given its size once it runs, but it
 * can be told to grow no further.
 * @returns what leaves it be
 */
export function boundYoungGeneration(
  execArgv: readonly string[] = process.execArgv,
  options = process.env.NODE_OPTIONS ?? '',
): () => void {
  if (isChosen(execArgv, options)) return () => {};
  const observer = new PerformanceObserver(() => {
    if (youngGeneration() < ENOUGH) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

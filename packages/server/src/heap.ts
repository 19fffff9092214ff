import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** MiB of each of the two halves of the young generation (docs/performance.md, *Memory*). */
const HALF = 16;
/** Pieces of garbage until the young generation has grown, at most: it takes a tenth of them. */
const PIECES = 20_000;
/**
 * By how much the old generation may grow, in hundredths of what of it is in use, before it is collected again: little comes
 * to it.
 */
const OLD_GROWTH = 50;

/** MiB that a half of the young generation may take now; it is a power of two. */
function half(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young ? Math.round((young.space_used_size + young.space_available_size) / 1024 ** 2) : HALF;
}

/** Whether whoever started this process has chosen what an option says. */
const isChosen = (option: RegExp): boolean =>
  [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((each) => option.test(each));

/** Has the young generation, when it grows next, grow to its size, and no further once it has it. */
function growToSize(): void {
  setFlagsFromString(`--semi-space-growth-factor=${Math.max(1, Math.floor(HALF / Math.max(half(), 1)))}`);
}

/**
 * Gives V8's young generation its size; called before the program is loaded. Left alone it doubles again and again
 * meanwhile, and under load to 64 MiB and beyond, which a collection goes through and the process holds for good. A process
 * that runs cannot be told a size, but by which factor it grows: so it grows once, by a little that is in use at its first
 * collections, and no more; and where V8 has made it small, because there was little to do, once again with the load. A size
 * that whoever started the process has chosen stays.
 */
export function sizeYoungGeneration(): void {
  if (isChosen(/--(?:max|min)[-_]semi[-_]space[-_]size/)) return;
  // V8 begins with 1 MiB, and may have doubled it before this is called.
  growToSize();
  const inUse: (readonly number[])[] = [];
  for (let made = 0; made < PIECES && half() < HALF; ) {
    for (const end = made + 200; made < end; made++) inUse.push(new Array<number>(8).fill(made));
  }
  growToSize();
  new PerformanceObserver(growToSize).observe({ entryTypes: ['gc'] });
}

/**
 * Has V8 make objects young, all of them; called before the program is loaded. Where nearly all that one place in the code
 * made is in use when it is collected, V8 makes the next ones old at once, for good. While a server starts that is so of what
 * refers to its first requests: later ones then stay until the old generation is collected, though they were answered.
 */
export function makeObjectsYoung(): void {
  if (!isChosen(/--(?:no-)?allocation[-_]site[-_]pretenuring/))
    setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * Bounds the rest of the heap of what goes on running; called once it is loaded. V8 is told to collect the old generation when
 * it has grown by half, where it would let it grow threefold. What has been compiled is kept: V8 would drop what no request
 * needed for some collections, and be slow again after each quiet minute. What whoever started the process has chosen stays.
 */
export function boundHeap(): void {
  if (!isChosen(/--(?:no-)?flush[-_]bytecode/)) setFlagsFromString('--no-flush-bytecode');
  if (!isChosen(/--heap[-_]growing[-_]percent/)) setFlagsFromString(`--heap-growing-percent=${OLD_GROWTH}`);
}

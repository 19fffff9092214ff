/** What strangers have of one processor while it is needed for others. */
const SHARE = 0.3;
/** What they may have at once after they needed none, and may owe; milliseconds. */
const BURST_MS = 30;
const DEBT_MS = 100;
/** How long after somebody proven was served the processor counts as needed, milliseconds. */
const NEEDED_MS = 1000;
/** How many times its estimate work counts while this process has no time to spare. */
const MOST_PRESSURE = 4;
/** Below this share of its time that is used, a process has time to spare. */
const EASY = 0.5;
const SAMPLE_MS = 100;

/**
 * Makes the measure of how busy this process is: 1 with time to spare, more and more with less. What is charged are
 * estimates, and a slow or busy machine takes longer; so they grow until strangers leave it time.
 */
function pressureOfLoop(now: () => number): () => number {
  let sampled = { at: now(), of: performance.eventLoopUtilization() };
  let pressure = 1;
  return () => {
    if (now() - sampled.at < SAMPLE_MS) return pressure;
    const { utilization } = performance.eventLoopUtilization(sampled.of);
    sampled = { at: now(), of: performance.eventLoopUtilization() };
    pressure = 1 + ((MOST_PRESSURE - 1) * Math.max(0, utilization - EASY)) / (1 - EASY);
    return pressure;
  };
}

/**
 * The time of the processor that strangers have together: all of it while nobody proven asks for anything, and three
 * tenths while somebody does. Milliseconds, earned with time and spent by work.
 */
export class Allowance {
  readonly #now: () => number;
  readonly #pressure: () => number;
  #level = BURST_MS;
  #at: number;
  #neededAt = Number.NEGATIVE_INFINITY;

  /**
   * @param now milliseconds of a clock that never goes back
   * @param pressure how many times its estimate work costs
   */
  constructor(now: () => number, pressure: () => number = pressureOfLoop(now)) {
    this.#now = now;
    this.#pressure = pressure;
    this.#at = now();
  }

  /** @param ms negative for what is given back */
  spend(ms: number): void {
    const level = this.#earned() - ms * this.#pressure();
    this.#level = Math.max(-DEBT_MS, Math.min(BURST_MS, level));
  }

  /** Somebody proven was served, and may ask for more. */
  leaveTime(): void {
    this.#neededAt = this.#now();
  }

  /** Milliseconds until the next piece of strangers' work may begin; 0 for at once. */
  wait(): number {
    if (this.#now() - this.#neededAt >= NEEDED_MS) return 0;
    return Math.max(0, -this.#earned() / SHARE);
  }

  #earned(): number {
    const now = this.#now();
    this.#level = Math.min(BURST_MS, this.#level + Math.max(0, now - this.#at) * SHARE);
    this.#at = now;
    return this.#level;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { prove } from './first-token.ts';
import type { KeyMaterial } from './key-material.ts';
import { type Load, LoadFailed, type LoadResult } from './load.ts';
import { processorSeconds, residentBytes } from './processors.ts';
import type { RunningTarget } from './targets/running.ts';
import type { WorkloadName } from './workloads/names.ts';
import type { Cannot, Plan } from './workloads/plan.ts';
import { planOf } from './workloads/workloads.ts';

/** One target's run in one round. */
export type Measurement = LoadResult & {
  /** Processor time of the server over the run, seconds; undefined where the system does not say. */
  readonly serverSeconds: number | undefined;
  /** Of the server and the processes it started when the run ended. */
  readonly residentBytes: number | undefined;
};

/** The runs of one workload, by target in the order they ran; all targets have as many. */
export type Rounds = ReadonlyMap<string, readonly Measurement[]>;

/** What came of one workload. */
export type Measured = {
  readonly workload: WorkloadName;
  readonly rounds: Rounds;
  /** Targets that cannot do it, and why. */
  readonly leftOut: ReadonlyMap<string, string>;
};

export type RunLength = { readonly rounds: number; readonly seconds: number; readonly connections: number };

/** How long the warm-up is, in runs: longest where compiled code matters most. */
export const WARM_UP: Readonly<Record<Plan['script']['connection'], number>> = {
  'kept-alive': 2,
  'full-handshake': 0.5,
  resumed: 0.5,
};

/** How a target whose code goes on getting faster is warmed up, until a run is no faster than the best by this. */
export const RISING = { atLeastSeconds: 20, atMostSeconds: 120, stepSeconds: 5, growth: 1.03 } as const;

/** Values for a first run, and no more than these for any. */
const AHEAD = { atFirst: 3000, most: 60_000, reserve: 1.3 } as const;

/** When servers count as quiet: of so many milliseconds they use less than this share; and how long that is waited for. */
const QUIET = { ms: 250, share: 0.08, atMostMs: 15_000 } as const;

/**
 * Waits until servers have done what they do after a run, such as compiling and collecting: they share a processor, and it
 * would count for whoever is next.
 */
async function untilQuiet(targets: readonly RunningTarget[]): Promise<void> {
  const used = () => targets.reduce((total, { pid }) => total + (processorSeconds(pid) ?? 0), 0);
  let before = used();
  for (let waited = 0; waited < QUIET.atMostMs; waited += QUIET.ms) {
    await sleep(QUIET.ms);
    const now = used();
    if ((now - before) * 1000 < QUIET.ms * QUIET.share) return;
    before = now;
  }
}

/** One run after the other against one target. */
class TargetRuns {
  readonly target: RunningTarget;
  readonly plan: Plan;
  readonly #load: Load;
  readonly #connections: number;
  #rate: number | undefined;

  constructor(target: RunningTarget, plan: Plan, load: Load, connections: number) {
    this.target = target;
    this.plan = plan;
    this.#load = load;
    this.#connections = connections;
  }

  async run(seconds: number): Promise<Measurement> {
    const { pid, ended, name } = this.target;
    const wanted = this.#rate === undefined ? AHEAD.atFirst : this.#rate * seconds * AHEAD.reserve;
    const order = {
      connections: this.#connections,
      seconds,
      ahead: Math.min(Math.ceil(wanted), AHEAD.most),
    };
    let before: number | undefined;
    try {
      const result = await this.#load.run(this.plan, order, ended, () => {
        before = processorSeconds(pid);
      });
      const after = processorSeconds(pid);
      this.#rate = result.requests / result.seconds;
      return {
        ...result,
        serverSeconds: before === undefined || after === undefined ? undefined : after - before,
        residentBytes: residentBytes(pid),
      };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new LoadFailed(`${name}: ${why}`, { cause });
    }
  }

  /** Runs so that code is compiled and caches are filled. */
  async warmUp(seconds: number): Promise<void> {
    if (this.target.warmUp === 'short') {
      await this.run(seconds * WARM_UP[this.plan.script.connection]);
      return;
    }
    let best = 0;
    for (let spent = 0; spent < RISING.atMostSeconds; spent += RISING.stepSeconds) {
      const { requests, seconds: took } = await this.run(RISING.stepSeconds);
      const rate = requests / took;
      if (spent + RISING.stepSeconds >= RISING.atLeastSeconds && rate < best * RISING.growth) return;
      best = Math.max(best, rate);
    }
  }
}

/**
 * Proves a workload at every target that has it, warms them up, then runs them in turn, round after round, so that all
 * meet the same weather.
 * @throws TargetFailed or LoadFailed
 */
export async function measureWorkload(
  workload: WorkloadName,
  targets: readonly RunningTarget[],
  load: Load,
  material: KeyMaterial,
  { rounds, seconds, connections }: RunLength,
  progress: (text: string) => void,
): Promise<Measured> {
  const leftOut = new Map<string, string>();
  const measured: TargetRuns[] = [];
  for (const target of targets) {
    const plan: Plan | Cannot = planOf(workload, target, material);
    if (plan.kind === 'cannot') leftOut.set(target.name, plan.reason);
    else measured.push(new TargetRuns(target, plan, load, connections));
  }
  for (const runs of measured) {
    progress(`${workload}: warming up ${runs.target.name}`);
    await prove(runs.target, runs.plan, material);
    await runs.warmUp(seconds);
  }
  const taken = new Map<string, Measurement[]>(measured.map(({ target }) => [target.name, []]));
  for (let round = 1; round <= rounds; round++) {
    progress(`${workload}: round ${round} of ${rounds}`);
    for (const runs of measured) {
      await untilQuiet(targets);
      taken.get(runs.target.name)?.push(await runs.run(seconds));
    }
  }
  return { workload, rounds: taken, leftOut };
}

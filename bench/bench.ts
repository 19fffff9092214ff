import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { checks } from './checks/checks.ts';
import { costs } from './costs.ts';
import { startLoad } from './load.ts';
import { measureWorkload, RISING, WARM_UP } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { fetchPeers } from './peers/peers.ts';
import { BEFORE, summarise, summariseStarts, type WorkloadSummary } from './report.ts';
import { soak } from './soak.ts';
import { openStage, type Stage } from './stage.ts';
import { startAll } from './starts.ts';
import { startTable, table } from './tables.ts';
import { bareWithWorkers } from './targets/bare.ts';
import { countersignOf, countersignWithWorkers } from './targets/countersign.ts';
import { type ReadyTarget, type RunningTarget, readyTarget } from './targets/running.ts';
import type { Target } from './targets/target.ts';
import { hasWorkers, targetNamed } from './targets/targets.ts';
import { WORKLOADS } from './workloads/workloads.ts';

const START_SECONDS: Readonly<Record<Target['warmUp'], number>> = { short: 1.5, rising: 40 };

const progress = (text: string) => process.stderr.write(`${text}\n`);

function chosenTargets({ targets, workers, before }: Options): readonly Target[] {
  return [
    ...targets.flatMap((name) => targetNamed(name) ?? []),
    ...workers.flatMap((number) => [bareWithWorkers(number), countersignWithWorkers(number)]),
    ...(before === undefined ? [] : [countersignOf(BEFORE, resolve(before))]),
  ];
}

function describeMachine(isPinned: boolean): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const where = isPinned ? 'server and load each on one processor' : 'processes not pinned';
  return `${model}, ${availableParallelism()} processors, Node.js ${process.version}; ${where}`;
}

/** A guess, for whoever waits. */
function secondsNeeded({ workload, rounds, seconds, starts }: Options, targets: readonly Target[]): number {
  return Math.ceil(
    targets.reduce((sum, { warmUp }) => {
      const start = starts * START_SECONDS[warmUp];
      const warming = warmUp === 'rising' ? RISING.atLeastSeconds : WARM_UP['kept-alive'] * seconds;
      return sum + start + workload.length * (warming + rounds * seconds);
    }, 0),
  );
}

async function readyAll(targets: readonly Target[], stage: Stage, options: Options): Promise<ReadyTarget[]> {
  const { material, database, pinning } = stage;
  const roles = new Set(options.workload.flatMap((name) => WORKLOADS[name].roles));
  // The client whose first token ends a start.
  roles.add('mtls');
  const ready: ReadyTarget[] = [];
  for (const target of targets) {
    progress(`setting up ${target.name}`);
    const at = { processor: pinning?.server, profiles: options.profile };
    ready.push(await readyTarget(target, { material, roles, database, peers: options.peers }, at));
  }
  return ready;
}

async function bench(options: Options): Promise<void> {
  const { workload: workloads, rounds, seconds, connections, json, database } = options;
  const chosen = chosenTargets(options);
  const missing = chosen.flatMap((target) => {
    const reason = target.whyMissing(options.peers);
    return reason === undefined ? [] : [[target.name, reason] as const];
  });
  for (const [name, reason] of missing) progress(`Without ${name}. ${reason}`);
  const targets = chosen.filter((target) => target.whyMissing(options.peers) === undefined);
  if (targets.length === 0) throw new Error('none of the targets is there');
  progress(`About ${secondsNeeded(options, targets)} seconds.`);
  await using stage = await openStage({ ...options, isPinned: !targets.some(hasWorkers) });
  const { material } = stage;
  const running: RunningTarget[] = [];
  const onStarted = (target: RunningTarget) => {
    running.push(target);
    stage.atEnd(() => target.stop());
  };
  const ready = await readyAll(targets, stage, options);
  const starts = summariseStarts(await startAll(ready, options.starts, material, onStarted, progress));
  const load = startLoad(material, stage.pinning?.load);
  stage.atEnd(async () => load.stop());
  const summaries: WorkloadSummary[] = [];
  const length = { rounds, seconds, connections };
  for (const workload of workloads) {
    summaries.push(summarise(await measureWorkload(workload, running, load, material, length, progress)));
  }
  const machine = describeMachine(stage.pinning !== undefined);
  const document = {
    machine,
    database,
    server_key: options['server-key'],
    ...length,
    missing: Object.fromEntries(missing),
    starts,
    workloads: summaries,
  };
  const text = [
    machine,
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${database}, server key ${options['server-key']}`,
    ...missing.map(([name, reason]) => `Without ${name}. ${reason}`),
    `\n${startTable(starts)}`,
    ...summaries.map((summary) => `\n${table(summary)}`),
  ];
  process.stdout.write(`${json ? JSON.stringify(document, null, 2) : text.join('\n')}\n`);
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    process.stderr.write(`${reason}\n\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  try {
    if (options.help) process.stdout.write(`${USAGE}\n`);
    else if (options['fetch-peers']) process.exitCode = await fetchPeers(options.peers, progress);
    else if (options.costs) await costs(options, progress);
    else if (options.checks) await checks(options, progress);
    else if (options.soak === undefined) await bench(options);
    else process.exitCode = await soak({ ...options, soak: options.soak }, progress);
  } catch (error) {
    process.stderr.write(`bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

await main();

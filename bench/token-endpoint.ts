import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkFirstAnswer } from './first-answer.ts';
import { makeKeyMaterial } from './key-material.ts';
import { type Load, SCENARIOS, type Scenario, startLoad } from './load.ts';
import { choosePinning, processorSeconds } from './processors.ts';
import { type Measurement, type ScenarioSummary, summarise, table } from './report.ts';
import { bare, bareAndSign } from './targets/bare.ts';
import { countersign, countersignOf, countersignWithWorkers } from './targets/countersign.ts';
import { oidcProvider } from './targets/oidc-provider.ts';
import { type RunningTarget, startTarget } from './targets/target.ts';

const TARGETS = [bare, bareAndSign, oidcProvider, countersign];
const NAMES = TARGETS.map(({ name }) => name);

const USAGE = `Usage: npm run bench -- [options]
  --rounds N        rounds of each scenario; every round runs all targets once (5)
  --seconds S       length of one run (1.5)
  --connections N   concurrent connections (16)
  --scenario NAMES  of ${SCENARIOS.join(', ')}, comma-separated (all)
  --targets NAMES   of ${NAMES.join(', ')}, comma-separated (all)
  --workers LIST    also countersign with so many workers, e.g. 1,2; nothing is kept on one processor then
  --before CHECKOUT another checkout of this repository, installed, to be measured too as countersign-before
  --server-key TYPE EC-P256 or RSA-2048: the key of every server's certificate (EC-P256)
  --profile FOLDER  have each server write a .cpuprofile there; slows all of them down
  --json            print one JSON document instead of tables`;

const list = <const Names extends readonly string[]>(names: Names) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)).min(1));

const Options = z.object({
  rounds: z.coerce.number().int().min(1).max(1000).default(5),
  seconds: z.coerce.number().min(0.1).max(600).default(1.5),
  connections: z.coerce.number().int().min(1).max(512).default(16),
  scenario: list(SCENARIOS).default([...SCENARIOS]),
  targets: list(NAMES).default(NAMES),
  workers: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().min(1).max(64)))
    .default([]),
  before: z.string().optional(),
  'server-key': z.enum(['EC-P256', 'RSA-2048']).default('EC-P256'),
  json: z.boolean().default(false),
  profile: z.string().optional(),
  help: z.boolean().default(false),
});
type Options = z.infer<typeof Options>;

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string' },
      scenario: { type: 'string' },
      targets: { type: 'string' },
      workers: { type: 'string' },
      before: { type: 'string' },
      'server-key': { type: 'string' },
      json: { type: 'boolean' },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  return Options.parse(values);
}

/** How long the warm-up is, in runs: longest where compiled code matters most. */
const WARM_UP: Record<Scenario, number> = { 'keep-alive': 2, handshake: 0.5 };

const START_SECONDS = 1.5;

const progress = (text: string) => process.stderr.write(`${text}\n`);

async function measureOnce(
  load: Load,
  target: RunningTarget,
  scenario: Scenario,
  connections: number,
  seconds: number,
): Promise<Measurement> {
  let before: number | undefined;
  const result = await load.run(target, { scenario, connections, seconds }, () => {
    before = processorSeconds(target.pid);
  });
  const after = processorSeconds(target.pid);
  return {
    ...result,
    serverSeconds: before === undefined || after === undefined ? undefined : after - before,
  };
}

/** Warms every target up, then runs them in turn, round after round, so that all meet the same weather. */
async function measureScenario(
  load: Load,
  targets: readonly RunningTarget[],
  scenario: Scenario,
  { rounds, seconds, connections }: Options,
): Promise<ScenarioSummary> {
  for (const target of targets) {
    progress(`${scenario}: warming up ${target.name}`);
    await measureOnce(load, target, scenario, connections, seconds * WARM_UP[scenario]);
  }
  const runs = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    progress(`${scenario}: round ${round} of ${rounds}`);
    for (const target of targets) {
      runs.get(target.name)?.push(await measureOnce(load, target, scenario, connections, seconds));
    }
  }
  return summarise(scenario, runs);
}

function describeMachine(pinned: boolean): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const where = pinned ? 'server and load each on one processor' : 'processes not pinned';
  return `${model}, ${availableParallelism()} processors, Node.js ${process.version}; ${where}`;
}

async function bench(options: Options): Promise<void> {
  const { targets: names, scenario: scenarios, rounds, seconds, connections, json } = options;
  const { before, profile, workers } = options;
  const runs = scenarios.reduce((sum, scenario) => sum + rounds + WARM_UP[scenario], 0);
  progress(
    `About ${Math.ceil((names.length + workers.length + (before === undefined ? 0 : 1)) * (runs * seconds + START_SECONDS))} seconds.`,
  );
  const pinning = workers.length > 0 ? undefined : choosePinning();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const running: RunningTarget[] = [];
  let load: Load | undefined;
  try {
    const material = await makeKeyMaterial(folder, options['server-key']);
    const more = [
      ...workers.map(countersignWithWorkers),
      ...(before === undefined ? [] : [countersignOf('countersign-before', resolve(before))]),
    ];
    for (const target of [...TARGETS.filter(({ name }) => names.includes(name)), ...more]) {
      progress(`starting ${target.name}`);
      const started = await startTarget(target, material, { processor: pinning?.server, profiles: profile });
      running.push(started);
      await checkFirstAnswer(started, material);
    }
    load = startLoad(material, pinning?.load);
    const summaries: ScenarioSummary[] = [];
    for (const scenario of scenarios) summaries.push(await measureScenario(load, running, scenario, options));
    const machine = describeMachine(pinning !== undefined);
    const report = json
      ? JSON.stringify({ machine, rounds, seconds, connections, scenarios: summaries }, null, 2)
      : [
          machine,
          `${rounds} rounds of ${seconds} s, ${connections} connections, server key ${options['server-key']}`,
          ...summaries.map((summary) => `\n${table(summary)}`),
        ].join('\n');
    process.stdout.write(`${report}\n`);
  } finally {
    load?.stop();
    await Promise.all(running.map((target) => target.stop()));
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

let options: Options;
try {
  options = readOptions();
} catch (error) {
  const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${reason}\n\n${USAGE}\n`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(`${USAGE}\n`);
} else {
  try {
    await bench(options);
  } catch (error) {
    process.stderr.write(`bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

// Makes a server ready for the OpenID conformance suite, runs its plans, and writes down how they ended:
//   npm run conformance -- configure|run|report [PLAN…] [--issuer URL] [--suite URL] …
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configurePlace, configurePlan } from './configure.ts';
import { countersignAt } from './countersign.ts';
import { CONFORMANCE_DOCUMENT, conformancePage } from './page.ts';
import type { Place } from './place.ts';
import { PLANS, type Plan, plansNamed } from './plans.ts';
import { type PlanResult, readResults, writeResults } from './results.ts';
import { runPlan, startSurroundings, type Told } from './run.ts';
import { suiteAt } from './suite.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    issuer: { type: 'string', default: 'https://localhost:9443' },
    suite: { type: 'string', default: 'https://localhost:8443' },
    username: { type: 'string', default: 'admin' },
    password: { type: 'string', default: process.env.COUNTERSIGN_ADMIN_PASSWORD ?? '' },
    resource: { type: 'string', default: 'https://localhost:9450' },
    approval: { type: 'string', default: 'http://localhost:9451' },
    /** Configurations, certificates and keys are kept here. */
    folder: { type: 'string', default: resolve(import.meta.dirname, 'configurations') },
    /** Plans that run beside each other: most of them wait a minute or two for something to expire. */
    'at-once': { type: 'string', default: '1' },
    /** Only modules with this in their name; nothing is written down then. */
    module: { type: 'string', multiple: true, default: [] },
  },
});

const [command = '', ...names] = positionals;
const print = (line: string) => process.stdout.write(`${line}\n`);

const place: Place = {
  issuer: options.issuer,
  suite: options.suite,
  administrator: { username: options.username, password: options.password },
  person: { username: 'conformance-ada', password: 'a bridge of four coloured stones' },
  approver: { username: 'conformance-grace', password: 'seven moths in an old relay' },
  resource: options.resource,
  approval: options.approval,
  folder: resolve(options.folder),
};

const countersign = () => {
  const { username, password } = place.administrator;
  if (password === '') {
    throw new Error('the administrator’s password is needed: --password, or COUNTERSIGN_ADMIN_PASSWORD');
  }
  return countersignAt(place.issuer, username, password);
};

async function configure(plans: readonly Plan[]): Promise<void> {
  const server = countersign();
  await configurePlace(server, place);
  for (const plan of plans) print(await configurePlan(server, place, plan));
}

/** How many modules ended how, for people. */
function counted({ modules }: PlanResult): string {
  const counts = new Map<string, number>();
  for (const { result } of Object.values(modules)) counts.set(result, (counts.get(result) ?? 0) + 1);
  return Array.from(counts, ([result, count]) => `${count} ${result}`).join(', ');
}

/** Plans that may run beside each other; those of one lane run one after the other. */
function lanesOf(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  // Whoever approves for the person approves whatever waits for the person.
  const isCiba = ({ suitePlan }: Plan) => suitePlan.startsWith('fapi-ciba');
  return [plans.filter(isCiba), ...plans.filter((plan) => !isCiba(plan)).map((plan) => [plan])].filter(
    (lane) => lane.length > 0,
  );
}

async function run(plans: readonly Plan[]): Promise<void> {
  await using _ = await startSurroundings(place);
  const suite = suiteAt(place.suite);
  const server = countersign();
  let results = await readResults();
  let writing = Promise.resolve();

  const runOne = async (plan: Plan): Promise<void> => {
    const variant = Object.entries(plan.variant).map(([name, value]) => `[${name}=${value}]`);
    print(`${plan.name}: ${plan.suitePlan}${variant.join('')}`);
    const told: Told = (module, { result, findings }, seconds) => {
      print(`${plan.name}: ${result} ${module} (${seconds.toFixed(1)} s)`);
      for (const finding of findings) print(`  ${finding.result} ${finding.condition}: ${finding.message}`);
    };
    const result = await runPlan(suite, server, place, plan, told, options.module);
    print(`${plan.name}: ${counted(result)}`);
    if (options.module.length > 0) return;
    results = { ...results, [plan.name]: result };
    const names = PLANS.map(({ name }) => name);
    writing = writing.then(() => writeResults(results, names));
    await writing;
  };

  const lanes = lanesOf(plans).values();
  const worker = async (): Promise<void> => {
    for (const lane of lanes) for (const plan of lane) await runOne(plan);
  };
  await Promise.all(Array.from({ length: Number(options['at-once']) }, worker));
}

switch (command) {
  case 'configure':
    await configure(plansNamed(names));
    break;
  case 'run':
    await run(plansNamed(names));
    break;
  case 'report':
    await writeFile(CONFORMANCE_DOCUMENT, conformancePage(await readResults()));
    break;
  default:
    print('npm run conformance -- configure|run|report [PLAN…]');
    print(`plans: ${PLANS.map(({ name }) => name).join(' ')}`);
    process.exitCode = 2;
}

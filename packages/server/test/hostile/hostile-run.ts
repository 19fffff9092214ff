import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunningCountersign } from '../countersign-process.ts';
import { ATTACKS, noise } from './attacks.ts';
import { Chance } from './chance.ts';
import { createHostileHome, type Deployment, type HostileHome, nameOf } from './hostile-world.ts';
import { Tally } from './tally.ts';

export type HostileRunOptions = {
  readonly seed: string;
  readonly deployments: readonly Deployment[];
  /** Attacks on each deployment; a registration counts as one, whatever requests it is made of. */
  readonly attacks: number;
  /** Commands given strange certificates, in all. */
  readonly commands: number;
  /** Begins no attack after it, in milliseconds since the epoch. */
  readonly until?: number;
  readonly report: (line: string) => void;
};

const AT_ONCE = 6;

const Counts = z.object({
  items: z.array(z.object({ type: z.string(), outcome: z.string(), count: z.number() })),
});

/** Refusals that no answer names: of connections, and of notices that this server sends. */
const UNANSWERED = new Set(['handshake.refused', 'connection.refused', 'logout_token.refused']);

/** How often each type happened that is no success, exactly. */
async function refusalsOf(home: HostileHome, since: number): Promise<ReadonlyMap<string, number>> {
  const { status, text } = await home.ask(`/api/admin/v1/events/counts?since=${since}`);
  assert.equal(status, 200, text);
  const found = new Map<string, number>();
  for (const { type, outcome, count } of Counts.parse(JSON.parse(text)).items) {
    if (outcome !== 'success') found.set(type, (found.get(type) ?? 0) + count);
  }
  return found;
}

const answered = (counts: ReadonlyMap<string, number>): number =>
  Array.from(counts).reduce(
    (sum, [type, count]) => (type.endsWith('.refused') && !UNANSWERED.has(type) ? sum + count : sum),
    0,
  );

/** Runs `work` for 0, 1, 2 …, a few at once, until it has been called `count` times or says no more. */
async function atOnce(count: number, work: (index: number) => Promise<boolean>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count && (await work(next++)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Gives strange certificates to the commands that read some; a refusal is 1 or 2, and shows no stack. */
async function giveToCommands(
  hostile: HostileHome,
  deployment: Deployment,
  { seed, commands }: HostileRunOptions,
  tally: Tally,
): Promise<void> {
  const { home } = hostile;
  const world = hostile.world(deployment);
  await atOnce(commands, async (index) => {
    const chance = new Chance(`${seed} command ${index}`);
    const path = join(home.home, `strange-${index}.pem`);
    await writeFile(
      path,
      chance.happens(70) ? world.certificate(chance).cert : world.certificate(chance).der,
    );
    const args = chance.pick([
      ['certificate', 'inspect', path],
      ['explain', '--cert', path, '--client', chance.pick(world.clientIds)],
      ['truststore', 'import', path, '--alias', `strange-${index}`],
      ['truststore', 'list'],
      ['client', 'list'],
    ]);
    const { code, stderr } = await home.command(...args);
    if (code > 2 || /\n\s+at /.test(stderr)) {
      tally.problems.push(`seed ${seed}, command ${index} (${args.join(' ')}): exit ${code}: ${stderr}`);
    }
    return true;
  });
}

/** What the log has of what was thrown, by the events that problems name. */
const thrown = (server: RunningCountersign, { problems }: Tally): readonly string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => {
      const [, event_id] = /"stack":.*"event_id":"([^"]+)"/.exec(line) ?? [];
      return event_id !== undefined && problems.some((problem) => problem.includes(event_id));
    });

/** Errors in the log: of what strangers send none is the server's fault, and whoever watches its log is not to be called for it. */
const errorsOf = (server: RunningCountersign): readonly string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => /^\{"level":[56]0,/.test(line));

async function attackDeployment(
  hostile: HostileHome,
  server: RunningCountersign,
  deployment: Deployment,
  options: HostileRunOptions,
): Promise<Tally> {
  const { seed, attacks, until = Number.POSITIVE_INFINITY } = options;
  const since = Date.now() - 60_000;
  const before = await refusalsOf(hostile, 0);
  const world = hostile.world(deployment);
  const tally = new Tally();
  const where = nameOf(deployment);
  await atOnce(attacks, async (index) => {
    const chance = new Chance(`${seed} ${where} ${index}`);
    const name = chance.pick(Object.keys(ATTACKS));
    const what = `seed ${seed}, ${where}, attack ${index} (${name})`;
    await ATTACKS[name]?.(world, chance, tally, what);
    return server.process.exitCode === null && Date.now() < until;
  });
  assert.equal(server.process.exitCode, null, `the server ended:\n${server.output().slice(-5000)}`);
  const after = await refusalsOf(hostile, 0);
  const grown = new Map(
    Array.from(after, ([type, count]): [string, number] => [type, count - (before.get(type) ?? 0)]).filter(
      ([, count]) => count > 0,
    ),
  );
  if (answered(grown) !== tally.refusals) {
    tally.problems.push(
      `seed ${seed}, ${where}: ${tally.refusals} answers name an event, ${answered(grown)} events were counted: ${JSON.stringify(Object.fromEntries(grown))}`,
    );
  }
  const handshakes = grown.get('handshake.refused') ?? 0;
  if (handshakes !== tally.closed) {
    tally.problems.push(
      `seed ${seed}, ${where}: ${tally.closed} connections ended, ${handshakes} events of refused handshakes`,
    );
  }
  if (grown.has('listener.failed')) {
    const { text } = await hostile.ask(`/api/admin/v1/events?type=listener.failed&since=${since}&limit=5`);
    tally.problems.push(`seed ${seed}, ${where}: listeners failed: ${text.slice(0, 2000)}`);
  }
  await atOnce(Math.ceil(attacks / 10), async (index) => {
    await noise(
      world,
      new Chance(`${seed} ${where} noise ${index}`),
      tally,
      `seed ${seed}, ${where}, noise ${index}`,
    );
    return true;
  });
  assert.equal(server.process.exitCode, null, `the server ended:\n${server.output().slice(-5000)}`);
  assert.ok(await hostile.isReady(), `the server is not ready:\n${server.output().slice(-5000)}`);
  tally.problems.push(
    ...errorsOf(server).map((line) => `seed ${seed}, ${where}: an error in the log: ${line}`),
  );
  options.report([`${where}: ${tally}`, ...tally.problems, ...thrown(server, tally)].join('\n'));
  return tally;
}

/**
 * Has a server attacked with strange certificates, headers, forms, registrations and key sets, one deployment after
 * the other on the same home, and holds what its callers saw against the events it counted.
 * @throws AssertionError when the server ends or is not ready
 */
export async function hostileRun(
  t: { after(end: () => Promise<void>): void },
  options: HostileRunOptions,
): Promise<Tally> {
  const total = new Tally();
  const hostile = await createHostileHome(t, options.seed);
  let last: Deployment | undefined;
  for (const deployment of options.deployments) {
    if (Date.now() >= (options.until ?? Number.POSITIVE_INFINITY)) break;
    const server = await hostile.restart(deployment);
    total.add(await attackDeployment(hostile, server, deployment, options));
    last = deployment;
  }
  if (last) await giveToCommands(hostile, last, options, total);
  assert.ok(await hostile.isReady());
  options.report(`in all: ${total}`);
  return total;
}

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApprovals } from './approver.ts';
import type { Countersign } from './countersign.ts';
import { configurationFile, left, type Place } from './place.ts';
import type { Plan } from './plans.ts';
import { startResourceServer } from './resource-server.ts';
import { kept, type ModuleResult, type PlanResult } from './results.ts';
import type { ModuleOutcome, Suite } from './suite.ts';

/** What is told while a plan runs. */
export type Told = (module: string, outcome: ModuleOutcome, seconds: number) => void;

/** What answers the suite beside the server, for as long as plans run. */
export async function startSurroundings(place: Place): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const identity = await left(place, 'resource-server');
  const { secret } = await left(place, 'approver');
  stack.use(await startResourceServer(place.issuer, place.resource, identity));
  stack.use(await startApprovals(place.issuer, place.approval, place.approver, secret));
  return stack.move();
}

/** The suite waits for nothing once it started this module: a key is rotated before, when it has read them all. */
const ROTATES = 'oidcc-server-rotate-keys';
/** It compares new keys of RSA and elliptic curves alone, and fails for one of Ed25519. */
const ROTATED_ALGORITHM = 'RS256';
/** How long other processes of the server take at most to sign with the new keys. */
const ROTATED_MS = 3_000;

/**
 * Runs a plan that `configure` wrote, or those modules of it whose name contains one of `only`.
 * @returns its results as they are kept
 */
export async function runPlan(
  suite: Suite,
  countersign: Countersign,
  place: Place,
  plan: Plan,
  told: Told,
  only: readonly string[] = [],
): Promise<PlanResult> {
  const configuration: unknown = JSON.parse(await readFile(configurationFile(place, plan.name), 'utf8'));
  const { id, modules } = await suite.createPlan(plan.suitePlan, plan.variant, configuration);
  const results: Record<string, ModuleResult> = {};
  for (const module of modules) {
    if (only.length > 0 && !only.some((name) => module.testModule.includes(name))) continue;
    const began = performance.now();
    const outcome = await suite.runModule(id, module, async (name) => {
      if (name !== ROTATES) return;
      await countersign.rotateKey(ROTATED_ALGORITHM);
      await sleep(ROTATED_MS);
    });
    told(module.testModule, outcome, (performance.now() - began) / 1_000);
    results[module.testModule] = kept(outcome);
  }
  return { suite: await suite.version(), date: new Date().toISOString().slice(0, 10), modules: results };
}

import { bare, bareAndSign, bareWithWorkers, limit } from './bare.ts';
import { countersign, countersignWithWorkers } from './countersign.ts';
import { hydra } from './hydra.ts';
import { keycloak } from './keycloak.ts';
import { oidcProvider } from './oidc-provider.ts';
import type { Target } from './target.ts';

/** What is compared when nothing is said. */
export const TARGETS: readonly Target[] = [
  bare,
  bareAndSign,
  limit,
  oidcProvider,
  countersign,
  keycloak,
  hydra,
];

const WITH_WORKERS = /^(countersign|bare)-([1-9]\d?)-workers$/;

/** The names that `targetNamed` knows, for people. */
export const TARGET_NAMES: readonly string[] = [
  ...TARGETS.map(({ name }) => name),
  'countersign-N-workers',
  'bare-N-workers',
];

/** @returns undefined for a name that is none */
export function targetNamed(name: string): Target | undefined {
  const [, kind, workers] = WITH_WORKERS.exec(name) ?? [];
  if (workers !== undefined) {
    return kind === 'bare' ? bareWithWorkers(Number(workers)) : countersignWithWorkers(Number(workers));
  }
  return TARGETS.find((target) => target.name === name);
}

/** Whether it answers by several processes, which need all processors. */
export const hasWorkers = ({ name }: Target): boolean => WITH_WORKERS.test(name);

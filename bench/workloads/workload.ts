import type { KeyMaterial } from '../key-material.ts';
import type { Client, Role } from '../targets/dialect.ts';
import type { RunningTarget } from '../targets/running.ts';
import type { Plan } from './plan.ts';

/** What a workload is made of. */
export type Workload = {
  readonly title: string;
  /** The clients it needs. */
  readonly roles: readonly Role[];
  readonly plan: (target: RunningTarget, client: Client, material: KeyMaterial) => Plan;
};

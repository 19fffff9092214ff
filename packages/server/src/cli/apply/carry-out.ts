import type { Deployment } from './deployment.ts';
import { KINDS } from './kinds.ts';
import type { Plan, Step } from './plan.ts';
import type { Issued, Making, ResourceKind } from './resource.ts';

/** What was made with a step, and is said once. */
export type IssuedTo = Issued & { readonly kind: ResourceKind; readonly name: string };

/** How far a plan came. */
export type CarriedOut = {
  readonly done: number;
  /** The step that was not done, after which nothing was tried. */
  readonly failed?: { readonly step: Step; readonly error: Error };
};

export const nameOfStep = (step: Step): { readonly kind: ResourceKind; readonly name: string } =>
  step.action === 'remove'
    ? { kind: step.kind, name: step.present.name }
    : { kind: step.wanted.kind, name: step.wanted.name };

function perform(step: Step, making: Making): Promise<void> {
  switch (step.action) {
    case 'create':
      return KINDS[step.wanted.kind].create(step.wanted, making);
    case 'change': {
      const { present, wanted, changed } = step;
      return KINDS[wanted.kind].change(present, wanted, changed, making);
    }
    case 'remove':
      return KINDS[step.kind].remove(step.present, making.deployment);
  }
}

/**
 * Does what a plan says, step by step, each by the revision that the plan saw; stops at the first that is refused or fails.
 * @param onIssued told of what is said once, as soon as it is there
 * @param onStep told how many steps are done
 */
export async function carryOut(
  { steps }: Plan,
  label: string,
  deployment: Deployment,
  onIssued: (issued: IssuedTo) => void,
  onStep: (done: number) => void,
): Promise<CarriedOut> {
  for (const [done, step] of steps.entries()) {
    try {
      await perform(step, {
        label,
        deployment,
        onIssued: (issued) => onIssued({ ...nameOfStep(step), ...issued }),
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { done, failed: { step, error } };
    }
    onStep(done + 1);
  }
  return { done: steps.length };
}

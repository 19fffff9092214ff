import type { Deployment } from './deployment.ts';
import { KINDS } from './kinds.ts';
import type { Plan, Step } from './plan.ts';
import { InvalidResource, type Issued, type ResourceKind } from './resource.ts';

/** What was made with a step, and is said once. */
export type IssuedTo = Issued & { readonly kind: ResourceKind; readonly name: string };

/** How far a plan came. */
export type CarriedOut = {
  readonly done: number;
  /** The step that was refused, after which nothing was tried. */
  readonly failed?: { readonly step: Step; readonly error: Error };
};

export const nameOfStep = (step: Step): { readonly kind: ResourceKind; readonly name: string } =>
  step.action === 'remove'
    ? { kind: step.kind, name: step.present.name }
    : { kind: step.wanted.kind, name: step.wanted.name };

async function perform(step: Step, label: string, deployment: Deployment): Promise<Issued | undefined> {
  switch (step.action) {
    case 'create':
      return await KINDS[step.wanted.kind].create(step.wanted, label, deployment);
    case 'change': {
      const { present, wanted, changed } = step;
      return await KINDS[wanted.kind].change(present, wanted, changed, label, deployment);
    }
    case 'remove':
      await KINDS[step.kind].remove(step.present, deployment);
      return undefined;
  }
}

/**
 * Does what a plan says, step by step, each by the revision that the plan saw; stops at the first that is refused.
 * @param onIssued told of what is said once, as soon as it is there
 * @param onStep told how many steps are done
 * @throws ServerAway and what else is no refusal
 */
export async function carryOut(
  { steps }: Plan,
  label: string,
  deployment: Deployment,
  onIssued: (issued: IssuedTo) => void,
  onStep: (done: number) => void,
  isRefusal: (error: unknown) => boolean,
): Promise<CarriedOut> {
  for (const [done, step] of steps.entries()) {
    try {
      const issued = await perform(step, label, deployment);
      if (issued) onIssued({ ...nameOfStep(step), ...issued });
    } catch (error) {
      const isKnown = error instanceof InvalidResource || isRefusal(error);
      if (!(error instanceof Error) || !isKnown) throw error;
      return { done, failed: { step, error } };
    }
    onStep(done + 1);
  }
  return { done: steps.length };
}

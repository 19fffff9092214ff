import { setTimeout as pause } from 'node:timers/promises';
import { carryOut, openConversation } from './conversation.ts';
import type { KeyMaterial } from './key-material.ts';
import { type Answer, takenFrom } from './response-reader.ts';
import type { RunningTarget } from './targets/running.ts';
import { TargetFailed } from './targets/target.ts';
import type { Plan } from './workloads/plan.ts';

const START_WITHIN_MS = 180_000;
const BETWEEN_TRIES_MS = 5;

/** What servers say while they start: nothing yet, or that they are not there yet. */
const isNotYet = (answer: Answer): boolean => answer.status >= 500 || answer.status === 404;

async function askOnce({ script }: Plan, { folder }: KeyMaterial): Promise<Answer | undefined> {
  const [step] = script.steps;
  if (!step) throw new Error('a plan without steps');
  try {
    const conversation = await openConversation(script.port, script.identity, folder);
    try {
      const outcome = await carryOut(conversation, { ...script, steps: [{ ...step, status: ANY }] }, folder);
      return outcome.answer;
    } finally {
      conversation.close();
    }
  } catch (error) {
    const refused = error instanceof Error && 'code' in error && NOT_LISTENING.includes(String(error.code));
    if (refused) return undefined;
    throw error;
  }
}

const NOT_LISTENING = ['ECONNREFUSED', 'ECONNRESET'];
const ANY = Array.from({ length: 500 }, (_, index) => 100 + index);

/**
 * Asks a server that is starting for a token until it gives one.
 * @param plan of one `client_credentials` request
 * @throws TargetFailed when it does not, or answers anything else
 */
export async function untilFirstToken(
  target: RunningTarget,
  plan: Plan,
  material: KeyMaterial,
): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await Promise.race([askOnce(plan, material), target.ended]);
    if (answer && !isNotYet(answer)) {
      const [step] = plan.script.steps;
      if (step) takenFrom(answer, step);
      return;
    }
    await pause(BETWEEN_TRIES_MS);
  }
  throw new TargetFailed(`${target.name} gives no token after ${START_WITHIN_MS / 1000} s`);
}

/**
 * Does a workload once and makes sure that what comes is the work to be measured.
 * @throws TargetFailed
 */
export async function prove(target: RunningTarget, plan: Plan, { folder }: KeyMaterial): Promise<void> {
  const { script, seeds, proof } = plan;
  const [seed] = await seeds(1);
  const conversation = await openConversation(script.port, script.identity, folder);
  try {
    const { answer, variables } = await Promise.race([
      carryOut(conversation, script, folder, seed),
      target.ended,
    ]);
    try {
      proof.check(answer);
    } catch (cause) {
      throw new Error(`not the work to be measured (${String(cause)}): ${answer.body}`, { cause });
    }
    const [step] = script.steps;
    if (!proof.refusesReplay || !step) return;
    const again = await conversation.say(step, variables);
    if (again.status < 400) throw new Error(`the same request once more was answered ${again.status}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TargetFailed(`${target.name}: ${why}`, { cause });
  } finally {
    conversation.close();
  }
}

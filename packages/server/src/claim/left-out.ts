import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { ClaimDestination, ClaimRule } from './claim-rule.ts';
import type { ClaimOutcome } from './claim-value.ts';

/** How often one that is left out again and again is told of: once in this time, by each process. */
const ONCE_IN = 3_600_000;
const MOST_REMEMBERED = 10_000;

/** What is left out, of which rule, and of whose token. */
export type LeftOut = {
  readonly rule: ClaimRule;
  readonly destination: ClaimDestination;
  readonly client_id: string;
  readonly sub: string;
  readonly because: Extract<ClaimOutcome, { outcome: 'left out' }>;
};

/** Tells operators, and nobody else, that a claim was left out. */
export type TellLeftOut = (leftOut: LeftOut) => void;

export function createTellLeftOut(events: Pick<EventRecorder, 'record'>, clock: Clock): TellLeftOut {
  const told = new LRUCache<string, number>(atMost(MOST_REMEMBERED));
  return ({ rule, destination, client_id, sub, because }) => {
    const now = clock();
    const which = JSON.stringify([rule.claim_rule_id, destination, client_id, sub, because.why]);
    if ((told.get(which) ?? Number.NEGATIVE_INFINITY) > now - ONCE_IN) return;
    told.set(which, now);
    const { why, size, limit } = because;
    events.record({
      type: 'claim.left_out',
      outcome: 'failure',
      client_id,
      object: { kind: 'claim_rule', id: rule.claim_rule_id },
      detail: { claim: rule.claim, destination, sub, why, size, limit },
    });
  };
}

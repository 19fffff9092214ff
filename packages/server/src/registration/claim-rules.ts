import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type ClaimRule, type ClaimSpecification, tellsMore } from '../claim/claim-rule.ts';
import { claimNameProblem } from '../claim/reserved-claims.ts';
import { isAdminScope } from '../client/scope.ts';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { type ManagedChange, managedAfter } from '../managed-by.ts';
import { commitChange, tryChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import { isStandardClaim } from '../user/person-attributes.ts';
import type { Actor } from './actor.ts';
import { changeAgain, checkRevision, type Expected } from './unit-of-change.ts';

/** Thrown for a rule that cannot be: `field` is the member at fault, the message the end of a sentence about it. */
export class InvalidClaimRule extends Error {
  override readonly name = 'InvalidClaimRule';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}

/** Thrown where there is no such rule. */
export class ClaimRuleNotFound extends Error {
  override readonly name = 'ClaimRuleNotFound';
}

/** Rules of a deployment: each token may need all of them looked at. */
const MOST_RULES = 1000;

/** A rule as it is to be, and which files keep it. */
export type SaidClaimRule = ClaimSpecification & ManagedChange;
export type NewClaimRule = SaidClaimRule & {
  readonly claim_rule_id?: string | undefined;
  readonly told_since?: number | undefined;
};

/** Defines claims, and takes them away; each change is written with its one event, and holds on every node at once. */
export type ClaimRules = {
  /** By claim, then the oldest first. */
  list(): Promise<readonly ClaimRule[]>;
  /** @throws ClaimRuleNotFound */
  find(claim_rule_id: string): Promise<ClaimRule>;
  /**
   * @param specification with the `claim_rule_id` of one's choice; a UUID where it has none
   * @param created_at now, unless it was defined elsewhere before
   * @throws InvalidClaimRule
   */
  add(specification: NewClaimRule, by: Actor, created_at?: number): Promise<ClaimRule>;
  /**
   * Puts another rule in the place of one.
   * @throws ClaimRuleNotFound, RevisionMismatch, InvalidClaimRule
   */
  replace(
    claim_rule_id: string,
    specification: SaidClaimRule,
    by: Actor,
    expected?: Expected,
  ): Promise<ClaimRule>;
  /** @throws ClaimRuleNotFound, RevisionMismatch */
  remove(claim_rule_id: string, by: Actor, expected?: Expected): Promise<void>;
};

/** A rule as its audit trail compares it. */
const audited = ({ claim_rule_id: _id, created_at: _at, told_since: _told, ...rule }: ClaimRule) => {
  const { revision: _revision, ...specification } = rule;
  return specification;
};

function eventOf(
  type: EventType,
  by: Actor,
  before: ClaimRule | undefined,
  after: ClaimRule | undefined,
  claim_rule_id: string,
): EventDraft {
  const { client_id, claim } = after ?? before ?? {};
  return {
    type,
    outcome: 'success',
    actor: by,
    object: { kind: 'claim_rule', id: claim_rule_id },
    ...(client_id !== undefined && { client_id }),
    changes: changesBetween(before && audited(before), after && audited(after)),
    ...(claim !== undefined && { detail: { claim } }),
  };
}

/** Rules between the members of a specification. @throws InvalidClaimRule */
export function checkClaimMembers({
  claim,
  scope,
  client_id,
  source,
  destinations,
  form,
}: ClaimSpecification): void {
  const name = claimNameProblem(claim);
  if (name !== undefined) throw new InvalidClaimRule('claim', name);
  const isOwn = source.from === 'person_attribute' && source.attribute === claim;
  if (isStandardClaim(claim) && !isOwn) {
    throw new InvalidClaimRule(
      'claim',
      `${claim} is a claim of OpenID Connect about a person: it can be made of the attribute ${claim} alone`,
    );
  }
  if (scope === undefined && client_id === undefined)
    throw new InvalidClaimRule('scope', 'or client_id is needed: a claim is for a scope, a client or both');
  if (scope !== undefined && isAdminScope(scope))
    throw new InvalidClaimRule(
      'scope',
      `${scope} is a scope of the admin API, whose tokens have no such claims`,
    );
  if (new Set(destinations).size < destinations.length)
    throw new InvalidClaimRule('destinations', 'names a place twice');
  if (source.from === 'value' && Array.isArray(source.value) && form === 'single')
    throw new InvalidClaimRule('form', 'is list where the value is one');
}

export function createClaimRules(
  storage: Pick<Storage, 'claimRules' | 'attributeDefinitions' | 'clients' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  clock: Clock,
): ClaimRules {
  const { claimRules, attributeDefinitions, clients } = storage;

  const find = async (claim_rule_id: string): Promise<ClaimRule> => {
    const rule = await claimRules.find(claim_rule_id);
    if (!rule) throw new ClaimRuleNotFound(`there is no claim rule ${claim_rule_id}`);
    return rule;
  };

  /** @throws InvalidClaimRule */
  const check = async (specification: ClaimSpecification): Promise<void> => {
    checkClaimMembers(specification);
    const { client_id, source } = specification;
    if (client_id !== undefined && !(await clients.find(client_id)))
      throw new InvalidClaimRule('client_id', `${client_id} is no client`);
    if (source.from !== 'person_attribute' || isStandardClaim(source.attribute)) return;
    if (await attributeDefinitions.find(source.attribute)) return;
    throw new InvalidClaimRule(
      'source.attribute',
      `${source.attribute} is neither defined nor a claim of OpenID Connect: countersign attribute add ${source.attribute} --type string`,
    );
  };

  return {
    list: () => claimRules.list(),
    find,

    async add(said, by, created_at = clock()) {
      const { claim_rule_id = randomUUID(), told_since, managed_by, ...specification } = said;
      await check(specification);
      if ((await claimRules.list()).length >= MOST_RULES)
        throw new InvalidClaimRule('claim', `would be one of more than ${MOST_RULES} rules`);
      const rule = {
        ...specification,
        ...managedAfter({}, managed_by),
        claim_rule_id,
        created_at,
        ...(told_since !== undefined && { told_since }),
        revision: 1,
      };
      const event = eventOf('claim_rule.created', by, undefined, rule, claim_rule_id);
      try {
        await commitChange({ storage, events }, [claimRules.steps.insert(rule)], event);
      } catch (error) {
        if (!(error instanceof UnitRefused)) throw error;
        throw new InvalidClaimRule('claim_rule_id', `${claim_rule_id} names a rule already`);
      }
      return rule;
    },

    replace: (claim_rule_id, { managed_by, ...specification }, by, expected) =>
      changeAgain(async () => {
        const before = await find(claim_rule_id);
        checkRevision(`the claim rule ${claim_rule_id}`, before.revision, expected);
        await check(specification);
        const { created_at, told_since: told } = before;
        const told_since = tellsMore(before, specification) ? clock() : told;
        const after = {
          ...specification,
          ...managedAfter(before, managed_by),
          claim_rule_id,
          created_at,
          ...(told_since !== undefined && { told_since }),
          revision: before.revision + 1,
        };
        if (isDeepStrictEqual(audited(before), audited(after))) return before;
        const event = eventOf('claim_rule.updated', by, before, after, claim_rule_id);
        await commitChange({ storage, events }, [claimRules.steps.update(after)], event);
        return after;
      }),

    async remove(claim_rule_id, by, expected) {
      // One that cannot be read can be removed all the same.
      const before = await unlessUnreadable(claimRules.find(claim_rule_id));
      if (before) checkRevision(`the claim rule ${claim_rule_id}`, before.revision, expected);
      const event = eventOf('claim_rule.removed', by, before, undefined, claim_rule_id);
      const { outcome } = await tryChange(
        { storage, events },
        [claimRules.steps.remove(claim_rule_id)],
        event,
      );
      if (outcome === 'refused') throw new ClaimRuleNotFound(`there is no claim rule ${claim_rule_id}`);
    },
  };
}

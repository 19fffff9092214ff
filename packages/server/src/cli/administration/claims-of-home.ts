import { attributeAnswer } from '../../admin/attribute-resource.ts';
import { claimRuleAnswer } from '../../admin/claim-rule-resource.ts';
import { createAttributeDefinitions } from '../../registration/attribute-definitions.ts';
import { createClaimRules } from '../../registration/claim-rules.ts';
import type { OpenHome } from '../../server/open-home.ts';
import { operator } from '../run-command.ts';
import type { AttributeAdministration, ClaimRuleAdministration } from './administration.ts';

/** The claims that the operators of a home define. */
export function claimRulesOfHome({ storage, events, clock }: OpenHome): ClaimRuleAdministration {
  const rules = createClaimRules(storage, events, clock);
  return {
    list: async () => (await rules.list()).map(claimRuleAnswer),
    find: async (claim_rule_id) => claimRuleAnswer(await rules.find(claim_rule_id)),
    add: async (specification) => claimRuleAnswer(await rules.add(specification, operator())),
    replace: async (claim_rule_id, specification, revision) =>
      claimRuleAnswer(await rules.replace(claim_rule_id, specification, operator(), [revision])),
    remove: (claim_rule_id) => rules.remove(claim_rule_id, operator()),
  };
}

/** The attributes of people that a home defines. */
export function attributesOfHome({ storage, events, clock }: OpenHome): AttributeAdministration {
  const definitions = createAttributeDefinitions(storage, events, clock);
  return {
    list: async () => (await definitions.list()).map(attributeAnswer),
    find: async (name) => attributeAnswer(await definitions.find(name)),
    add: async (name, specification) =>
      attributeAnswer(await definitions.add(name, specification, operator())),
    replace: async (name, specification, revision) =>
      attributeAnswer(await definitions.replace(name, specification, operator(), [revision])),
    remove: (name) => definitions.remove(name, operator()),
  };
}

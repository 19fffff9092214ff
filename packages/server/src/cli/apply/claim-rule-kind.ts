import { ClaimRuleAnswer } from '../../admin/claim-rule-resource.ts';
import { ClaimRuleId, ClaimSpecification } from '../../claim/claim-rule.ts';
import { listedKind } from './listed-kind.ts';
import { fileOf } from './resource-schema.ts';

/** What tokens and answers say beside; the name of a file is the `claim_rule_id`. */
export const claimRuleKind = listedKind({
  kind: 'claim_rule',
  File: fileOf('claim_rule', ClaimSpecification.shape, ClaimRuleId),
  Specification: ClaimSpecification,
  Answer: ClaimRuleAnswer,
  nameOf: ({ claim_rule_id }) => claim_rule_id,
  named: (claim_rule_id) => ({ claim_rule_id }),
  path: '/claim-rules',
  reads: 'clients:read',
  writes: 'clients:write',
  defaults: {},
});

import { z } from 'zod';
import {
  CLAIM_DESTINATIONS,
  type ClaimRule,
  ClaimRuleId,
  ClaimSource,
  ClaimSpecification,
  toldSince,
} from '../claim/claim-rule.ts';
import { ManagedBy, ManagedByChange } from '../managed-by.ts';
import type { ClaimRules } from '../registration/claim-rules.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const Source = ClaimSource.describe(
  'What the claim is made of. Groups, roles and attributes of a person are those of whom the token speaks.',
);
export const ClaimRuleAnswer = z
  .object({
    claim_rule_id: z.string(),
    claim: z.string(),
    scope: z.string().optional(),
    client_id: z.string().optional(),
    source: Source,
    destinations: z.array(z.enum(CLAIM_DESTINATIONS)),
    form: z.enum(['single', 'list']),
    max_size: z.int().optional().describe('Octets of the claim as JSON.'),
    description: z.string().optional().describe('What people read of it on the consent page.'),
    managed_by: ManagedBy.optional(),
    created_at: Timestamp,
    told_since: Timestamp.describe(
      'Since when the consent page tells of it: whoever agreed before gives nothing by it until asked again.',
    ),
    revision: z.int(),
  })
  .meta({ id: 'ClaimRule' });

/** A claim rule as administrators see it. */
export function claimRuleAnswer(rule: ClaimRule): z.infer<typeof ClaimRuleAnswer> {
  const { claim_rule_id, claim, scope, client_id, source, destinations, form } = rule;
  const { max_size, description, managed_by, created_at, revision } = rule;
  return {
    claim_rule_id,
    claim,
    ...(scope !== undefined && { scope }),
    ...(client_id !== undefined && { client_id }),
    source,
    destinations: [...destinations],
    form,
    ...(max_size !== undefined && { max_size }),
    ...(description !== undefined && { description }),
    ...(managed_by !== undefined && { managed_by }),
    created_at: timestamp(created_at),
    told_since: timestamp(toldSince(rule)),
    revision,
  };
}

const Body = ClaimSpecification.extend({ managed_by: ManagedByChange }).meta({ id: 'ClaimSpecification' });
const NewRule = ClaimSpecification.extend({
  claim_rule_id: ClaimRuleId.optional().describe('A UUID when absent.'),
  managed_by: ManagedBy.optional(),
}).meta({ id: 'NewClaimRule' });
const ById = z.object({ claim_rule_id: z.string() });
const tag = 'claims';

/** `/claim-rules`: the claims that operators define. They may be those of every client: who writes some clients alone has none. */
export function claimRuleRoutes(rules: ClaimRules): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/claim-rules',
      summary: 'List claim rules, by claim',
      tag,
      area: 'clients',
      access: 'read',
      also: 'clients:read',
      response: allOf('ClaimRules', ClaimRuleAnswer),
      handle: async () => ({ items: (await rules.list()).map(claimRuleAnswer) }),
    }),
    adminRoute({
      method: 'POST',
      path: '/claim-rules',
      summary: 'Define a claim; it counts at once, on every node',
      tag,
      area: 'clients',
      access: 'write',
      also: 'clients:write',
      body: NewRule,
      response: ClaimRuleAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body, administrator, showRevision }) => {
        const rule = await rules.add(body, administrator);
        showRevision(rule.revision);
        return claimRuleAnswer(rule);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/claim-rules/{claim_rule_id}',
      summary: 'Show a claim rule',
      tag,
      area: 'clients',
      access: 'read',
      also: 'clients:read',
      params: ById,
      response: ClaimRuleAnswer,
      versioned: 'shown',
      handle: async ({ params, showRevision }) => {
        const rule = await rules.find(params.claim_rule_id);
        showRevision(rule.revision);
        return claimRuleAnswer(rule);
      },
    }),
    adminRoute({
      method: 'PUT',
      path: '/claim-rules/{claim_rule_id}',
      summary: 'Put another rule in the place of one',
      tag,
      area: 'clients',
      access: 'write',
      also: 'clients:write',
      params: ById,
      body: Body,
      response: ClaimRuleAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, showRevision }) => {
        const rule = await rules.replace(params.claim_rule_id, body, administrator, expected);
        showRevision(rule.revision);
        return claimRuleAnswer(rule);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/claim-rules/{claim_rule_id}',
      summary: 'Take a claim away; tokens that have it keep it until they end',
      tag,
      area: 'clients',
      access: 'write',
      also: 'clients:write',
      params: ById,
      versioned: 'conditional',
      handle: ({ params, administrator, expected }) =>
        rules.remove(params.claim_rule_id, administrator, expected),
    }),
  ];
}

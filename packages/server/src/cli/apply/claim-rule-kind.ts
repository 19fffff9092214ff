import { z } from 'zod';
import { ClaimRuleAnswer } from '../../admin/claim-rule-resource.ts';
import { ClaimRuleId, ClaimSpecification } from '../../claim/claim-rule.ts';
import { pathOf } from '../administration/admin-api-client.ts';
import type { Api } from './deployment.ts';
import { type Fields, type Kind, type Present, saidOf, withoutDefaults } from './resource.ts';
import { bodyIn, fileOf, filledIn } from './resource-schema.ts';

const File = fileOf('claim_rule', ClaimSpecification.shape, ClaimRuleId);
const All = z.object({ items: z.array(ClaimRuleAnswer) });

const presentOf = (answer: z.output<typeof ClaimRuleAnswer>): Present => {
  const { claim_rule_id, managed_by, revision } = answer;
  return {
    name: claim_rule_id,
    id: claim_rule_id,
    revision,
    ...(managed_by !== undefined && { managed_by }),
    fields: filledIn(ClaimSpecification, answer),
  };
};

const list = async (api: Api): Promise<readonly Present[]> =>
  (await api.read({ method: 'GET', path: '/claim-rules', needs: 'clients:read' }, All)).items.map(presentOf);

const needs = 'clients:write';

/** What tokens and answers say beside; the name of a file is the `claim_rule_id`. */
export const claimRuleKind: Kind = {
  kind: 'claim_rule',
  File,
  keyOf: (name) => name,
  fieldsOf: async (given): Promise<Fields> => filledIn(ClaimSpecification, bodyIn(File, given)),
  present: ({ api }) => list(api),
  async *all({ api }) {
    yield* await list(api);
  },
  bodyOf: async ({ fields }) => withoutDefaults(fields, {}),
  async create({ name, fields }, { label: managed_by, deployment: { api } }) {
    const body = { claim_rule_id: name, ...saidOf(fields), managed_by };
    await api.done({ method: 'POST', path: '/claim-rules', needs, body });
  },
  async change({ id, revision }, { fields }, _changed, { label: managed_by, deployment: { api } }) {
    const body = { ...saidOf(fields), managed_by };
    await api.done({ method: 'PUT', path: pathOf`/claim-rules/${id}`, needs, body, ifMatch: [revision] });
  },
  remove: ({ id, revision }, { api }) =>
    api.done({ method: 'DELETE', path: pathOf`/claim-rules/${id}`, needs, ifMatch: [revision] }),
};

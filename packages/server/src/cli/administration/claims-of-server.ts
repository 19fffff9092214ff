import { AttributeAnswer } from '../../admin/attribute-resource.ts';
import { ClaimRuleAnswer } from '../../admin/claim-rule-resource.ts';
import { type AdminApi, pathOf } from './admin-api-client.ts';
import { all } from './admin-api-listing.ts';
import type { AttributeAdministration, ClaimRuleAdministration } from './administration.ts';

/** The claims that the operators of a server elsewhere define. */
export function claimRulesOfServer(api: AdminApi): ClaimRuleAdministration {
  const path = '/claim-rules';
  const [read, write] = ['clients:read', 'clients:write'] as const;
  const pathTo = (claim_rule_id: string) => pathOf`/claim-rules/${claim_rule_id}`;
  return {
    list: async () => (await api.read({ method: 'GET', path, needs: read }, all(ClaimRuleAnswer))).items,
    find: (claim_rule_id) =>
      api.read({ method: 'GET', path: pathTo(claim_rule_id), needs: read }, ClaimRuleAnswer),
    add: (body) => api.read({ method: 'POST', path, needs: write, body }, ClaimRuleAnswer),
    replace: (claim_rule_id, body, revision) => {
      const asked = { method: 'PUT', path: pathTo(claim_rule_id), needs: write, body } as const;
      return api.read({ ...asked, ifMatch: [revision] }, ClaimRuleAnswer);
    },
    remove: (claim_rule_id) => api.done({ method: 'DELETE', path: pathTo(claim_rule_id), needs: write }),
  };
}

/** The attributes of people that a server elsewhere defines. */
export function attributesOfServer(api: AdminApi): AttributeAdministration {
  const path = '/attributes';
  const [read, write] = ['people:read', 'people:write'] as const;
  const pathTo = (name: string) => pathOf`/attributes/${name}`;
  return {
    list: async () => (await api.read({ method: 'GET', path, needs: read }, all(AttributeAnswer))).items,
    find: (name) => api.read({ method: 'GET', path: pathTo(name), needs: read }, AttributeAnswer),
    add: (name, specification) => {
      const body = { name, ...specification };
      return api.read({ method: 'POST', path, needs: write, body }, AttributeAnswer);
    },
    replace: (name, body, revision) => {
      const asked = { method: 'PUT', path: pathTo(name), needs: write, body } as const;
      return api.read({ ...asked, ifMatch: [revision] }, AttributeAnswer);
    },
    remove: (name) => api.done({ method: 'DELETE', path: pathTo(name), needs: write }),
  };
}

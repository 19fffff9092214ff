import { isDeepStrictEqual } from 'node:util';
import type { ClaimRule } from '../claim/claim-rule.ts';
import { checkClaimMembers, InvalidClaimRule } from '../registration/claim-rules.ts';
import { isStandardClaim } from '../user/person-attributes.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

function specificationOf(rule: ClaimRule) {
  const { claim_rule_id: _id, created_at: _at, told_since: _told, ...rest } = rule;
  const { managed_by: _label, revision: _revision, ...specification } = rest;
  return specification;
}

/** Judges and writes rules of claims, whose name says little: one that says the same is the same. */
export function claimRuleWriter({ claims, names, by }: WriterContext): RecordWriter<'claim_rule'> {
  return {
    async judge({ kind: _kind, claim_rule_id, told_since, managed_by, created_at, ...specification }) {
      const rules = await claims.list();
      if (rules.some((rule) => isDeepStrictEqual(specificationOf(rule), specification)))
        return { verdict: 'present' };
      if (rules.some((rule) => rule.claim_rule_id === claim_rule_id))
        return { verdict: 'differs', fields: ['claim_rule_id'] };
      try {
        checkClaimMembers(specification);
      } catch (error) {
        if (!(error instanceof InvalidClaimRule)) throw error;
        return { verdict: 'refused', field: error.field, why: error.message };
      }
      const { client_id, source } = specification;
      if (client_id !== undefined && !(await names.has('client', client_id)))
        return {
          verdict: 'refused',
          field: 'client_id',
          why: `there is no client ${JSON.stringify(client_id)}`,
        };
      if (
        source.from === 'person_attribute' &&
        !isStandardClaim(source.attribute) &&
        !(await names.has('attribute', source.attribute))
      )
        return {
          verdict: 'refused',
          field: 'source.attribute',
          why: `the attribute ${JSON.stringify(source.attribute)} is not defined`,
        };
      const write = async () => {
        await claims.add({ ...specification, claim_rule_id, told_since, managed_by }, by, created_at);
      };
      return { verdict: 'add', writing: { in: 'own unit', write } };
    },
  };
}

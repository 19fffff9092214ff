import { isDeepStrictEqual } from 'node:util';
import type { ClaimRule } from '../claim/claim-rule.ts';
import { checkClaimMembers, InvalidClaimRule } from '../registration/claim-rules.ts';
import { isStandardClaim } from '../user/person-attributes.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

const specificationOf = ({ claim_rule_id: _id, created_at: _at, revision: _revision, ...rule }: ClaimRule) =>
  rule;

/** Judges and writes rules of claims, which have no name: one that says the same is the same. */
export function claimRuleWriter({ claims, names, by }: WriterContext): RecordWriter<'claim_rule'> {
  return {
    async judge({ kind: _kind, ...specification }) {
      const rules = await claims.list();
      if (rules.some((rule) => isDeepStrictEqual(specificationOf(rule), specification)))
        return { verdict: 'present' };
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
        await claims.add(specification, by);
      };
      return { verdict: 'add', writing: { in: 'own unit', write } };
    },
  };
}

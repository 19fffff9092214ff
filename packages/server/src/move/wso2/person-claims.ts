import { ownMember } from '../../own-member.ts';
import { ATTRIBUTE_NAME } from '../../user/attribute-definition.ts';
import { isStandardClaim, standardClaimProblem } from '../../user/person-attributes.ts';
import { claimValue } from '../claim-value.ts';
import type { Finding } from '../source.ts';
import { CLAIM_OF_ATTRIBUTE } from './local-claims.ts';

/** A row of `UM_USER_ATTRIBUTE`. */
export type Attribute = { readonly name: string; readonly value: string };

/** What says something of the account alone, and was gone through before or is kept otherwise. */
const OF_THE_ACCOUNT = new Set([
  'uid',
  'username',
  'userid',
  'scimid',
  'accountlock',
  'accountlocked',
  'accountdisabled',
  'accountstate',
  'adminforcedpasswordreset',
  'forcepasswordreset',
  'totpenabled',
  'secretkey',
  'createddate',
  'lastmodifieddate',
  'lastlogontime',
  'lastpasswordupdate',
  'failedloginattempts',
  'failedlogincount',
  'unlocktime',
  'ref',
  'resourcetype',
  'location',
  'profileconfiguration',
]);

/** A claim of a person as it stands in the account, and what is wrong with it otherwise. */
function judgedValue(claim: string, text: string): { value: unknown } | { problem: string } {
  if (!isStandardClaim(claim)) return { value: text };
  const value = claimValue(claim, text);
  const problem = standardClaimProblem(claim, value);
  return problem === undefined ? { value } : { problem };
}

const lost = (field: string, ours: string, why: string): Finding => ({ field, ours, outcome: 'lost', why });

/**
 * The claims of somebody by the attributes of a user store: those of OIDC Core §5.1 under their names, the parts of an
 * address together, others as attributes under their own. A value that the standard’s claim cannot have is left out.
 */
export function claimsOf(attributes: readonly Attribute[]): {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
} {
  const claims = new Map<string, unknown>();
  const address = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { name, value: text } of attributes) {
    if (OF_THE_ACCOUNT.has(name.toLowerCase())) continue;
    const claim = ownMember(CLAIM_OF_ATTRIBUTE, name) ?? name;
    if (claim.startsWith('address.')) {
      address.set(claim.slice('address.'.length), text);
      continue;
    }
    if (!ATTRIBUTE_NAME.test(claim)) {
      findings.push(lost(name, 'attributes', 'It is no name of an attribute here.'));
      continue;
    }
    const judged = judgedValue(claim, text);
    if ('problem' in judged)
      findings.push(lost(name, claim, `${claim} ${judged.problem}; this value is none.`));
    else claims.set(claim, judged.value);
  }
  if (address.size > 0) claims.set('address', Object.fromEntries(address));
  return { claims: Object.fromEntries(claims), findings };
}

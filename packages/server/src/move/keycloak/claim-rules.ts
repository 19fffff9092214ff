import { shown } from '../finding.ts';
import type { MovedItem } from '../source.ts';
import { MAPPERS } from './fields.ts';
import { type ClaimOfAttribute, insteadOf, isKnownMapper, isUntold, mapped } from './mapped-claim.ts';
import { noting } from './noting.ts';
import type { ClientScope, KeycloakClient, ProtocolMapper } from './representation.ts';

function findingsOf(mapper: ProtocolMapper, outcome: ReturnType<typeof mapped>, where: string) {
  const told = noting(MAPPERS);
  if (!isKnownMapper(mapper.protocolMapper)) {
    told.noteUnknown(where, 'lost', `${shown(mapper.protocolMapper)} is no mapper that is known here`);
    return told.findings;
  }
  if (outcome.to === 'scope') {
    told.noteUnknown(
      where,
      'same',
      'UserInfo gives it by the scope, and a rule puts it where else it was',
      'claim rule',
    );
    return told.findings;
  }
  told.note(mapper.protocolMapper, { at: where, ...insteadOf(outcome) });
  return told.findings;
}

/** One thing a mapper of a client scope, but for audiences, which are of the clients that have the scope. */
export function* scopeRuleItems(
  scopes: readonly ClientScope[],
  nameOf: ClaimOfAttribute,
): Generator<MovedItem, void, undefined> {
  for (const { name: scope, protocolMappers } of scopes) {
    for (const mapper of protocolMappers) {
      if (isUntold(mapper)) continue;
      const outcome = mapped(mapper, scope, nameOf);
      if (outcome.to === 'audience' || (outcome.to === 'scope' && outcome.body === undefined)) continue;
      const body = outcome.to === 'rule' || outcome.to === 'scope' ? outcome.body : undefined;
      yield {
        kind: 'claim_rule',
        name: `${body?.claim ?? mapper.name} of ${scope}`,
        findings: findingsOf(mapper, outcome, `clientScopes.${scope}.${mapper.name}`),
        ...(body && { record: { kind: 'claim_rule', scope, ...body } }),
      };
    }
  }
}

/** One thing a mapper of a client that comes to a rule; what becomes of the others is told of the client. */
export function* clientRuleItems(
  { clientId, protocolMappers }: KeycloakClient,
  nameOf: ClaimOfAttribute,
): Generator<MovedItem, void, undefined> {
  for (const mapper of protocolMappers) {
    const outcome = mapped(mapper, undefined, nameOf);
    if (outcome.to !== 'rule') continue;
    yield {
      kind: 'claim_rule',
      name: `${outcome.body.claim} of the client ${clientId}`,
      findings: findingsOf(mapper, outcome, `clients.${clientId}.protocolMappers.${mapper.name}`),
      record: { kind: 'claim_rule', client_id: clientId, ...outcome.body },
    };
  }
}

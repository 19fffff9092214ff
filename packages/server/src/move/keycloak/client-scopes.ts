import { isClientScope } from '../../grant/scope.ts';
import { shown } from '../finding.ts';
import type { Grants } from './client-grants.ts';
import type { ClientDraft } from './draft.ts';
import { MAPPERS } from './fields.ts';
import type { Realm } from './input.ts';
import { type ClaimOfAttribute, insteadOf, isKnownMapper, isUntold, mapped } from './mapped-claim.ts';
import { noting } from './noting.ts';
import type { ProtocolMapper } from './representation.ts';
import { assignedScopes, standsInTokens } from './scopes.ts';

/** What the client scopes of a realm mean for whoever has them. */
export type ScopeMeanings = ReadonlyMap<string, ScopeMeaning>;

type ScopeMeaning = {
  readonly standsInTokens: boolean;
  readonly audiences: readonly string[];
  /** Whether it gives ID tokens claims of OpenID Connect. */
  readonly inIdToken: boolean;
  /** Whether it is of use only while a token has it. */
  readonly isNeeded: boolean;
};

/** Reads the scopes of a realm once, for all clients. */
export const scopeMeanings = ({ scopes = [] }: Realm, nameOf: ClaimOfAttribute): ScopeMeanings =>
  new Map(
    scopes.map((scope) => {
      const outcomes = scope.protocolMappers.map((mapper) => mapped(mapper, scope.name, nameOf));
      const audiences = outcomes.flatMap((outcome) => (outcome.to === 'audience' ? [outcome.audience] : []));
      return [
        scope.name,
        {
          standsInTokens: standsInTokens(scope),
          audiences: [...new Set(audiences)],
          inIdToken: outcomes.some((outcome) => outcome.to === 'scope' && outcome.inIdToken),
          isNeeded: outcomes.some(({ to }) => to === 'audience' || to === 'rule'),
        },
      ];
    }),
  );

/** Reads the client's own mappers, and tells of each. @returns the audiences that they give every token */
function ownMappers(draft: ClientDraft, nameOf: ClaimOfAttribute): readonly string[] {
  const audiences = new Set<string>();
  for (const mapper of draft.client.protocolMappers) {
    if (isUntold(mapper)) continue;
    const outcome = mapped(mapper, undefined, nameOf);
    tell(draft, mapper, outcome);
    if (outcome.to === 'audience') audiences.add(outcome.audience);
    if (outcome.to !== 'pairwise') continue;
    draft.metadata.set('subject_type', 'pairwise');
    if (outcome.sector_identifier_uri !== undefined) {
      draft.metadata.set('sector_identifier_uri', outcome.sector_identifier_uri);
    }
  }
  return [...audiences];
}

function tell({ fields }: ClientDraft, mapper: ProtocolMapper, outcome: ReturnType<typeof mapped>): void {
  const at = `protocolMappers.${mapper.name}`;
  if (!isKnownMapper(mapper.protocolMapper)) {
    fields.noteUnknown(at, 'lost', `${shown(mapper.protocolMapper)} is no mapper that is known here`);
    return;
  }
  const told = noting(MAPPERS);
  told.note(mapper.protocolMapper, { at, ...insteadOf(outcome) });
  for (const { field, ours, outcome: becomes, why } of told.findings)
    fields.noteUnknown(field, becomes, why, ours);
}

/** By scope, the audiences of its tokens: those of the scope, and those of every token of the client. */
const scopeAudiences = (
  scope: readonly string[],
  meanings: ScopeMeanings,
  always: readonly string[],
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    scope
      .filter((token) => token !== 'openid' && token !== 'offline_access')
      .map((token) => [token, [...new Set([...(meanings.get(token)?.audiences ?? []), ...always])]] as const)
      .filter(([, audiences]) => audiences.length > 0),
  );

/**
 * Scopes, default scopes and audiences. Every scope that Keycloak lets the client name stays one that it can name, also
 * those that stand in no token of Keycloak's.
 */
export function readScopes(
  draft: ClientDraft,
  { signsIn, refreshes, exchanges, forItself }: Grants,
  meanings: ScopeMeanings,
  nameOf: ClaimOfAttribute,
): void {
  const { client, realm, metadata, fields } = draft;
  const { always, asked } = assignedScopes(client, realm);
  const canHave = (name: string): boolean =>
    name === 'offline_access' ? refreshes : signsIn || isClientScope(name);
  const scope = [...new Set([...(signsIn ? ['openid'] : []), ...always, ...asked])].filter(canHave);
  const ofEveryToken = ownMappers(draft, nameOf);
  const inTokens = (name: string): boolean => {
    const meaning = meanings.get(name);
    return meaning === undefined || meaning.standsInTokens || meaning.isNeeded;
  };
  const unasked = always.filter((name) => canHave(name) && name !== 'offline_access' && inTokens(name));
  // A token without a scope is for this server: one that Keycloak gave an audience gets a scope that has it.
  const bearers = always.filter((name) => isClientScope(name) && canHave(name));
  const bearer = bearers.find((name) => name === 'service_account') ?? bearers[0];
  const needsBearer = forItself && ofEveryToken.length > 0 && !unasked.some(isClientScope);
  if (needsBearer && bearer !== undefined) unasked.push(bearer);
  metadata.set('scope', scope.join(' '));
  metadata.set('default_scope', unasked.join(' '));
  if (unasked.length > 0) {
    fields.note('defaultClientScopes', {
      why: `${unasked.join(' ')}: given where a request names no scope; Keycloak adds them to every request, so that a client that names some must name these too`,
    });
  }
  if (scope.length > 0)
    fields.note('optionalClientScopes', { why: `the client may ask for ${scope.join(' ')}` });
  if (signsIn && scope.some((name) => meanings.get(name)?.inIdToken))
    metadata.set('scope_claims_in_id_token', true);
  const audiences = scopeAudiences(scope, meanings, ofEveryToken);
  if (Object.keys(audiences).length === 0) return;
  metadata.set('scope_audiences', audiences);
  const all = [...new Set(Object.values(audiences).flat())];
  if (exchanges) metadata.set('allowed_resources', all);
  fields.noteUnknown(
    'audience mappers',
    'changed',
    `${all.map(shown).join(', ')}, by scope: a token is for the audiences of its scopes, and for this server where a scope has none`,
    'scope_audiences',
  );
}

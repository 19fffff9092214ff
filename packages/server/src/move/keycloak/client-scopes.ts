import { isClientScope } from '../../grant/scope.ts';
import type { Grants } from './client-grants.ts';
import type { ClientDraft } from './draft.ts';
import { MAPPERS } from './fields.ts';
import { type ClaimOfAttribute, insteadOf, isKnownMapper, isUntold, mapped } from './mapped-claim.ts';
import { noting, shown } from './noting.ts';
import type { ProtocolMapper } from './representation.ts';
import { assignedScopes, standsInTokens } from './scopes.ts';

/** What the mappers of a client's scopes and its own say of it. */
type OfMappers = {
  /** Audiences by the client scope that gives them. */
  readonly byScope: ReadonlyMap<string, readonly string[]>;
  /** Audiences of every token of the client. */
  readonly always: readonly string[];
  readonly inIdToken: boolean;
  /** Scopes that are of use only while a token has them. */
  readonly needed: ReadonlySet<string>;
};

function ofMappers(draft: ClientDraft, names: readonly string[], nameOf: ClaimOfAttribute): OfMappers {
  const byScope = new Map<string, readonly string[]>();
  const needed = new Set<string>();
  let inIdToken = false;
  for (const scope of draft.realm.scopes ?? []) {
    if (!names.includes(scope.name)) continue;
    const outcomes = scope.protocolMappers.map((mapper) => mapped(mapper, scope.name, nameOf));
    const audiences = outcomes.flatMap((outcome) => (outcome.to === 'audience' ? [outcome.audience] : []));
    if (audiences.length > 0) byScope.set(scope.name, [...new Set(audiences)]);
    if (outcomes.some(({ to }) => to === 'audience' || to === 'rule')) needed.add(scope.name);
    if (outcomes.some((outcome) => outcome.to === 'scope' && outcome.inIdToken)) inIdToken = true;
  }
  return { byScope, always: ownMappers(draft, nameOf), inIdToken, needed };
}

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

/** Audiences that can be written down: a client has 50 scopes with audiences at most, each ten of them. */
function scopeAudiences(
  scope: readonly string[],
  { byScope, always }: OfMappers,
): Readonly<Record<string, readonly string[]>> {
  const entries = scope
    .filter((token) => token !== 'openid' && token !== 'offline_access')
    .map((token) => [token, [...new Set([...(byScope.get(token) ?? []), ...always])]] as const)
    .filter(([, audiences]) => audiences.length > 0);
  return Object.fromEntries(entries);
}

/**
 * Scopes, default scopes and audiences. Every scope that Keycloak lets the client name stays one that it can name, also
 * those that stand in no token of Keycloak's.
 */
export function readScopes(
  draft: ClientDraft,
  { signsIn, refreshes, exchanges, forItself }: Grants,
  nameOf: ClaimOfAttribute,
): void {
  const { client, realm, metadata, fields } = draft;
  const { always, asked } = assignedScopes(client, realm);
  const canHave = (name: string): boolean =>
    name === 'offline_access' ? refreshes : signsIn || isClientScope(name);
  const scope = [...new Set([...(signsIn ? ['openid'] : []), ...always, ...asked])].filter(canHave);
  const known = ofMappers(draft, scope, nameOf);
  const inTokens = (name: string): boolean => {
    const found = realm.scopes?.find((each) => each.name === name);
    return found === undefined || standsInTokens(found) || known.needed.has(name);
  };
  const unasked = always.filter((name) => canHave(name) && name !== 'offline_access' && inTokens(name));
  // A token without a scope is for this server: one that Keycloak gave an audience gets a scope that has it.
  const bearers = always.filter((name) => isClientScope(name) && canHave(name));
  const bearer = bearers.find((name) => name === 'service_account') ?? bearers[0];
  const needsBearer = forItself && known.always.length > 0 && !unasked.some(isClientScope);
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
  if (signsIn && known.inIdToken) metadata.set('scope_claims_in_id_token', true);
  const audiences = scopeAudiences(scope, known);
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

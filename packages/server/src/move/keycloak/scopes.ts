import { isAdminScope, Scope } from '../../client/scope.ts';
import type { Realm } from './input.ts';
import type { ClientScope, KeycloakClient } from './representation.ts';

const isOpenId = ({ protocol }: ClientScope): boolean =>
  protocol === undefined || protocol === 'openid-connect';

/** A text that can be one scope on the wire (RFC 6749 §3.3), and that gives no power over this server. */
const isScopeToken = (name: string): boolean =>
  name !== '' && !name.includes(' ') && Scope.parse(name) !== undefined && !isAdminScope(name);

/** The client scopes of a client, by name: those it always has, and those it may ask for. */
export type AssignedScopes = { readonly always: readonly string[]; readonly asked: readonly string[] };

/**
 * Those of OpenID Connect; where the realm is not in the files, all that are named.
 */
export function assignedScopes(
  { defaultClientScopes = [], optionalClientScopes = [] }: KeycloakClient,
  { scopes }: Realm,
): AssignedScopes {
  const isOne = (name: string): boolean =>
    isScopeToken(name) && (scopes?.some((scope) => scope.name === name && isOpenId(scope)) ?? true);
  return { always: defaultClientScopes.filter(isOne), asked: optionalClientScopes.filter(isOne) };
}

/** The client scopes of OpenID Connect that one of the clients has. */
export function scopesInUse(realm: Realm, clients: readonly KeycloakClient[]): readonly ClientScope[] {
  const used = new Set(
    clients.flatMap((client) => {
      const { always, asked } = assignedScopes(client, realm);
      return [...always, ...asked];
    }),
  );
  return (realm.scopes ?? []).filter((scope) => isOpenId(scope) && used.has(scope.name));
}

/** Whether the scope stands in tokens, as every one does that does not say otherwise. */
export const standsInTokens = ({ attributes }: ClientScope): boolean =>
  attributes.get('include.in.token.scope') !== 'false';

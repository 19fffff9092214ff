import { isAdminScope, Scope } from '../client/scope.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import { invalidScope } from '../refusal/error-codes.ts';
import type { Confirmation } from '../token/confirmation.ts';
import type { ProtectedResource } from './resource.ts';

/** What decides a scope beside the registration of the client. */
export type ScopeRules = {
  /** What this grant or person may have at all. */
  readonly allowed: (scope: string) => boolean;
  /**
   * What of it is given to a request that names no scope, unless the client has default scopes of its own; all of it when
   * absent. Where a scope must be named it is nothing, whatever the client has.
   */
  readonly unasked?: ((scope: string) => boolean) | 'nothing';
  /** `[[resource]]`, whose scopes mean something here. */
  readonly resources: readonly ProtectedResource[];
};

/** Scopes that speak of a signed-in person (OIDC Core §5.4, §11); no client has them on its own behalf. */
const OF_A_PERSON = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/** Whether a client may have `scope` for itself, without a person. */
export const isClientScope = (scope: string): boolean => !OF_A_PERSON.has(scope) && !isAdminScope(scope);

/**
 * Refuses scopes of the admin API to a client that asks for them itself, where its token will not be bound to its
 * certificate (RFC 8705 §3): whoever had a copy of one would be an administrator.
 * @throws Refusal `invalid_scope`
 */
export function refuseUnboundAdministration(
  requested: string | undefined,
  { scopes }: Pick<KnownClient, 'scopes'>,
  cnf: Confirmation | undefined,
): void {
  if (cnf?.['x5t#S256'] !== undefined || !requested?.includes('admin:')) return;
  const wanted = Scope.of(requested).filter((scope) => isAdminScope(scope) && scopes.has(scope));
  if (wanted.isEmpty) return;
  throw invalidScope(
    'Scopes of the admin API are given to a client only with a token bound to its certificate.',
    'administrator_token_unbound',
    {
      expected: 'a client certificate in the handshake, to which the token is bound',
      presented: cnf ?? 'no certificate, or one that the token is not bound to',
      scope: [...wanted],
    },
  );
}

/**
 * The scope a request names (RFC 6749 §3.3); blanks alone name none.
 * @returns undefined where it names none
 * @throws Refusal `invalid_scope` for what is no scope
 */
export function requestedScope(presented: string | undefined): Scope | undefined {
  if (presented === undefined) return undefined;
  const scope = Scope.parse(presented);
  if (!scope) {
    throw invalidScope('The scope is malformed.', 'scope_malformed', {
      expected: 'RFC 6749 §3.3',
      presented: presented.slice(0, 200),
    });
  }
  return scope.isEmpty ? undefined : scope;
}

/**
 * What of a scope that was asked for counts. In a request of OpenID Connect, which names `openid`, a scope that means
 * nothing to this server is ignored (OIDC Core §3.1.2.1), and so is `offline_access` where it cannot be had (§11). A
 * scope means something when it is one of OpenID Connect or of the admin API, when a resource has it, or the client.
 * @param held what can be had
 */
export function countingScope(
  wanted: Scope,
  held: Scope,
  { scopes }: Pick<KnownClient, 'scopes'>,
  resources: readonly ProtectedResource[],
): Scope {
  if (!wanted.has('openid')) return wanted;
  const means = (scope: string) =>
    OF_A_PERSON.has(scope) ||
    isAdminScope(scope) ||
    scopes.has(scope) ||
    resources.some((resource) => resource.scopes.includes(scope));
  return wanted.filter((scope) => held.has(scope) || (scope !== 'offline_access' && means(scope)));
}

/** What of the scope that can be had is given unasked; never a scope of the admin API. */
function unaskedScope(
  held: Scope,
  { default_scope }: Pick<KnownClient, 'default_scope'>,
  unasked: NonNullable<ScopeRules['unasked']>,
): Scope {
  if (unasked === 'nothing') return Scope.none;
  const isGiven = default_scope ? (scope: string) => default_scope.has(scope) : unasked;
  return held.filter((scope) => isGiven(scope) && !isAdminScope(scope));
}

/**
 * The scope to grant (RFC 6749 §3.3): what was asked for and {@link countingScope counts}, if the client is registered
 * for all of it and the rules allow it; when nothing was asked for, the client's default scopes, or else whatever it is
 * registered for and the rules give unasked, except the scopes of the admin API, which are never given unasked.
 * @throws Refusal `invalid_scope`
 */
export function grantedScope(
  requested: string | undefined,
  client: Pick<KnownClient, 'scopes' | 'default_scope'>,
  { allowed, unasked = allowed, resources }: ScopeRules,
): Scope {
  const named = requestedScope(requested);
  const held = client.scopes.filter(allowed);
  if (!named) return unaskedScope(held, client, unasked);
  const wanted = countingScope(named, held, client, resources);
  const refused = wanted.filter((scope) => !held.has(scope));
  if (!refused.isEmpty) {
    throw invalidScope('The client may not have this scope.', 'scope_not_registered', {
      expected: [...held],
      presented: Array.from(refused, (scope) => scope.slice(0, 200)),
    });
  }
  return wanted;
}

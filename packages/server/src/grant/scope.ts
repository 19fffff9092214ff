import { Scope } from '../client/scope.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import { invalidScope } from '../refusal/error-codes.ts';

/**
 * The scope to grant (RFC 6749 §3.3): what was asked for, if the client is registered for all of it and `allowed`
 * agrees; when nothing was asked for, whatever the client is registered for and `allowed` agrees to, except the
 * scopes of the admin API, which are never given unasked.
 * @param allowed what this grant or person may have at all
 * @throws Refusal `invalid_scope`
 */
export function grantedScope(
  requested: string | undefined,
  { scopes }: Pick<KnownClient, 'scopes'>,
  allowed: (scope: string) => boolean,
): Scope {
  if (requested === undefined) {
    return scopes.filter((scope) => allowed(scope) && !scope.startsWith('admin:'));
  }
  if (!Scope.isWellFormed(requested)) {
    throw invalidScope('The scope is malformed.', 'scope_malformed', {
      expected: 'RFC 6749 §3.3',
      presented: requested.slice(0, 200),
    });
  }
  const wanted = Scope.of(requested);
  const refused = wanted.filter((scope) => !scopes.has(scope) || !allowed(scope));
  if (!refused.isEmpty) {
    throw invalidScope('The client may not have this scope.', 'scope_not_registered', {
      expected: [...scopes.filter(allowed)],
      presented: Array.from(refused, (scope) => scope.slice(0, 200)),
    });
  }
  return wanted;
}

/** Scopes that speak of a signed-in person (OIDC Core §5.4, §11); no client has them on its own behalf. */
const OF_A_PERSON = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/** Whether a client may have `scope` for itself, without a person. */
export const isClientScope = (scope: string): boolean =>
  !OF_A_PERSON.has(scope) && !scope.startsWith('admin:');

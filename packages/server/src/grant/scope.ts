import type { KnownClient } from '../client-authentication/client-directory.ts';
import { Refusal } from '../refusal/refusal.ts';

const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/**
 * The scope to grant (RFC 6749 §3.3): what was asked for, if the client is registered for all of it and `allowed`
 * agrees; when nothing was asked for, whatever the client is registered for and `allowed` agrees to, except the
 * scopes of the admin API, which are never given unasked.
 * @param allowed what this grant or person may have at all
 * @returns space-separated scope tokens without repetitions
 * @throws Refusal `invalid_scope`
 */
export function grantedScope(
  requested: string | undefined,
  { scopes }: Pick<KnownClient, 'scopes'>,
  allowed: (scope: string) => boolean,
): string {
  if (requested === undefined) {
    return [...scopes].filter((scope) => allowed(scope) && !scope.startsWith('admin:')).join(' ');
  }
  if (!SCOPE.test(requested)) {
    throw new Refusal('invalid_scope', 'The scope is malformed.', 'scope_malformed', {
      expected: 'RFC 6749 §3.3',
      presented: requested.slice(0, 200),
    });
  }
  const wanted = new Set(requested.split(' '));
  const refused = [...wanted].filter((scope) => !scopes.has(scope) || !allowed(scope));
  if (refused.length > 0) {
    throw new Refusal('invalid_scope', 'The client may not have this scope.', 'scope_not_registered', {
      expected: [...scopes].filter(allowed),
      presented: refused.map((scope) => scope.slice(0, 200)),
    });
  }
  return [...wanted].join(' ');
}

/** Scopes that speak of a signed-in person (OIDC Core §5.4, §11); no client has them on its own behalf. */
const OF_A_PERSON = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/** Whether a client may have `scope` for itself, without a person. */
export const isClientScope = (scope: string): boolean =>
  !OF_A_PERSON.has(scope) && !scope.startsWith('admin:');

import type { Scope } from '../client/scope.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import { invalidTarget } from '../refusal/error-codes.ts';

/** A resource server that tokens can be asked for by name (RFC 8707): `[[resource]]`. */
export type ProtectedResource = {
  readonly identifier: string;
  /** The scopes that mean something there; empty: all. */
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly access_token_lifetime?: number | undefined;
};

/** What an access token is for: its audience, what it may do there, and for how long at most. */
export type TokenTarget = {
  readonly audience: string | readonly string[];
  readonly scope: string;
  /** Seconds; the deployment's when absent. */
  readonly access_token_lifetime?: number;
};

function checkForm(resource: string): void {
  if (URL.canParse(resource) && !resource.includes('#') && resource.length <= 2000) return;
  throw invalidTarget('The resource is malformed.', 'resource_malformed', {
    expected: 'an absolute URI without a fragment (RFC 8707 §2)',
    presented: resource.slice(0, 200),
  });
}

/**
 * Checks the resources a client names (RFC 8707 §2): its `allowed_resources`, or those of the deployment when it has
 * none.
 * @param names whether logical names may stand among them (RFC 8693 §2.1, `audience`)
 * @returns them without repetitions
 * @throws Refusal `invalid_target`
 */
export function checkResources(
  requested: readonly string[],
  { client }: KnownClient,
  configured: readonly ProtectedResource[],
  names: 'URIs' | 'names too' = 'URIs',
): readonly string[] {
  const { allowed_resources } = client.metadata;
  const allowed = allowed_resources ?? configured.map(({ identifier }) => identifier);
  for (const resource of requested) {
    if (names === 'URIs') checkForm(resource);
    if (allowed.includes(resource)) continue;
    throw invalidTarget('The client may not use this resource.', 'resource_not_allowed', {
      client_id: client.client_id,
      expected: allowed,
      presented: resource.slice(0, 200),
    });
  }
  return [...new Set(requested)];
}

/**
 * Whom a token is for that names no resource: each of its scopes speaks for the audiences the client has for it, or for
 * those of a token that nothing is said of. `offline_access` is about refresh tokens and speaks for none.
 * @param otherwise those of a token that nothing is said of
 */
export function audiencesOf(
  scope: Scope,
  { scope_audiences }: Pick<KnownClient, 'scope_audiences'>,
  otherwise: readonly string[],
): readonly string[] {
  const audiences = new Set<string>();
  for (const token of scope) {
    if (token === 'offline_access') continue;
    for (const audience of scope_audiences.get(token) ?? otherwise) audiences.add(audience);
  }
  return audiences.size > 0 ? [...audiences] : otherwise;
}

/**
 * Narrows a scope to what it means at the resources a token is for.
 * @param resources checked ones; none means the server itself
 */
export function targetOf(
  resources: readonly string[],
  scope: Scope,
  issuer: string,
  configured: readonly ProtectedResource[],
): TokenTarget {
  const [first, ...others] = resources;
  if (first === undefined) return { audience: issuer, scope: `${scope}` };
  const found = resources.map(
    (identifier) =>
      configured.find((resource) => resource.identifier === identifier) ?? { identifier, scopes: [] },
  );
  const anything = found.some(({ scopes }) => scopes.length === 0);
  const known = new Set(found.flatMap(({ scopes }) => scopes));
  const lifetimes = found.flatMap((resource) =>
    'access_token_lifetime' in resource && resource.access_token_lifetime !== undefined
      ? [resource.access_token_lifetime]
      : [],
  );
  return {
    audience: others.length === 0 ? first : resources,
    scope: `${anything ? scope : scope.filter((token) => known.has(token))}`,
    ...(lifetimes.length > 0 && { access_token_lifetime: Math.min(...lifetimes) }),
  };
}

/**
 * What the token of a token request is for (RFC 8707 §2.2): the resources it names, which must be among those of the
 * authorization where that named any; all of these when it names none, and where neither did the audiences of its scopes.
 * @throws Refusal `invalid_target`
 */
export function requestedTarget(
  {
    requested,
    granted = [],
    scope,
  }: {
    readonly requested: readonly string[];
    readonly granted?: readonly string[] | undefined;
    readonly scope: Scope;
  },
  known: KnownClient,
  issuer: string,
  configured: readonly ProtectedResource[],
): TokenTarget {
  if (requested.length === 0) {
    const isSaid = granted.length === 0 && known.scope_audiences.size > 0;
    return targetOf(isSaid ? audiencesOf(scope, known, [issuer]) : granted, scope, issuer, configured);
  }
  const checked = checkResources(requested, known, configured);
  const more = checked.find((resource) => granted.length > 0 && !granted.includes(resource));
  if (more !== undefined) {
    throw invalidTarget('The resource was not granted.', 'resource_not_granted', {
      client_id: known.client.client_id,
      expected: granted,
      presented: more,
    });
  }
  return targetOf(checked, scope, issuer, configured);
}

import type { ClientMetadata } from '../client/client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../client/client-registration.ts';
import { uriOfStranger } from '../client/client-uri.ts';
import type { RegistrationDefaults } from '../client/response-algorithm.ts';
import { isAdminScope, Scope } from '../client/scope.ts';
import { invalidClientMetadata, invalidRedirectUri, type RefusalOfCode } from '../refusal/error-codes.ts';
import type { Refusal } from '../refusal/refusal.ts';

/** What a client that registers itself may be: `[registration]` of deployment.toml under its own names. */
export type RegistrationPolicy = {
  readonly mode: 'closed' | 'token' | 'open';
  readonly require_software_statement: boolean;
  readonly token_endpoint_auth_methods: readonly string[];
  readonly grant_types: readonly string[];
  readonly redirect_uri_patterns: readonly string[];
  readonly scopes: readonly string[];
  readonly trust_groups: readonly string[];
  readonly registration_access_token_rotation: 'always' | 'update' | 'never';
  /** Seconds. */
  readonly registration_access_token_reuse_window: number;
  /** Within an hour. */
  readonly max_requests_per_address: number;
};

/** Names the field and what the policy allows of it. */
function exceeds(refusal: RefusalOfCode, field: string, expected: unknown, presented: unknown): Refusal {
  return refusal(
    `${field}: ${JSON.stringify(presented)} is not among what this server lets clients register`.slice(
      0,
      500,
    ),
    'registration_policy_exceeded',
    { field, expected, presented },
  );
}

const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * Whether a pattern's stars, each part of a host name or of one path segment, make it the URI. Every way of matching is
 * followed at once, so that the time is bounded by both lengths, however many stars there are.
 */
export function matchesRedirectPattern(pattern: string, uri: string): boolean {
  /** How much of the pattern the text so far can be. */
  let reached = new Set([0]);
  for (const character of uri) {
    const next = new Set<number>();
    for (const at of reached) {
      if (pattern[at] === '*') {
        if (UNRESERVED.test(character)) next.add(at).add(at + 1);
      } else if (pattern[at] === character) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(pattern.length);
}

/** The pattern of the origins that the URIs of a pattern have, as browsers send them (RFC 6454 §6.2). */
function originOf(pattern: string): string {
  const [origin = ''] = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(pattern) ?? [];
  return origin.toLowerCase().replace(/^(https:.*):443$|^(http:.*):80$/, '$1$2');
}

function checkListed(
  field: 'grant_types' | 'scope',
  presented: readonly string[],
  allowed: readonly string[],
) {
  const more = presented.find((value) => !allowed.includes(value));
  if (more !== undefined) throw exceeds(invalidClientMetadata, field, allowed, more);
}

/** The deployment's trust group for a client that names none; the trust store where there are no groups. */
function trustGroup(metadata: ClientMetadata, { trust_groups }: RegistrationPolicy): string | undefined {
  const { trust_group } = metadata;
  if (trust_group !== undefined && !trust_groups.includes(trust_group)) {
    throw exceeds(invalidClientMetadata, 'trust_group', trust_groups, trust_group);
  }
  return (
    trust_group ?? (metadata.token_endpoint_auth_method === 'tls_client_auth' ? trust_groups[0] : undefined)
  );
}

/**
 * The metadata to register for what a client asked for (RFC 7591 §2 and §3.2.1).
 * @param asked known metadata fields alone, without nulls
 * @param defaults what the deployment says of what the client does not
 * @throws Refusal `invalid_client_metadata` or `invalid_redirect_uri`
 */
export function metadataWithin(
  asked: Readonly<Record<string, unknown>>,
  policy: RegistrationPolicy,
  defaults: RegistrationDefaults = {},
): ClientMetadata {
  const metadata = parsed(withRfcDefaults(asked), defaults);
  const { token_endpoint_auth_method: method, grant_types } = metadata;
  const { token_endpoint_auth_methods: methods, redirect_uri_patterns: patterns } = policy;
  if (!methods.includes(method)) {
    throw exceeds(invalidClientMetadata, 'token_endpoint_auth_method', methods, method);
  }
  checkListed('grant_types', grant_types, policy.grant_types);
  const isWithinPatterns = (uri: string, as: 'whole' | 'origin') =>
    patterns.length === 0 ||
    patterns.some((pattern) => matchesRedirectPattern(as === 'origin' ? originOf(pattern) : pattern, uri));
  const beyond = uriOfStranger(metadata, isWithinPatterns);
  if (beyond) {
    const { field, uri, because } = beyond;
    const refusal = field === 'redirect_uris' ? invalidRedirectUri : invalidClientMetadata;
    throw exceeds(refusal, field, because === 'patterns' ? patterns : 'https on a public host', uri);
  }
  const allowed = policy.scopes.filter((scope) => !isAdminScope(scope));
  const scopes = Scope.of(metadata.scope);
  if (asked.scope !== undefined) checkListed('scope', [...scopes], allowed);
  const within = (scope: string) => `${Scope.of(scope).filter((token) => allowed.includes(token))}`;
  const trust_group = trustGroup(metadata, policy);
  return {
    ...metadata,
    scope: within(metadata.scope),
    ...(metadata.default_scope !== undefined && { default_scope: within(metadata.default_scope) }),
    ...(trust_group !== undefined && { trust_group }),
  };
}

/** RFC 7591 §2 says what an absent field means; only a `tls_client_auth_*` value cannot mean client_secret_basic. */
function withRfcDefaults(asked: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const bySubject = Object.keys(asked).some((field) => field.startsWith('tls_client_auth_'));
  return {
    token_endpoint_auth_method: bySubject ? 'tls_client_auth' : 'client_secret_basic',
    grant_types: ['authorization_code'],
    ...asked,
  };
}

function parsed(metadata: Record<string, unknown>, defaults: RegistrationDefaults): ClientMetadata {
  try {
    return parseClientMetadata(metadata, defaults);
  } catch (error) {
    if (!(error instanceof InvalidClientMetadata)) throw error;
    const refusal = error.error === 'invalid_redirect_uri' ? invalidRedirectUri : invalidClientMetadata;
    throw refusal(error.message, 'client_metadata_invalid', { field: error.field });
  }
}

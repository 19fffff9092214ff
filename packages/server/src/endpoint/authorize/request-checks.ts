import { clauseOf } from '../../client/profile.ts';
import { RESPONSE_TYPES, type ResponseType, responseTypeOf } from '../../client/response-type.ts';
import { Scope } from '../../client/scope.ts';
import type { KnownClient } from '../../client-authentication/client-directory.ts';
import { type AuthorizationDetailsType, requestedDetails } from '../../grant/authorization-details.ts';
import type { ProtectedResource } from '../../grant/resource.ts';
import { grantedScope, isClientScope } from '../../grant/scope.ts';
import {
  invalidRequest,
  registrationNotSupported,
  unauthorizedClient,
  unsupportedResponseType,
} from '../../refusal/error-codes.ts';
import type { AuthorizationDetail } from '../../token/authorization-detail.ts';
import { ClaimsRequest } from '../../token/claims-request.ts';
import type { Parameters } from './parameters.ts';
import type { TrustedClient } from './trusted-client.ts';

export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;

/** What of the deployment's rules an authorization request must obey. */
export type AuthorizationRules = {
  readonly require_pkce: 'public' | 'all';
  readonly resources: readonly ProtectedResource[];
  /** The types of authorization details of the deployment. */
  readonly detailsTypes: readonly AuthorizationDetailsType[];
};

/** The rules for one request. */
export type RequestRules = AuthorizationRules & {
  /** Whether the client pushed it (RFC 9126). */
  readonly pushed: boolean;
};

/** @throws Refusal `registration_not_supported` (OIDC Core §7.2.1) */
export function checkUnsupported(parameters: Parameters): void {
  if (parameters.get('registration') === undefined) return;
  throw registrationNotSupported('The parameter registration is not supported.', 'parameter_unsupported', {
    parameter: 'registration',
  });
}

/** @throws Refusal `invalid_request` when the client must push its requests and did not (RFC 9126 §6) */
export function checkPushed({ client: { client_id, metadata } }: KnownClient, pushed: boolean): void {
  const clause = clauseOf(metadata, 'pushed_request');
  if (pushed || (clause === undefined && !metadata.require_pushed_authorization_requests)) return;
  throw invalidRequest('The client must push its authorization requests.', 'pushed_request_required', {
    client_id,
    ...(clause !== undefined && { clause }),
  });
}

/** The scope a request stands for: what it names, or else the client's default scopes. */
function effectiveScope(parameters: Parameters, { default_scope = Scope.none }: KnownClient): Scope {
  const named = Scope.of(parameters.get('scope'));
  return named.isEmpty ? default_scope : named;
}

/**
 * Where the answer may go is for the request to say, under some profiles and wherever somebody signs in; that it does not
 * is for the person to see (RFC 6749 §4.1.2.1).
 * @throws Refusal `invalid_request`
 */
export function checkRedirectUriNamed(
  parameters: Parameters,
  { known, redirect_uri_named }: TrustedClient,
): void {
  const { client_id, metadata } = known.client;
  if (redirect_uri_named) return;
  const clause = clauseOf(metadata, 'redirect_uri_named');
  if (clause !== undefined) {
    throw invalidRequest('The parameter redirect_uri is missing.', 'profile_rule_broken', {
      client_id,
      clause,
      expected: 'redirect_uri',
    });
  }
  if (!effectiveScope(parameters, known).has('openid')) return;
  throw invalidRequest('The parameter redirect_uri is missing.', 'parameter_missing', {
    client_id,
    expected: 'redirect_uri, required with openid (OIDC Core §3.1.2.1)',
  });
}

/** @throws Refusal `invalid_request` when the client's profile wants what ties the answer to the request */
export function checkNonceOrState(parameters: Parameters, known: KnownClient): void {
  const { client_id, metadata } = known.client;
  const clause = clauseOf(metadata, 'nonce_or_state');
  const needed = effectiveScope(parameters, known).has('openid') ? 'nonce' : 'state';
  if (clause === undefined || parameters.get(needed) !== undefined) return;
  throw invalidRequest(`The parameter ${needed} is missing.`, 'profile_rule_broken', {
    client_id,
    clause,
    expected: needed,
  });
}

/**
 * What is to be answered with.
 * @throws Refusal unless there is such a response type and the client is registered for it (RFC 6749 §4.1.1)
 */
export function requestedResponseType(
  parameters: Parameters,
  { client, grant_types }: KnownClient,
): ResponseType {
  const presented = parameters.get('response_type');
  if (presented === undefined) {
    throw invalidRequest('The parameter response_type is missing.', 'parameter_missing', {
      expected: 'response_type',
    });
  }
  const response_type = responseTypeOf(presented);
  if (response_type === undefined) {
    throw unsupportedResponseType('This response_type is not supported.', 'parameter_unsupported', {
      expected: RESPONSE_TYPES,
      presented,
    });
  }
  const { response_types } = client.metadata;
  if (grant_types.has('authorization_code') && response_types.includes(response_type)) return response_type;
  const evidence = { expected: { grant_types: [...grant_types], response_types }, presented };
  if (grant_types.has('authorization_code') && response_types.length > 0) {
    throw unsupportedResponseType(
      'The client is not registered for this response_type.',
      'response_type_not_registered',
      evidence,
    );
  }
  throw unauthorizedClient(
    'The client is not registered for the code flow.',
    'response_type_not_registered',
    evidence,
  );
}

/**
 * An ID token that comes with the code stands for a sign-in of this request.
 * @throws Refusal `invalid_request` without `openid` or a nonce (OIDC Core §3.3.2.1, §3.3.2.11)
 */
export function checkHybridFlow(parameters: Parameters, response_type: ResponseType): void {
  if (response_type !== 'code id_token') return;
  const missing = !Scope.of(parameters.get('scope')).has('openid')
    ? 'scope openid'
    : parameters.get('nonce') === undefined
      ? 'nonce'
      : undefined;
  if (missing === undefined) return;
  throw invalidRequest(`response_type code id_token needs ${missing}.`, 'hybrid_flow_incomplete', {
    expected: missing,
    presented: 'none',
  });
}

/** Which rule asks for PKCE, the one first that the client’s own registration cannot take back; undefined where none does. */
function whoAsksForPkce(
  metadata: KnownClient['client']['metadata'],
  require_pkce: RequestRules['require_pkce'],
  clause: string | undefined,
): string | undefined {
  if (clause !== undefined) return `the client's profile, ${metadata.profile}`;
  if (metadata.token_endpoint_auth_method === 'none')
    return 'token_endpoint_auth_method none: the client is public';
  if (require_pkce === 'all') return '[oauth] require_pkce "all"';
  return metadata.require_pkce ? "the client's require_pkce" : undefined;
}

/** @throws Refusal `invalid_request` without a challenge where one is needed (RFC 7636 §4.4.1) */
export function codeChallenge(
  parameters: Parameters,
  { client }: KnownClient,
  { require_pkce, pushed }: Pick<RequestRules, 'require_pkce' | 'pushed'>,
): string | undefined {
  const clause =
    clauseOf(client.metadata, 'pkce') ?? (pushed ? clauseOf(client.metadata, 'pkce_when_pushed') : undefined);
  const code_challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (code_challenge === undefined) {
    if (method !== undefined) {
      throw invalidRequest('code_challenge is missing.', 'parameter_missing', {
        expected: 'code_challenge',
      });
    }
    const by = whoAsksForPkce(client.metadata, require_pkce, clause);
    if (by === undefined) return undefined;
    throw invalidRequest('code_challenge is needed (PKCE).', 'pkce_missing', {
      expected: 'code_challenge with code_challenge_method S256',
      by,
      ...(clause !== undefined && { clause }),
    });
  }
  if (method !== 'S256') {
    throw invalidRequest('code_challenge_method must be S256.', 'parameter_unsupported', {
      expected: 'S256',
      presented: method ?? 'plain, by omission (RFC 7636 §4.3)',
    });
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(code_challenge)) {
    throw invalidRequest('code_challenge is malformed.', 'parameter_invalid', {
      expected: '43 base64url characters (RFC 7636 §4.2)',
      presented: code_challenge,
    });
  }
  return code_challenge;
}

/** The key the code is bound to. @throws Refusal `invalid_request` (RFC 9449 §10) */
export function dpopKey(parameters: Parameters): string | undefined {
  const dpop_jkt = parameters.get('dpop_jkt');
  if (dpop_jkt === undefined || /^[A-Za-z0-9_-]{43}$/.test(dpop_jkt)) return dpop_jkt;
  throw invalidRequest('dpop_jkt is malformed.', 'parameter_invalid', {
    parameter: 'dpop_jkt',
    expected: '43 base64url characters, a SHA-256 thumbprint (RFC 9449 §10)',
    presented: dpop_jkt,
  });
}

/** The details asked for, and their types in words. @throws Refusal `invalid_authorization_details` (RFC 9396 §5) */
export function detailsOf(
  parameters: Parameters,
  known: KnownClient,
  detailsTypes: readonly AuthorizationDetailsType[],
): {
  readonly authorization_details?: AuthorizationDetail[];
  readonly details_described?: Record<string, string>;
} {
  const details = requestedDetails(parameters.get('authorization_details'), known, detailsTypes);
  if (!details) return {};
  const named = new Set(details.map(({ type }) => type));
  const described = detailsTypes.filter(({ type }) => named.has(type));
  return {
    authorization_details: [...details],
    details_described: Object.fromEntries(described.map(({ type, description }) => [type, description])),
  };
}

/** @throws Refusal `invalid_request` (OIDC Core §3.1.2.1) */
export function promptsOf(parameters: Parameters): (typeof PROMPTS)[number][] {
  const asked = new Set((parameters.get('prompt') ?? '').split(' ').filter((word) => word !== ''));
  const prompt = PROMPTS.filter((known) => asked.has(known));
  if (prompt.length < asked.size || (asked.has('none') && asked.size > 1)) {
    throw invalidRequest('The prompt is not supported.', 'parameter_invalid', {
      expected: `of ${PROMPTS.join(', ')}; none alone`,
      presented: [...asked],
    });
  }
  return prompt;
}

/** Seconds. @throws Refusal `invalid_request` (OIDC Core §3.1.2.1) */
export function maxAge(parameters: Parameters, { client }: KnownClient): number | undefined {
  const presented = parameters.get('max_age');
  if (presented === undefined) return client.metadata.default_max_age;
  if (!/^\d{1,9}$/.test(presented)) {
    throw invalidRequest('max_age is not a number of seconds.', 'parameter_invalid', {
      parameter: 'max_age',
      presented,
    });
  }
  return Number(presented);
}

/** @throws Refusal `invalid_request` (OIDC Core §5.5) */
export function claimsOf(parameters: Parameters): ClaimsRequest | undefined {
  const presented = parameters.get('claims');
  if (presented === undefined) return undefined;
  try {
    return ClaimsRequest.parse(JSON.parse(presented));
  } catch {
    throw invalidRequest('The parameter claims is malformed.', 'parameter_invalid', {
      parameter: 'claims',
      expected: 'OIDC Core §5.5',
      presented: presented.slice(0, 500),
    });
  }
}

/** The scope asked for; unasked, nothing about a person is shared. @throws Refusal `invalid_scope`, `invalid_request` */
export function scopeOf(
  parameters: Parameters,
  known: KnownClient,
  resources: readonly ProtectedResource[],
): Scope {
  const requested = parameters.get('scope');
  const { client_id, metadata } = known.client;
  const clause = clauseOf(metadata, 'scope_named');
  if (clause !== undefined && requested === undefined) {
    throw invalidRequest('The parameter scope is missing.', 'profile_rule_broken', {
      client_id,
      clause,
      expected: 'scope, in the request object',
    });
  }
  return grantedScope(requested, known, { allowed: () => true, unasked: isClientScope, resources });
}

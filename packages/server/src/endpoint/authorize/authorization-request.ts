import { z } from 'zod';
import { RESPONSE_MODES } from '../../client/client-metadata.ts';
import { clauseOf } from '../../client/profile.ts';
import { isRegisteredRedirectUri } from '../../client/redirect-uri.ts';
import type { ClientDirectory, KnownClient } from '../../client-authentication/client-directory.ts';
import { type AuthorizationDetailsType, requestedDetails } from '../../grant/authorization-details.ts';
import { checkResources, type ProtectedResource } from '../../grant/resource.ts';
import { grantedScope, isClientScope } from '../../grant/scope.ts';
import type { Cause } from '../../refusal/causes.ts';
import { type ErrorCode, Refusal } from '../../refusal/refusal.ts';
import { AuthorizationDetail } from '../../token/authorization-detail.ts';
import { ClaimsRequest, requestedSub } from '../../token/claims-request.ts';
import type { Parameters } from './parameters.ts';
import { responseModeOf } from './response.ts';

export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;

/** An authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1) of a known client, every rule checked. */
export const AuthorizationRequest = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  /** Whether the request named it, so that the token request must too (RFC 6749 §4.1.3). */
  redirect_uri_named: z.boolean(),
  response_mode: z.enum(RESPONSE_MODES),
  state: z.string().exactOptional(),
  /** Space-separated. */
  scope: z.string(),
  nonce: z.string().exactOptional(),
  code_challenge: z.string().exactOptional(),
  /** Thumbprint of the key whose DPoP proof must redeem the code (RFC 9449 §10). */
  dpop_jkt: z.string().exactOptional(),
  prompt: z.array(z.enum(PROMPTS)),
  /** Seconds. */
  max_age: z.int().exactOptional(),
  login_hint: z.string().exactOptional(),
  ui_locales: z.string().exactOptional(),
  acr_values: z.array(z.string()).exactOptional(),
  claims: ClaimsRequest.exactOptional(),
  /** What the tokens are for (RFC 8707 §2.1). */
  resource: z.array(z.string()).exactOptional(),
  /** RFC 9396 §2. */
  authorization_details: z.array(AuthorizationDetail).exactOptional(),
  /** What the person reads of each type among them. */
  details_described: z.record(z.string(), z.string()).exactOptional(),
  /** The only person who may answer, by `id_token_hint` or a `sub` asked for in `claims`. */
  expected_sub: z.string().exactOptional(),
});
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

/** A client and a redirect URI of it that an answer can safely go to. */
export type TrustedClient = {
  readonly known: KnownClient;
  readonly redirect_uri: string;
  readonly redirect_uri_named: boolean;
};

const refuse = (error: ErrorCode, description: string, because: Cause, evidence: object) =>
  new Refusal(error, description, because, { ...evidence });

/**
 * Finds out whom the answer goes to. Until this succeeds nothing may be sent to the redirect URI
 * (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
 * @throws Refusal, to be shown to the person
 */
export async function trustedClient(
  parameters: Parameters,
  directory: ClientDirectory,
): Promise<TrustedClient> {
  return trustedRedirect(parameters, await knownClient(parameters, directory));
}

/**
 * The client a request names, whoever sent it.
 * @throws Refusal, to be shown to the person
 */
export async function knownClient(parameters: Parameters, directory: ClientDirectory): Promise<KnownClient> {
  const client_id = parameters.get('client_id');
  if (client_id === undefined) {
    throw refuse('invalid_request', 'The parameter client_id is missing.', 'parameter_missing', {
      expected: 'client_id',
    });
  }
  const known = await directory.find(client_id);
  if (!known) {
    throw refuse('invalid_request', 'The application is not known.', 'client_unknown', {
      presented: client_id,
    });
  }
  if (!known.client.enabled) {
    throw refuse('invalid_request', 'The application is disabled.', 'client_disabled', { client_id });
  }
  return known;
}

/**
 * The redirect URI of a client's request.
 * @throws Refusal, to be shown to the person
 */
export function trustedRedirect(parameters: Parameters, known: KnownClient): TrustedClient {
  const { client_id, metadata } = known.client;
  const { redirect_uris, application_type } = metadata;
  const presented = parameters.get('redirect_uri');
  if (presented === undefined) {
    const [only, ...others] = redirect_uris;
    if (only === undefined || others.length > 0) {
      throw refuse('invalid_request', 'The parameter redirect_uri is missing.', 'parameter_missing', {
        client_id,
        expected: 'redirect_uri',
        registered: redirect_uris.length,
      });
    }
    return { known, redirect_uri: only, redirect_uri_named: false };
  }
  if (!isRegisteredRedirectUri(redirect_uris, presented, application_type)) {
    throw refuse(
      'invalid_request',
      'The redirect_uri is not registered for the application.',
      'redirect_uri_not_registered',
      {
        client_id,
        expected: redirect_uris,
        presented,
      },
    );
  }
  return { known, redirect_uri: presented, redirect_uri_named: true };
}

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

function checkUnsupported(parameters: Parameters): void {
  if (parameters.get('registration') === undefined) return;
  throw refuse(
    'registration_not_supported',
    'The parameter registration is not supported.',
    'parameter_unsupported',
    { parameter: 'registration' },
  );
}

/** What the client's security profile asks of its requests. @throws Refusal */
function checkProfile(
  parameters: Parameters,
  { known, redirect_uri_named }: TrustedClient,
  { pushed }: RequestRules,
): void {
  const { client_id, metadata } = known.client;
  const pushedOnly = clauseOf(metadata, 'pushed_request');
  if (!pushed && (pushedOnly !== undefined || metadata.require_pushed_authorization_requests)) {
    throw refuse(
      'invalid_request',
      'The client must push its authorization requests.',
      'pushed_request_required',
      { client_id, ...(pushedOnly !== undefined && { clause: pushedOnly }) },
    );
  }
  const named = clauseOf(metadata, 'redirect_uri_named');
  if (named !== undefined && !redirect_uri_named) {
    throw refuse('invalid_request', 'The parameter redirect_uri is missing.', 'profile_rule_broken', {
      client_id,
      clause: named,
      expected: 'redirect_uri',
    });
  }
  const replayed = clauseOf(metadata, 'nonce_or_state');
  const needed = parameters.get('scope')?.split(' ').includes('openid') ? 'nonce' : 'state';
  if (replayed !== undefined && parameters.get(needed) === undefined) {
    throw refuse('invalid_request', `The parameter ${needed} is missing.`, 'profile_rule_broken', {
      client_id,
      clause: replayed,
      expected: needed,
    });
  }
}

function checkResponseType(parameters: Parameters, { client, grant_types }: KnownClient): void {
  const response_type = parameters.get('response_type');
  if (response_type === undefined) {
    throw refuse('invalid_request', 'The parameter response_type is missing.', 'parameter_missing', {
      expected: 'response_type',
    });
  }
  if (response_type !== 'code') {
    throw refuse(
      'unsupported_response_type',
      'This response_type is not supported.',
      'parameter_unsupported',
      {
        expected: 'code',
        presented: response_type,
      },
    );
  }
  if (!client.metadata.response_types.includes('code') || !grant_types.has('authorization_code')) {
    throw refuse(
      'unauthorized_client',
      'The client is not registered for the code flow.',
      'response_type_not_registered',
      {
        expected: { grant_types: [...grant_types], response_types: client.metadata.response_types },
        presented: response_type,
      },
    );
  }
}

function codeChallenge(
  parameters: Parameters,
  { client }: KnownClient,
  { require_pkce, pushed }: RequestRules,
): string | undefined {
  const clause =
    clauseOf(client.metadata, 'pkce') ?? (pushed ? clauseOf(client.metadata, 'pkce_when_pushed') : undefined);
  const code_challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (code_challenge === undefined) {
    if (method !== undefined) {
      throw refuse('invalid_request', 'code_challenge is missing.', 'parameter_missing', {
        expected: 'code_challenge',
      });
    }
    const isPublic = client.metadata.token_endpoint_auth_method === 'none';
    if (require_pkce === 'public' && !isPublic && clause === undefined) return undefined;
    throw refuse('invalid_request', 'code_challenge is needed (PKCE).', 'pkce_missing', {
      expected: 'code_challenge with code_challenge_method S256',
      ...(clause !== undefined && { clause }),
    });
  }
  if (method !== 'S256') {
    throw refuse('invalid_request', 'code_challenge_method must be S256.', 'parameter_unsupported', {
      expected: 'S256',
      presented: method ?? 'plain, by omission (RFC 7636 §4.3)',
    });
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(code_challenge)) {
    throw refuse('invalid_request', 'code_challenge is malformed.', 'parameter_invalid', {
      expected: '43 base64url characters (RFC 7636 §4.2)',
      presented: code_challenge,
    });
  }
  return code_challenge;
}

function dpopKey(parameters: Parameters): string | undefined {
  const dpop_jkt = parameters.get('dpop_jkt');
  if (dpop_jkt === undefined || /^[A-Za-z0-9_-]{43}$/.test(dpop_jkt)) return dpop_jkt;
  throw refuse('invalid_request', 'dpop_jkt is malformed.', 'parameter_invalid', {
    parameter: 'dpop_jkt',
    expected: '43 base64url characters, a SHA-256 thumbprint (RFC 9449 §10)',
    presented: dpop_jkt,
  });
}

/** The details asked for, and their types in words. */
function detailsOf(
  parameters: Parameters,
  known: KnownClient,
  { detailsTypes }: RequestRules,
): Pick<AuthorizationRequest, 'authorization_details' | 'details_described'> {
  const details = requestedDetails(parameters.get('authorization_details'), known, detailsTypes);
  if (!details) return {};
  const named = new Set(details.map(({ type }) => type));
  const described = detailsTypes.filter(({ type }) => named.has(type));
  return {
    authorization_details: [...details],
    details_described: Object.fromEntries(described.map(({ type, description }) => [type, description])),
  };
}

function promptsOf(parameters: Parameters): AuthorizationRequest['prompt'] {
  const asked = new Set((parameters.get('prompt') ?? '').split(' ').filter((word) => word !== ''));
  const prompt = PROMPTS.filter((known) => asked.has(known));
  if (prompt.length < asked.size || (asked.has('none') && asked.size > 1)) {
    throw refuse('invalid_request', 'The prompt is not supported.', 'parameter_invalid', {
      expected: `of ${PROMPTS.join(', ')}; none alone`,
      presented: [...asked],
    });
  }
  return prompt;
}

function maxAge(parameters: Parameters, { client }: KnownClient): number | undefined {
  const presented = parameters.get('max_age');
  if (presented === undefined) return client.metadata.default_max_age;
  if (!/^\d{1,9}$/.test(presented)) {
    throw refuse('invalid_request', 'max_age is not a number of seconds.', 'parameter_invalid', {
      parameter: 'max_age',
      presented,
    });
  }
  return Number(presented);
}

function claimsOf(parameters: Parameters): ClaimsRequest | undefined {
  const presented = parameters.get('claims');
  if (presented === undefined) return undefined;
  try {
    return ClaimsRequest.parse(JSON.parse(presented));
  } catch {
    throw refuse('invalid_request', 'The parameter claims is malformed.', 'parameter_invalid', {
      parameter: 'claims',
      expected: 'OIDC Core §5.5',
      presented: presented.slice(0, 500),
    });
  }
}

function scopeOf(parameters: Parameters, { known, redirect_uri_named }: TrustedClient): string {
  const requested = parameters.get('scope');
  // Unasked, nothing about a person is shared.
  const scope = grantedScope(requested, known, (candidate) =>
    requested === undefined ? isClientScope(candidate) : true,
  );
  if (scope.has('openid') && !redirect_uri_named) {
    throw refuse('invalid_request', 'The parameter redirect_uri is missing.', 'parameter_missing', {
      expected: 'redirect_uri, required with openid (OIDC Core §3.1.2.1)',
    });
  }
  return `${scope}`;
}

/**
 * Reads and checks the request of a trusted client.
 * @param subOfHint the person an `id_token_hint` names, undefined when it is not one of this server
 * @throws Refusal, to be sent to the redirect URI
 */
export async function readAuthorizationRequest(
  parameters: Parameters,
  trusted: TrustedClient,
  rules: RequestRules,
  subOfHint: (id_token_hint: string) => Promise<string | undefined>,
): Promise<AuthorizationRequest> {
  const { known, redirect_uri, redirect_uri_named } = trusted;
  const { metadata, client_id } = known.client;
  checkUnsupported(parameters);
  checkResponseType(parameters, known);
  checkProfile(parameters, trusted, rules);
  const response_mode = responseModeOf(parameters, known);
  const scope = scopeOf(parameters, trusted);
  const state = parameters.get('state');
  const nonce = parameters.get('nonce');
  const code_challenge = codeChallenge(parameters, known, rules);
  const dpop_jkt = dpopKey(parameters);
  const max_age = maxAge(parameters, known);
  const login_hint = parameters.get('login_hint');
  const ui_locales = parameters.get('ui_locales');
  const acr_values =
    parameters
      .get('acr_values')
      ?.split(' ')
      .filter((value) => value !== '') ?? metadata.default_acr_values;
  const claims = claimsOf(parameters);
  const details = detailsOf(parameters, known, rules);
  const resource = checkResources(parameters.resources(), known, rules.resources);
  const hint = parameters.get('id_token_hint');
  const hinted = hint === undefined ? undefined : await subOfHint(hint);
  if (hint !== undefined && hinted === undefined) {
    throw refuse('invalid_request', 'id_token_hint is not an ID token of this server.', 'parameter_invalid', {
      parameter: 'id_token_hint',
    });
  }
  const expected_sub = hinted ?? (claims && requestedSub(claims));
  return {
    client_id,
    redirect_uri,
    redirect_uri_named,
    response_mode,
    scope,
    prompt: promptsOf(parameters),
    ...(state !== undefined && { state }),
    ...(nonce !== undefined && { nonce }),
    ...(code_challenge !== undefined && { code_challenge }),
    ...(dpop_jkt !== undefined && { dpop_jkt }),
    ...details,
    ...(max_age !== undefined && { max_age }),
    ...(login_hint !== undefined && { login_hint }),
    ...(ui_locales !== undefined && { ui_locales }),
    ...(acr_values !== undefined && { acr_values }),
    ...(claims !== undefined && { claims }),
    ...(resource.length > 0 && { resource: [...resource] }),
    ...(expected_sub !== undefined && { expected_sub }),
  };
}

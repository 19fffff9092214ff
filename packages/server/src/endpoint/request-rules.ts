import { checkResources } from '../grant/resource.ts';
import { grantedScope } from '../grant/scope.ts';
import {
  checkHybridFlow,
  checkNonceOrState,
  checkPushed,
  checkRedirectUriNamed,
  checkUnsupported,
  claimsOf,
  codeChallenge,
  detailsOf,
  dpopKey,
  maxAge,
  promptsOf,
  requestedResponseType,
  scopeOf,
} from './authorize/request-checks.ts';
import { responseModeOf } from './authorize/response.ts';
import { knownClient, trustedRedirect } from './authorize/trusted-client.ts';
import { checkConfidential, checkRegisteredFor, refusing } from './client-form.ts';
import { checkSenderConstraint } from './sender-constraint.ts';

/**
 * What is asked of the requests that ask for an authorization or for tokens, each rule with where it is written. The
 * rules themselves, in the order they are asked, stand below by endpoint.
 */
export const RULES = {
  client_known: ['the client named is known and enabled', 'RFC 6749 §4.1.2.1'],
  redirect_uri: ['the redirect URI is registered', 'RFC 6749 §3.1.2.3, RFC 9700 §4.1.3'],
  confidential: ['the client authenticates', 'CIBA §7.1'],
  registered_for: ['the client is registered for the grant type', 'RFC 6749 §5.2'],
  supported: ['no parameter that is not supported', 'OIDC Core §7.2.1, CIBA §7.1.1'],
  response_type: ['a response type there is and the client is registered for', 'RFC 6749 §4.1.1'],
  hybrid_flow: ['`openid` and a nonce in the hybrid flow', 'OIDC Core §3.3.2.1, §3.3.2.11'],
  pushed: ['pushed, where client or profile want it', 'RFC 9126 §6, FAPI 2.0 §5.3.2.2-3'],
  redirect_uri_named: [
    'the request names the redirect URI, with `openid` or under a profile',
    'OIDC Core §3.1.2.1, FAPI 2.0 §5.3.2.2-6',
  ],
  nonce_or_state: ['a nonce or state, under a profile', 'FAPI 1.0 Baseline §5.2.2.2, §5.2.2.3'],
  response_mode: ['a response mode the client may have', 'JARM §2.3, FAPI 2.0 Message Signing §5.4.1-1'],
  scope: ['a scope the client is registered for', 'RFC 6749 §3.3, OIDC Core §3.1.2.1'],
  pkce: [
    'a code challenge, for public clients, by setting, registration or profile',
    'RFC 7636 §4.4.1, RFC 9700 §2.1.1',
  ],
  dpop_jkt: ['the DPoP key is a thumbprint', 'RFC 9449 §10'],
  max_age: ['the age of the sign-in is a number', 'OIDC Core §3.1.2.1'],
  claims: ['the claims asked for can be read', 'OIDC Core §5.5'],
  authorization_details: ['authorization details of types the client may use', 'RFC 9396 §5'],
  resource: ['resources there are and the client may use', 'RFC 8707 §2'],
  prompt: ['prompts there are, none alone', 'OIDC Core §3.1.2.1'],
  sender_constraint: ['tokens bound to their sender, under a profile', 'FAPI 2.0 §5.3.2.1-4'],
} as const satisfies Readonly<Record<string, readonly [what: string, source: string]>>;

type RuleName = keyof typeof RULES;

/** An authorization request, whichever way it came. */
export const AUTHORIZATION_REQUEST_RULES = {
  supported: checkUnsupported,
  response_type: requestedResponseType,
  hybrid_flow: checkHybridFlow,
  pushed: checkPushed,
  redirect_uri_named: checkRedirectUriNamed,
  nonce_or_state: checkNonceOrState,
  response_mode: responseModeOf,
  scope: scopeOf,
  pkce: codeChallenge,
  dpop_jkt: dpopKey,
  max_age: maxAge,
  claims: claimsOf,
  authorization_details: detailsOf,
  resource: checkResources,
  prompt: promptsOf,
} as const;

/** Which rule holds at which endpoint; an endpoint reaches a rule through its own column alone. */
export const REQUEST_RULES = {
  authorization: { client_known: knownClient, redirect_uri: trustedRedirect, ...AUTHORIZATION_REQUEST_RULES },
  pushed_authorization_request: {
    client_known: knownClient,
    redirect_uri: trustedRedirect,
    ...AUTHORIZATION_REQUEST_RULES,
  },
  device_authorization: {
    registered_for: checkRegisteredFor,
    supported: refusing('request', 'request_uri', 'authorization_details'),
    scope: grantedScope,
    resource: checkResources,
  },
  backchannel_authentication: {
    confidential: checkConfidential,
    registered_for: checkRegisteredFor,
    supported: refusing('request_uri', 'user_code', 'authorization_details'),
    scope: grantedScope,
    resource: checkResources,
  },
  token: { registered_for: checkRegisteredFor, sender_constraint: checkSenderConstraint },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<RuleName, unknown>>>>>;

import type { ResponseType } from '../response-type.ts';
import type { TokenEndpointAuthMethod } from '../token-endpoint-auth-method.ts';

/**
 * The switches that are on or off, each with what it asks while it is on. Where one is off, members of the client's own
 * registration may still ask for the same.
 */
export const RULES = {
  pushed_request: 'the authorization request is pushed (`require_pushed_authorization_requests`)',
  redirect_uri_named: 'every authorization request names its `redirect_uri`',
  pkce: 'PKCE with `S256`',
  pkce_when_pushed: 'PKCE with `S256` in pushed requests',
  nonce_or_state: 'a `nonce` with `openid`, a `state` without',
  scope_named: 'the authorization request names its `scope`',
  request_object: 'a signed request object (`require_signed_request_object`)',
  encrypted_unless_pushed: 'the request object is encrypted too, unless it is pushed',
  jwt_response:
    'a signed response: `response_mode` `jwt` (`response_modes`), or the ID token of `code id_token` where that is allowed',
  sender_constraint: 'tokens bound to a certificate or a DPoP key',
  certificate_constraint: 'tokens bound to a certificate (`tls_client_certificate_bound_access_tokens`)',
  dpop_nonce: 'nonces of this server in DPoP proofs',
  client_authentication: 'secrets are never taken',
  assertion_audience: 'the issuer alone, as one string, is the `aud` of assertions',
  code_lifetime: 'codes live for 60 seconds at most',
  no_refresh_token_rotation: 'refresh tokens are not rotated',
  auth_req_id_once: 'an `auth_req_id` gives tokens once, also where the answer was lost',
  confidential: 'no public clients',
  encrypted_id_tokens: 'ID tokens are encrypted (`id_token_encrypted_response_alg`)',
  no_password: 'no password grant',
} as const;
export type ProfileRule = keyof typeof RULES;

/** A switch with several positions: what is allowed, and the clause that says so. */
export type Choice<Value> = { readonly of: readonly Value[]; readonly clause: string };

/** A named set of switches. */
export type Bundle = {
  /** What it follows, for people. */
  readonly title: string;
  /** The switches that are on, each with the clause it comes from. */
  readonly rules: Readonly<Partial<Record<ProfileRule, string>>>;
  readonly authentication: Choice<TokenEndpointAuthMethod>;
  /** Of the client's own JWTs and of those made for it (RFC 7518 §3.1). */
  readonly algorithms: Choice<string>;
  readonly response_types: Choice<ResponseType>;
  /** Whether an `http` loopback redirect URI of a native application is allowed. */
  readonly loopback_redirect: { readonly allowed: boolean; readonly clause: string };
  /** Seconds. */
  readonly access_token_lifetime?: { readonly least: number; readonly most: number; readonly clause: string };
};

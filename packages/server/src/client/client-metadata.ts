import { z } from 'zod';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from './client-encryption.ts';
import { CLIENT_SIGNING_ALGORITHMS } from './client-signing-algorithms.ts';
import { type ClientLifetime, LONGEST_LIFETIMES } from './longest-lifetimes.ts';
import { PROFILES } from './profile-name.ts';
import { TOKEN_ENDPOINT_AUTH_METHODS } from './token-endpoint-auth-method.ts';

/** How an authorization response travels to the client: plainly, or signed (OAuth 2.0 Multiple Response Types §2.1, JARM §2.3). */
export const RESPONSE_MODES = [
  'query',
  'fragment',
  'form_post',
  'jwt',
  'query.jwt',
  'fragment.jwt',
  'form_post.jwt',
] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

const SignatureAlgorithm = z.enum(['ES256', 'PS256', 'RS256', 'EdDSA']);
/** What this server can sign with. */
export type SignatureAlgorithm = z.infer<typeof SignatureAlgorithm>;

/** How something is encrypted to the client (RFC 7518 §4.1, §5.1); `enc` is A128CBC-HS256 where `alg` stands alone. */
const KeyManagement = z.enum(KEY_MANAGEMENT_ALGORITHMS).optional();
const ContentEncryption = z.enum(CONTENT_ENCRYPTION_ALGORITHMS).optional();

const Uri = z.string().max(2000);

/** A lifetime of the client's own; that of `[oauth]` when absent. */
const lifetime = (name: ClientLifetime) => z.int().min(1).max(LONGEST_LIFETIMES[name]).optional();

/** What the client may do by token exchange (RFC 8693) beyond narrowing its own tokens. */
const TokenExchange = z.strictObject({
  /** Tokens of other clients with one of these audiences may be exchanged: the client is the resource server there. */
  subject_audiences: z.array(Uri).max(100).default([]),
  /** Whether a token may be had that says nothing of who acts (RFC 8693 §1.1). */
  impersonation: z.boolean().default(false),
  /** Whether tokens bound to a certificate or key that the client does not prove may be exchanged. */
  bound_tokens: z.enum(['proof', 'any']).default('proof'),
});

const AttributeText = z.string().max(1000);

/** Attributes of a client, by name. */
const ClientAttributes = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/, 'is no name of an attribute'),
    z.union([AttributeText, z.number(), z.boolean(), z.array(z.union([AttributeText, z.number()])).max(100)]),
  )
  .refine((attributes) => Object.keys(attributes).length <= 100, 'has more than 100 members');

/** Shape of client metadata as it is given; `client-registration.ts` holds the rules between fields. */
export const ClientMetadata = z.strictObject({
  client_name: z.string().min(1).max(200),
  token_endpoint_auth_method: z.enum(TOKEN_ENDPOINT_AUTH_METHODS),
  grant_types: z.array(z.string().max(200)).max(20),
  response_types: z.array(z.string().max(100)).max(10).default([]),
  redirect_uris: z.array(z.string().max(2000)).max(100).default([]),
  /** Space-separated scopes the client may ask for. */
  scope: z.string().max(4000).default(''),
  /** What of it a request gets that names no scope (RFC 6749 §3.3); all that the grant gives unasked when absent. */
  default_scope: z.string().max(4000).optional(),
  /** PEM application certificates; several at once for rollover. */
  certificates: z.array(z.string().max(20_000)).max(20).default([]),
  jwks_uri: z.string().max(2000).optional(),
  jwks: z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(50) }).optional(),
  tls_client_auth_subject_dn: z.string().max(2000).optional(),
  tls_client_auth_san_dns: z.string().max(300).optional(),
  tls_client_auth_san_uri: z.string().max(2000).optional(),
  tls_client_auth_san_ip: z.string().max(100).optional(),
  tls_client_auth_san_email: z.string().max(400).optional(),
  /** The `[[trust_group]]` whose anchors the client's certificate must chain to; the trust store otherwise. */
  trust_group: z.string().min(1).max(200).optional(),
  /** PEM trust anchors of this client alone; they stand in place of the trust store. */
  trust_anchors: z.array(z.string().max(20_000)).max(20).default([]),
  /** The one algorithm of the client's assertions; any the method has when absent (OIDC Registration §2). */
  token_endpoint_auth_signing_alg: z.string().max(20).optional(),
  /** The security profile whose every rule holds for this client. */
  profile: z.enum(PROFILES).optional(),
  /** True asks for it and is enforced, false turns it off; `certificate-binding.ts` says what else there is. */
  tls_client_certificate_bound_access_tokens: z.boolean().optional(),
  /** The client sends DPoP proofs, and a token request without one is refused (RFC 9449 §5.2). */
  dpop_bound_access_tokens: z.boolean().default(false),
  /** A signed JWT (RFC 9068), or an opaque token that resource servers introspect (RFC 7662). */
  access_token_type: z.enum(['jwt', 'reference']).default('jwt'),
  /** A native application's loopback redirect URIs, `localhost` included, match with any port (RFC 8252 §7.3). */
  application_type: z.enum(['web', 'native']).default('web'),
  /** Whether every client knows a person by the same `sub`, or each sector by one of its own; `public` when absent (OIDC Core §8). */
  subject_type: z.enum(['public', 'pairwise']).optional(),
  /** Where the redirect URIs of one sector are listed; its host names the sector (OIDC Registration §5). */
  sector_identifier_uri: Uri.optional(),
  /** RS256 when absent, and the deployment's or the profile's where they have another (OIDC Registration §2). */
  id_token_signed_response_alg: SignatureAlgorithm.optional(),
  /**
   * The ID token too has the claims of the scopes `profile`, `email`, `address` and `phone` (OIDC Core §5.4): for relying
   * parties that cannot ask UserInfo, such as those that present their certificate at the token endpoint alone.
   */
  scope_claims_in_id_token: z.boolean().default(false),
  /** Plain JSON when absent (OIDC Core §5.3.2). */
  userinfo_signed_response_alg: SignatureAlgorithm.optional(),
  /** As that of ID tokens when absent (RFC 9701 §6). */
  introspection_signed_response_alg: SignatureAlgorithm.optional(),
  /** Of the JWTs above, and of signed authorization responses: encrypted too where this says how (RFC 7519 §11.2). */
  id_token_encrypted_response_alg: KeyManagement,
  id_token_encrypted_response_enc: ContentEncryption,
  userinfo_encrypted_response_alg: KeyManagement,
  userinfo_encrypted_response_enc: ContentEncryption,
  introspection_encrypted_response_alg: KeyManagement,
  introspection_encrypted_response_enc: ContentEncryption,
  authorization_encrypted_response_alg: KeyManagement,
  authorization_encrypted_response_enc: ContentEncryption,
  /** What the client may encrypt its request objects with (OIDC Registration §2). */
  request_object_encryption_alg: KeyManagement,
  request_object_encryption_enc: ContentEncryption,
  /** Seconds (OIDC Registration §2). */
  default_max_age: z.int().min(0).max(315_360_000).optional(),
  require_auth_time: z.boolean().default(false),
  /** Where a third party has the client begin a sign-in (OIDC Core §4). */
  initiate_login_uri: Uri.optional(),
  default_acr_values: z.array(z.string().max(200)).max(20).optional(),
  post_logout_redirect_uris: z.array(Uri).max(100).default([]),
  /** Whose scripts may speak for the client, beside those of the redirect URIs of a public one (Fetch §3.2). */
  allowed_cors_origins: z.array(z.string().max(300)).max(100).default([]),
  backchannel_logout_uri: Uri.optional(),
  backchannel_logout_session_required: z.boolean().default(false),
  /** RFC 9126 §6. */
  require_pushed_authorization_requests: z.boolean().default(false),
  /** The one algorithm of the client's request objects; any when absent (OIDC Registration §2). */
  request_object_signing_alg: z.string().max(20).optional(),
  /** Where the client's request objects may be fetched from, each compared exactly (OIDC Registration §2). */
  request_uris: z.array(Uri).max(50).default([]),
  /** Refuses authorization requests without a signed request object (RFC 9101 §10.5). */
  require_signed_request_object: z.boolean().default(false),
  /** The response modes the client may use; every one when absent (FAPI 2.0 Message Signing §5.3.3). */
  response_modes: z.array(z.enum(RESPONSE_MODES)).max(10).optional(),
  /** Of signed authorization responses; as that of ID tokens when absent (JARM §3). */
  authorization_signed_response_alg: SignatureAlgorithm.optional(),
  /** The types of authorization details the client may ask for; every one of the deployment when absent (RFC 9396 §10). */
  authorization_details_types: z.array(z.string().max(200)).max(50).optional(),
  /** The client uses the mutual-TLS aliases for everything (FAPI 2.0 Security Profile §5.2.2.1.1). */
  use_mtls_endpoint_aliases: z.boolean().optional(),
  client_uri: Uri.optional(),
  logo_uri: Uri.optional(),
  policy_uri: Uri.optional(),
  tos_uri: Uri.optional(),
  contacts: z.array(z.string().max(400)).max(20).default([]),
  software_id: z.string().max(200).optional(),
  software_version: z.string().max(200).optional(),
  /** How a client learns that a person decided (CIBA §4); a client without one cannot use CIBA. */
  backchannel_token_delivery_mode: z.enum(['poll', 'ping']).optional(),
  /** Where a client is told, with `ping` (CIBA §4). */
  backchannel_client_notification_endpoint: Uri.optional(),
  backchannel_user_code_parameter: z.literal(false).optional(),
  /** The one algorithm of the client's backchannel requests, which it then must sign (CIBA §4). */
  backchannel_authentication_request_signing_alg: z.enum(CLIENT_SIGNING_ALGORITHMS).optional(),
  /** The resources (RFC 8707) the client may ask tokens for; every `[[resource]]` of the deployment when absent. */
  allowed_resources: z.array(Uri).max(100).optional(),
  /** What the client may do by token exchange (RFC 8693) beyond narrowing its own tokens. */
  token_exchange: TokenExchange.optional(),
  /** By scope, the audiences of tokens that have it, where no request names a resource; this server when absent. */
  scope_audiences: z.record(z.string().max(200), z.array(Uri.min(1)).min(1).max(10)).optional(),
  /** Seconds, each within `[oauth] max_…` of the same name. */
  access_token_lifetime: lifetime('access_token_lifetime'),
  refresh_token_lifetime: lifetime('refresh_token_lifetime'),
  refresh_token_idle_lifetime: lifetime('refresh_token_idle_lifetime'),
  id_token_lifetime: lifetime('id_token_lifetime'),
  device_code_lifetime: lifetime('device_code_lifetime'),
  /** Of access tokens that the client has for itself, by its own credentials; `access_token_lifetime` when absent. */
  client_credentials_token_lifetime: lifetime('access_token_lifetime'),
  /** Refuses authorization requests without a code challenge (RFC 7636), whoever else need not send one. */
  require_pkce: z.boolean().default(false),
  /** Seconds in which a refresh token that was replaced yields its successor once more; those of `[oauth]` when absent. */
  refresh_token_reuse_window: z.int().min(0).max(600).optional(),
  /** What the operator notes of the client, for claim rules and plug-ins: one text or number each, or a list of them. */
  attributes: ClientAttributes.optional(),
  /** The operator answers for the client, e.g. one of its own: people are not asked for their consent. */
  skip_consent: z.boolean().default(false),
  /**
   * Redirect URIs that are plain http to a host that is not loopback, each of which the operator accepts: whoever is on the
   * way can read what is sent there.
   */
  plain_http_redirect_uris: z.array(Uri).max(100).optional(),
});

/**
 * Client metadata as it is stored: a later version may have written members that this one does not know, and they are
 * left out.
 */
export const ClientMetadataRecord = z.object({
  ...ClientMetadata.shape,
  token_exchange: z.object(TokenExchange.shape).optional(),
});

/** What only the operator of the server decides; a client that registers itself cannot set it. */
export const OPERATOR_METADATA = [
  'trust_anchors',
  'allowed_resources',
  'token_exchange',
  'scope_audiences',
  'access_token_lifetime',
  'refresh_token_lifetime',
  'refresh_token_idle_lifetime',
  'id_token_lifetime',
  'device_code_lifetime',
  'client_credentials_token_lifetime',
  'require_pkce',
  'refresh_token_reuse_window',
  'attributes',
  'skip_consent',
  'plain_http_redirect_uris',
] as const satisfies readonly (keyof ClientMetadata)[];
export type ClientMetadata = z.infer<typeof ClientMetadata>;

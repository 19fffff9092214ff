import { z } from 'zod';

/** The client authentication methods of the token endpoint (RFC 7591 §2, RFC 8705 §2). */
export const TOKEN_ENDPOINT_AUTH_METHODS = [
  'self_signed_tls_client_auth',
  'tls_client_auth',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;
export type TokenEndpointAuthMethod = (typeof TOKEN_ENDPOINT_AUTH_METHODS)[number];

/** Shape of stored client metadata; `client-registration.ts` holds the rules between fields. */
export const ClientMetadata = z.strictObject({
  client_name: z.string().min(1).max(200),
  token_endpoint_auth_method: z.enum(TOKEN_ENDPOINT_AUTH_METHODS),
  grant_types: z.array(z.string().max(200)).max(20),
  response_types: z.array(z.string().max(100)).max(10).default([]),
  redirect_uris: z.array(z.string().max(2000)).max(100).default([]),
  /** Space-separated scopes the client may ask for. */
  scope: z.string().max(4000).default(''),
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
  tls_client_certificate_bound_access_tokens: z.boolean().default(true),
});
export type ClientMetadata = z.infer<typeof ClientMetadata>;

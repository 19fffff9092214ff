/** The client authentication methods of the token endpoint (RFC 7591 §2, RFC 8705 §2). */
export const TOKEN_ENDPOINT_AUTH_METHODS = [
  'self_signed_tls_client_auth',
  'tls_client_auth',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'client_secret_jwt',
  'none',
] as const;
export type TokenEndpointAuthMethod = (typeof TOKEN_ENDPOINT_AUTH_METHODS)[number];

/** Whether a client secret proves anything for clients of this method; for those of every other it authenticates nothing. */
export const usesClientSecret = (method: TokenEndpointAuthMethod): boolean =>
  method.startsWith('client_secret_');

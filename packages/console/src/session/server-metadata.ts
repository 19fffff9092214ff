/**
 * What the console knows of the server that serves it (RFC 8414), without asking: they are built together.
 * @param issuer the server that the console's page came from
 */
export const serverMetadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth2/authorize`,
  token_endpoint: `${issuer}/oauth2/token`,
  revocation_endpoint: `${issuer}/oauth2/revoke`,
  end_session_endpoint: `${issuer}/oidc/logout`,
  /** RFC 9207: an answer that does not say who gave it is refused. */
  authorization_response_iss_parameter_supported: true,
  /** ID tokens are signed with the key the administrator chose, whichever it is. */
  id_token_signing_alg_values_supported: ['ES256', 'PS256', 'RS256', 'EdDSA'],
});

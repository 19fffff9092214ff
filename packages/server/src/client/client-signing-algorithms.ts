/** The signature algorithms of clients, all of them asymmetric; a security profile allows fewer. */
export const CLIENT_SIGNING_ALGORITHMS = [
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS256',
  'ES384',
  'ES512',
] as const;

/** The algorithms of assertions made with a client secret (RFC 7518 §3.2). */
export const CLIENT_SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/** The algorithms of assertions, by the method that is shown with them. */
export const ASSERTION_ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  private_key_jwt: CLIENT_SIGNING_ALGORITHMS,
  client_secret_jwt: CLIENT_SECRET_ALGORITHMS,
};

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

import { type Certificate, parsePemCertificates } from '@countersign/x509';
import { type JwksKey, MalformedJwks, parseJwks } from '../outbound/json-web-key-set.ts';
import { type Claim, certificateClaim, claimsOn, keyClaim } from './authority-claim.ts';
import type { ClientMetadata } from './client-metadata.ts';

/** A certificate that a client registered as its own; of one that a JWK names by `x5t#S256` only that is known. */
export type OwnCertificate = { readonly thumbprint: string; readonly certificate?: Certificate };

function keysOf(jwks: ClientMetadata['jwks']): readonly JwksKey[] {
  if (!jwks) return [];
  try {
    return parseJwks(jwks).keys;
  } catch (error) {
    // Registration refuses such a set, so that nothing can be known by it either.
    if (error instanceof MalformedJwks) return [];
    throw error;
  }
}

const namedBy = (key: JwksKey): readonly OwnCertificate[] => {
  if (key.x5c) return [{ thumbprint: key.x5c.thumbprint, certificate: key.x5c }];
  return key['x5t#S256'] === undefined ? [] : [{ thumbprint: key['x5t#S256'] }];
};

/**
 * The certificates of a client as its metadata tells them: `certificates`, and those that its `jwks` names (RFC 7517
 * §4.7, §4.9). What stands behind a `jwks_uri` is not among them.
 */
export function ownCertificates({
  certificates,
  jwks,
}: Pick<ClientMetadata, 'certificates' | 'jwks'>): readonly OwnCertificate[] {
  return [
    ...certificates
      .flatMap(parsePemCertificates)
      .map((certificate) => ({ thumbprint: certificate.thumbprint, certificate })),
    ...keysOf(jwks).flatMap(namedBy),
  ];
}

/** Everything by which keys of a client, and the certificates they name, can be claimed. */
export const claimsOnKeys = (keys: readonly JwksKey[]): readonly Claim[] =>
  keys.flatMap((key) => [
    keyClaim(key.publicKey),
    ...(key.x5c ? claimsOn(key.x5c) : []),
    ...(key['x5t#S256'] === undefined ? [] : [certificateClaim(key['x5t#S256'])]),
  ]);

/** As {@link claimsOnKeys}, of the certificates and keys that a client's metadata holds. */
export const ownClaims = ({
  certificates,
  jwks,
}: Pick<ClientMetadata, 'certificates' | 'jwks'>): readonly Claim[] => [
  ...certificates.flatMap(parsePemCertificates).flatMap(claimsOn),
  ...claimsOnKeys(keysOf(jwks)),
];

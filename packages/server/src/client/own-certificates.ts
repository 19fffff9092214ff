import { type Certificate, parsePemCertificates } from '@countersign/x509';
import { MalformedJwks, parseJwks } from '../outbound/json-web-key-set.ts';
import type { ClientMetadata } from './client-metadata.ts';

/** A certificate that a client registered as its own; of one that a JWK names by `x5t#S256` only that is known. */
export type OwnCertificate = { readonly thumbprint: string; readonly certificate?: Certificate };

function namedBy(jwks: NonNullable<ClientMetadata['jwks']>): readonly OwnCertificate[] {
  try {
    return parseJwks(jwks).keys.flatMap((key): OwnCertificate[] => {
      if (key.x5c) return [{ thumbprint: key.x5c.thumbprint, certificate: key.x5c }];
      return key['x5t#S256'] === undefined ? [] : [{ thumbprint: key['x5t#S256'] }];
    });
  } catch (error) {
    // Registration refuses such a set, so that nothing can be known by it either.
    if (error instanceof MalformedJwks) return [];
    throw error;
  }
}

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
    ...(jwks ? namedBy(jwks) : []),
  ];
}

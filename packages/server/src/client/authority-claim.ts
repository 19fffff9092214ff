import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { Certificate } from '@countersign/x509';

/**
 * By what is remembered that a client has or had a certificate or key: `certificate` and its x5t#S256, or `key` and the
 * hash of the public key. Whatever two certificates say of one key, its claim is the same.
 */
export type Claim = string;

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** The members that make a key (RFC 7638 §3.2): a JWK Thumbprint tells keys apart, however they were written. */
const REQUIRED = ['crv', 'e', 'kty', 'n', 'x', 'y'] as const;

function thumbprintOf(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' });
  const members = REQUIRED.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]]));
  return sha256(JSON.stringify(Object.fromEntries(members)));
}

function hashOf(key: KeyObject): string {
  return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec'
    ? thumbprintOf(key)
    : sha256(key.export({ format: 'der', type: 'spki' }));
}

/** A key is told of at every assertion it signs. */
const claimed = new WeakMap<KeyObject, Claim>();

/** Of a key that is no JWK its encoding; the numbers of an RSA-PSS key are those of an RSA key. */
export function keyClaim(key: KeyObject): Claim {
  const claim = claimed.get(key) ?? `key ${hashOf(key)}`;
  claimed.set(key, claim);
  return claim;
}

export const certificateClaim = (thumbprint: string): Claim => `certificate ${thumbprint}`;

function claimOfKeyIn(certificate: Certificate): readonly Claim[] {
  try {
    const { publicKey } = certificate;
    if (publicKey.kind.kind !== 'rsa-pss') return [keyClaim(publicKey.keyObject)];
    const numbers = createPublicKey({ key: Buffer.from(publicKey.octets), format: 'der', type: 'pkcs1' });
    return [keyClaim(numbers)];
  } catch {
    // What neither this reader nor OpenSSL can read is nobody's key: it verifies nothing either.
    return [];
  }
}

const worked = new WeakMap<Certificate, readonly Claim[]>();

/** Everything by which a certificate can be claimed; that of itself first. */
export function claimsOn(certificate: Certificate): readonly Claim[] {
  const claims = worked.get(certificate) ?? [
    certificateClaim(certificate.thumbprint),
    ...claimOfKeyIn(certificate),
  ];
  worked.set(certificate, claims);
  return claims;
}

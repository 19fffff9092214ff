import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from './sealing.ts';

/** The signature algorithms tokens can be signed with (RFC 7518 §3.1, RFC 8037). */
export const SIGNING_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/**
 * A key tokens are signed with, as kept in storage. `next` is published but not yet used,
 * `active` signs, `retired` only verifies until `retired_at` plus the longest token lifetime.
 */
export type StoredSigningKey = {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly state: 'next' | 'active' | 'retired';
  /** The private JWK, encrypted with the deployment's `[encryption] key`; opaque to storage. */
  readonly sealed_private_jwk: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly retired_at?: number;
};

/** A signing key ready for use. */
export type SigningKey = {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly state: StoredSigningKey['state'];
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public JWK as published at the JWKS endpoint (RFC 7517). */
  readonly publicJwk: JsonWebKey & { kid: string; use: 'sig'; alg: SigningAlgorithm };
};

const purpose = (kid: string) => `signing key ${kid}`;

const PrivateJwk = z.looseObject({ kty: z.string() });

function generatePrivateKey(alg: SigningAlgorithm): KeyObject {
  switch (alg) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'EdDSA':
      return generateKeyPairSync('ed25519').privateKey;
    case 'PS256':
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  }
}

/** RFC 7638 SHA-256 thumbprint of a public key: the kid of ours, so that equal keys have equal names everywhere. */
export function jwkThumbprint(publicKey: KeyObject): string {
  const { kty, crv, x, y, e, n } = publicKey.export({ format: 'jwk' });
  const required = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/**
 * Makes a new signing key, sealed for storage.
 * @param encryptionKey 32 bytes
 * @param now milliseconds since the epoch
 */
export function generateSigningKey(
  alg: SigningAlgorithm,
  state: 'next' | 'active',
  encryptionKey: Uint8Array,
  now: number,
): StoredSigningKey {
  const privateKey = generatePrivateKey(alg);
  const kid = jwkThumbprint(createPublicKey(privateKey));
  const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
  return { kid, alg, state, sealed_private_jwk: seal(jwk, encryptionKey, purpose(kid)), created_at: now };
}

/** Opens a stored signing key. @throws CannotUnseal when the `[encryption] key` is another one */
export function openSigningKey(stored: StoredSigningKey, encryptionKey: Uint8Array): SigningKey {
  const { kid, alg, state } = stored;
  const jwk = PrivateJwk.parse(JSON.parse(unseal(stored.sealed_private_jwk, encryptionKey, purpose(kid))));
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg } as const;
  return { kid, alg, state, privateKey, publicKey, publicJwk };
}

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CannotUnseal, seal, unseal } from './sealing.ts';

/** The signature algorithms tokens can be signed with (RFC 7518 §3.1, RFC 8037). */
export const SIGNING_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/**
 * The kinds of keys that request objects are encrypted to (RFC 7518 §4.1): an RSA key for RSA-OAEP-256 and RSA-OAEP, a key
 * on P-256 for everything of ECDH-ES.
 */
export const DECRYPTION_ALGORITHMS = ['RSA-OAEP-256', 'ECDH-ES'] as const;
export type DecryptionAlgorithm = (typeof DECRYPTION_ALGORITHMS)[number];

/** What keys of this server are for. */
export const SERVER_KEY_ALGORITHMS = [...SIGNING_ALGORITHMS, ...DECRYPTION_ALGORITHMS] as const;
export type ServerKeyAlgorithm = (typeof SERVER_KEY_ALGORITHMS)[number];

/** That of access tokens, of a deployment with this `[oauth]`. */
export const accessTokenAlgorithm = ({
  signing_algorithm = 'ES256',
}: {
  readonly signing_algorithm?: SigningAlgorithm | undefined;
}): SigningAlgorithm => signing_algorithm;

/**
 * A key of this server, as kept in storage. Of those that sign, `next` is published but not yet used, `active` signs,
 * `retired` only verifies until `retired_at` plus the longest token lifetime. Of those that decrypt, the `active` one is
 * published, and `retired` ones open what was encrypted to them before, as long.
 */
export type StoredServerKey<Algorithm extends ServerKeyAlgorithm = ServerKeyAlgorithm> = {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly state: 'next' | 'active' | 'retired';
  /** The private JWK, encrypted with the deployment's `[encryption] key`; opaque to storage. */
  readonly sealed_private_jwk: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  /** Since when it signs, where that is known. */
  readonly activated_at?: number;
  readonly retired_at?: number;
};

export type StoredSigningKey = StoredServerKey<SigningAlgorithm>;
export type StoredDecryptionKey = StoredServerKey<DecryptionAlgorithm>;

export const isSigningKey = (key: StoredServerKey): key is StoredSigningKey =>
  SIGNING_ALGORITHMS.some((alg) => alg === key.alg);
export const isDecryptionKey = (key: StoredServerKey): key is StoredDecryptionKey => !isSigningKey(key);

/** Both halves of a key. */
export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** A signing key ready for use. */
export type SigningKey = Omit<StoredSigningKey, 'sealed_private_jwk'> &
  KeyPair & {
    /** The public JWK as published at the JWKS endpoint (RFC 7517). */
    readonly publicJwk: JsonWebKey & { kid: string; use: 'sig'; alg: SigningAlgorithm };
  };

const purpose = (kid: string) => `signing key ${kid}`;

const PrivateJwk = z.looseObject({ kty: z.string() });

const makeKeyPair = promisify(generateKeyPair);

async function generatePrivateKey(alg: ServerKeyAlgorithm): Promise<KeyObject> {
  switch (alg) {
    case 'ES256':
    case 'ECDH-ES':
      return (await makeKeyPair('ec', { namedCurve: 'P-256' })).privateKey;
    case 'EdDSA':
      return (await makeKeyPair('ed25519')).privateKey;
    case 'PS256':
    case 'RS256':
    case 'RSA-OAEP-256':
      return (await makeKeyPair('rsa', { modulusLength: 2048 })).privateKey;
  }
}

/** RFC 7638 SHA-256 thumbprint of a public key: the kid of ours, so that equal keys have equal names everywhere. */
export function jwkThumbprint(publicKey: KeyObject): string {
  const { kty, crv, x, y, e, n } = publicKey.export({ format: 'jwk' });
  const required = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/**
 * Makes a new key, sealed for storage, off the thread that answers: an RSA key takes a while to find.
 * @param encryptionKey 32 bytes
 * @param now milliseconds since the epoch
 */
export async function generateServerKey<Algorithm extends ServerKeyAlgorithm>(
  alg: Algorithm,
  state: 'next' | 'active',
  encryptionKey: Uint8Array,
  now: number,
): Promise<StoredServerKey<Algorithm>> {
  const privateKey = await generatePrivateKey(alg);
  const kid = jwkThumbprint(createPublicKey(privateKey));
  const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
  return { kid, alg, state, sealed_private_jwk: seal(jwk, encryptionKey, purpose(kid)), created_at: now };
}

/** Whether a stored key was sealed with this `[encryption] key`. */
export function isSealedWith(
  { kid, sealed_private_jwk }: StoredServerKey,
  encryptionKey: Uint8Array,
): boolean {
  try {
    unseal(sealed_private_jwk, encryptionKey, purpose(kid));
    return true;
  } catch (error) {
    if (error instanceof CannotUnseal) return false;
    throw error;
  }
}

/** Opens a stored key. @throws CannotUnseal when the `[encryption] key` is another one */
export function openServerKey(
  { kid, sealed_private_jwk }: StoredServerKey,
  encryptionKey: Uint8Array,
): KeyPair {
  const jwk = PrivateJwk.parse(JSON.parse(unseal(sealed_private_jwk, encryptionKey, purpose(kid))));
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Opens a stored signing key. @throws CannotUnseal when the `[encryption] key` is another one */
export function openSigningKey(stored: StoredSigningKey, encryptionKey: Uint8Array): SigningKey {
  const { sealed_private_jwk: _sealed, ...rest } = stored;
  const { kid, alg } = rest;
  const { privateKey, publicKey } = openServerKey(stored, encryptionKey);
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg } as const;
  return { ...rest, privateKey, publicKey, publicJwk };
}

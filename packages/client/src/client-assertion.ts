import { type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { TokenUnavailable } from './token-unavailable.ts';

const LIFETIME_SECONDS = 60;

const OF_CURVE: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** The JWS algorithm of a key (RFC 7518 §3.1, RFC 8037): of RSA the better one that the server takes. */
export function algorithmOf(key: KeyObject, supported: readonly string[]): string | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec') return OF_CURVE[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType === 'ed25519') return supported.includes('Ed25519') ? 'Ed25519' : 'EdDSA';
  if (asymmetricKeyType === 'rsa') return supported.includes('PS256') ? 'PS256' : 'RS256';
  return asymmetricKeyType === 'rsa-pss' ? 'PS256' : undefined;
}

/** What an assertion says and is signed with. */
export type AssertionOptions = {
  readonly clientId: string;
  /** Whom it is for, and nobody else: the issuer. */
  readonly audience: string;
  readonly key: KeyObject;
  readonly algorithm: string | undefined;
  readonly keyId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/**
 * Makes a client assertion that is good once, for a minute (RFC 7523 §2.2, §3).
 * @throws TokenUnavailable with `certificate_unusable` when the key cannot sign it
 */
export async function clientAssertion(options: AssertionOptions): Promise<string> {
  const { clientId, audience, key, algorithm: alg, keyId, now } = options;
  const seconds = Math.floor(now / 1_000);
  try {
    if (alg === undefined) throw new Error(`there is no algorithm for keys of ${key.asymmetricKeyType}`);
    return await new SignJWT()
      .setProtectedHeader({ alg, ...(keyId !== undefined && { kid: keyId }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + LIFETIME_SECONDS)
      .sign(key);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TokenUnavailable('certificate_unusable', `the key of private_key_jwt cannot sign: ${why}`, {
      expected: alg,
      presented: key.asymmetricKeyType,
    });
  }
}

import { timeText } from '@countersign/x509';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { invalidToken } from '../refusal/error-codes.ts';
import type { ActorClaim } from './access-token.ts';
import type { KeyRing } from './key-ring.ts';
import type { ReferenceToken } from './reference-token.ts';

const Act: z.ZodType<ActorClaim> = z.lazy(() => z.object({ sub: z.string(), act: Act.exactOptional() }));

const Claims = z
  .looseObject({
    sub: z.string(),
    client_id: z.string(),
    jti: z.string(),
    exp: z.number(),
    iat: z.number(),
    aud: z.union([z.string(), z.array(z.string())]).transform((aud) => [aud].flat()),
    scope: z.string().default(''),
    cnf: z.looseObject({ 'x5t#S256': z.string().optional(), jkt: z.string().optional() }).optional(),
    grant_id: z.string().optional(),
    sid: z.string().optional(),
    client_generation: z.int().optional(),
    userinfo_claims: z.array(z.string()).optional(),
    act: Act.optional(),
    auth_time: z.number().optional(),
    acr: z.string().optional(),
    amr: z.array(z.string()).optional(),
  })
  .readonly();

/**
 * The claims of an access token of this server, whatever its form, that is authentic and within its lifetime
 * (RFC 9068 §4). Whether it was revoked and who presents it is the caller's to check.
 */
export type VerifiedAccessToken = z.infer<typeof Claims>;

const INVALID = 'The access token is not valid.';

/**
 * Verifies a JWT access token of this server (RFC 9068 §4) but for its audience.
 * @param now milliseconds since the epoch
 * @throws Refusal `invalid_token`
 */
export async function verifyAccessToken(
  token: string,
  issuer: string,
  keyRing: KeyRing,
  now: number,
): Promise<VerifiedAccessToken> {
  const verificationKey = await keyRing.verificationKey();
  try {
    const { payload } = await jwtVerify(token, verificationKey, {
      issuer,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(now),
    });
    return Claims.parse(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw invalidToken(INVALID, 'token_expired', { why: error.message });
    if (error instanceof errors.JOSEError)
      throw invalidToken(INVALID, 'token_invalid', { why: error.message });
    if (error instanceof z.ZodError)
      throw invalidToken(INVALID, 'token_invalid', { why: 'a required claim is missing' });
    throw error;
  }
}

/** Tokens whose signature is remembered: each takes some 2 kB. */
const REMEMBERED = 4_000;

/**
 * Verifies JWT access tokens of this server as {@link verifyAccessToken} does, each signature once: a token is used again
 * and again, and says the same every time. It is remembered no longer than until it expires or a key is added or removed.
 */
export function accessTokenVerifier(issuer: string, keyRing: KeyRing) {
  const remembered = new LRUCache<string, { readonly claims: VerifiedAccessToken; readonly keys: unknown }>({
    max: REMEMBERED,
  });
  return async (token: string, now: number): Promise<VerifiedAccessToken> => {
    const keys = await keyRing.keys();
    const known = remembered.get(token);
    if (known?.keys === keys && now < known.claims.exp * 1000) return known.claims;
    remembered.delete(token);
    const claims = await verifyAccessToken(token, issuer, keyRing, now);
    remembered.set(token, { claims, keys });
    return claims;
  };
}

/**
 * The claims of a stored reference token, as a JWT would carry them.
 * @param now milliseconds since the epoch
 * @throws Refusal `invalid_token` when it has expired
 */
export function claimsOfReferenceToken(
  token: ReferenceToken,
  issuer: string,
  now: number,
): VerifiedAccessToken {
  if (token.expires_at <= now) {
    const why = `expired at ${timeText(token.expires_at)}`;
    throw invalidToken(INVALID, 'token_expired', { why });
  }
  return Claims.parse({
    ...token.claims,
    iss: issuer,
    sub: token.sub,
    aud: [...token.audience],
    client_id: token.client_id,
    jti: token.jti,
    iat: Math.floor(token.issued_at / 1000),
    exp: Math.floor(token.expires_at / 1000),
    ...(token.scope !== '' && { scope: token.scope }),
    ...(token.grant_id !== undefined && { grant_id: token.grant_id }),
    ...(token.cnf && { cnf: token.cnf }),
  });
}

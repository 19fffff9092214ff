import { createHash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { JwtSigner } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';
import type { SigningAlgorithm } from './signing-key.ts';

/** What an ID token says of a sign-in (OIDC Core §2). */
export type IdTokenPlan = {
  readonly client_id: string;
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly auth_time?: number;
  readonly nonce?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The session as the client is told of it, for its logout (OIDC Back-Channel Logout §2.1). */
  readonly sid?: string;
  /** The session and the grant the token comes from, for token exchange. */
  readonly session_id?: string;
  readonly grant_id: string;
  /** Claims about the person: asked for in the ID token itself (OIDC Core §5.5), or the client's choice. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/** `at_hash`: the left half of the hash that belongs to the signature algorithm (OIDC Core §3.1.3.6). */
export function accessTokenHash(access_token: string, alg: SigningAlgorithm): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(access_token)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/**
 * Issues an ID token (OIDC Core §2). It has one audience, the client, so that no `azp` is needed.
 * @param access_token the one issued beside it
 * @param lifetime seconds
 * @param now milliseconds since the epoch
 */
export function issueIdToken(
  plan: IdTokenPlan & { readonly jti: string },
  issuer: string,
  access_token: string,
  lifetime: number,
  alg: SigningAlgorithm,
  sign: JwtSigner,
  now: number,
): string {
  const iat = Math.floor(now / 1000);
  return sign({
    ...plan.claims,
    iss: issuer,
    sub: plan.sub,
    aud: plan.client_id,
    iat,
    exp: iat + lifetime,
    at_hash: accessTokenHash(access_token, alg),
    ...(plan.auth_time !== undefined && { auth_time: plan.auth_time }),
    ...(plan.nonce !== undefined && { nonce: plan.nonce }),
    ...(plan.acr !== undefined && { acr: plan.acr }),
    ...(plan.amr !== undefined && { amr: plan.amr }),
    ...(plan.sid !== undefined && { sid: plan.sid }),
    jti: plan.jti,
  });
}

const Verified = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).transform((aud) => [aud].flat()),
  exp: z.number(),
  jti: z.string().optional(),
  sid: z.string().optional(),
  grant_id: z.string().optional(),
  auth_time: z.number().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
});
/** An ID token of this server within its lifetime. */
export type VerifiedIdToken = z.infer<typeof Verified>;

/**
 * Verifies an ID token of this server (OIDC Core §3.1.3.7) but for its audience.
 * @param now milliseconds since the epoch
 * @returns undefined for anything else; `at_hash` tells it from the other JWTs this server signs
 */
export async function verifyIdToken(
  token: string,
  issuer: string,
  keyRing: KeyRing,
  now: number,
): Promise<VerifiedIdToken | undefined> {
  const verificationKey = await keyRing.verificationKey();
  try {
    const { payload } = await jwtVerify(token, verificationKey, {
      issuer,
      typ: 'JWT',
      requiredClaims: ['exp', 'at_hash'],
      currentDate: new Date(now),
    });
    return Verified.parse(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

const Hint = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).transform((aud) => [aud].flat()),
  sid: z.string().optional(),
});

/**
 * Reads an `id_token_hint` (OIDC Core §3.1.2.1, RP-Initiated Logout §2): an ID token of this server, which may have
 * expired.
 * @returns undefined for anything else
 */
export async function readIdTokenHint(
  token: string,
  issuer: string,
  keyRing: KeyRing,
): Promise<z.infer<typeof Hint> | undefined> {
  const verificationKey = await keyRing.verificationKey();
  try {
    const { payload } = await jwtVerify(token, verificationKey, {
      issuer,
      typ: 'JWT',
      requiredClaims: ['exp', 'at_hash'],
      currentDate: new Date(0),
    });
    return Hint.parse(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

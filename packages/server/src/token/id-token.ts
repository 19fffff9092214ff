import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { originOf } from './id-token-origin.ts';
import type { JwtSigner } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';
import type { SigningAlgorithm } from './server-key.ts';

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

/**
 * What an ID token comes with and vouches for: the access token of the token endpoint, or at the authorization endpoint
 * the code, and the state of the request where it has one (OIDC Core §3.3.2.11, FAPI 1.0 Advanced §5.2.2.1).
 */
export type IdTokenCompanions =
  | { readonly access_token: string }
  | { readonly code: string; readonly state?: string };

/**
 * `at_hash`, `c_hash` or `s_hash`: the left half of the hash that belongs to the signature algorithm (OIDC Core §3.1.3.6,
 * §3.3.2.11).
 */
export function leftHalfOfHash(text: string, alg: SigningAlgorithm): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(text)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

function hashesOf(companions: IdTokenCompanions, alg: SigningAlgorithm): Readonly<Record<string, string>> {
  if ('access_token' in companions) return { at_hash: leftHalfOfHash(companions.access_token, alg) };
  const { code, state } = companions;
  return {
    c_hash: leftHalfOfHash(code, alg),
    ...(state !== undefined && { s_hash: leftHalfOfHash(state, alg) }),
  };
}

/**
 * Issues an ID token (OIDC Core §2). It has one audience, the client, so that no `azp` is needed.
 * @param lifetime seconds
 * @param now milliseconds since the epoch
 */
export function issueIdToken(
  plan: IdTokenPlan & { readonly jti: string },
  issuer: string,
  companions: IdTokenCompanions,
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
    ...hashesOf(companions, alg),
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
/** An ID token of this server within its lifetime, and which endpoint issued it. */
export type VerifiedIdToken = z.infer<typeof Verified> & { readonly from: 'token' | 'authorization' };

/** Which endpoint issued an ID token: a hash of what it came with tells it from the other JWTs this server signs. */
function endpointOf({ at_hash, c_hash }: JWTPayload): VerifiedIdToken['from'] | undefined {
  if (typeof at_hash === 'string') return 'token';
  return typeof c_hash === 'string' ? 'authorization' : undefined;
}

/**
 * Verifies an ID token of this server (OIDC Core §3.1.3.7) but for its audience.
 * @param now milliseconds since the epoch
 * @returns undefined for anything else
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
      requiredClaims: ['exp'],
      currentDate: new Date(now),
    });
    const from = endpointOf(payload);
    return from && { ...Verified.parse(payload), from };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

const Hint = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).transform((aud) => [aud].flat()),
  jti: z.string().optional(),
});

/** Whom an ID token speaks of, whatever its client calls them, and whom it was issued to. */
export type IdTokenHint = { readonly sub: string; readonly aud: readonly string[] };

/**
 * Reads an `id_token_hint` (OIDC Core §3.1.2.1, RP-Initiated Logout §2): an ID token of this server, which may have
 * expired.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @returns undefined for anything else
 */
export async function readIdTokenHint(
  token: string,
  issuer: string,
  keyRing: KeyRing,
  encryptionKey: Uint8Array,
): Promise<IdTokenHint | undefined> {
  const verificationKey = await keyRing.verificationKey();
  try {
    const { payload } = await jwtVerify(token, verificationKey, {
      issuer,
      typ: 'JWT',
      requiredClaims: ['exp'],
      currentDate: new Date(0),
    });
    if (endpointOf(payload) === undefined) return undefined;
    const { sub, aud, jti } = Hint.parse(payload);
    return { sub: originOf({ jti }, encryptionKey)?.sub ?? sub, aud };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

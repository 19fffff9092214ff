import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { Refusal } from '../refusal/refusal.ts';
import type { KeyRing } from './key-ring.ts';

const Claims = z.object({
  sub: z.string(),
  client_id: z.string(),
  jti: z.string(),
  exp: z.number(),
  iat: z.number(),
  scope: z.string().default(''),
  cnf: z.looseObject({ 'x5t#S256': z.string().optional(), jkt: z.string().optional() }).optional(),
  grant_id: z.string().optional(),
});

/** The claims of a JWT access token whose signature, issuer, audience and lifetime hold (RFC 9068 §4). */
export type VerifiedAccessToken = z.infer<typeof Claims>;

const invalid = (because: 'token_invalid' | 'token_expired', why: string) =>
  new Refusal('invalid_token', 'The access token is not valid.', because, { why });

/**
 * Verifies a JWT access token of this server (RFC 9068 §4); its binding and revocation are the caller's to check.
 * @param audience what must stand in `aud`
 * @throws Refusal `invalid_token`
 */
export async function verifyAccessToken(
  token: string,
  issuer: string,
  audience: string,
  keyRing: KeyRing,
): Promise<VerifiedAccessToken> {
  const keys = await keyRing.keys();
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid, alg }) => {
        const key = keys.find((candidate) => candidate.kid === kid && candidate.alg === alg);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      { issuer, audience, typ: 'at+jwt', requiredClaims: ['exp', 'jti'] },
    );
    return Claims.parse(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalid('token_expired', error.message);
    if (error instanceof errors.JOSEError) throw invalid('token_invalid', error.message);
    if (error instanceof z.ZodError) throw invalid('token_invalid', 'a required claim is missing');
    throw error;
  }
}

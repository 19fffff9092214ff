import type { Confirmation } from './confirmation.ts';
import { identifierSource } from './identifier.ts';
import type { JwtSigner } from './jwt.ts';

/** What a grant decided to issue; the endpoint turns it into tokens. */
export type TokenPlan = {
  readonly client_id: string;
  /** The person, or the client itself for `client_credentials` (RFC 9068 §2.2). */
  readonly sub: string;
  /** Space-separated; empty when no scope was granted. */
  readonly scope: string;
  readonly audience: string;
  readonly cnf?: Confirmation;
  /** When the person signed in, seconds since the epoch. */
  readonly auth_time?: number;
};

const nextJti = identifierSource();

/**
 * Issues a JWT access token (RFC 9068 §2) with the confirmation of RFC 8705 §3.1.
 * @param lifetime seconds
 * @param now milliseconds since the epoch
 */
export function issueAccessToken(
  plan: TokenPlan,
  issuer: string,
  lifetime: number,
  sign: JwtSigner,
  now: number,
): { readonly token: string; readonly jti: string } {
  const iat = Math.floor(now / 1000);
  const jti = nextJti();
  const token = sign({
    iss: issuer,
    sub: plan.sub,
    aud: plan.audience,
    client_id: plan.client_id,
    jti,
    iat,
    exp: iat + lifetime,
    ...(plan.scope === '' ? undefined : { scope: plan.scope }),
    ...(plan.auth_time === undefined ? undefined : { auth_time: plan.auth_time }),
    ...(plan.cnf ? { cnf: plan.cnf } : undefined),
  });
  return { token, jti };
}

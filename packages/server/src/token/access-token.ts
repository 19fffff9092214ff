import type { Confirmation } from './confirmation.ts';
import { identifierSource } from './identifier.ts';
import type { JwtSigner } from './jwt.ts';
import { generateOpaqueToken, hashOpaqueToken } from './opaque-token.ts';
import type { ReferenceToken } from './reference-token.ts';

/** What an access token says, whatever its form. */
export type AccessTokenPlan = {
  readonly client_id: string;
  /** The person, or the client itself for `client_credentials` (RFC 9068 §2.2). */
  readonly sub: string;
  /** Space-separated; empty when no scope was granted. */
  readonly scope: string;
  readonly audience: string | readonly string[];
  readonly cnf?: Confirmation;
  /** When the person signed in, seconds since the epoch. */
  readonly auth_time?: number;
  /** How the person signed in (RFC 9068 §2.2.1). */
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** That of the client when the token was issued; 0 when absent. */
  readonly client_generation?: number;
  /** The grant the token comes from; with it the token is revoked. */
  readonly grant_id?: string;
  /** The session the token ends with, where it came of that session's ID token. */
  readonly session_id?: string;
  /** Claims asked for by name for UserInfo, beyond those of the scopes (OIDC Core §5.5). */
  readonly userinfo_claims?: readonly string[];
  /** Milliseconds since the epoch: the token ends no later, whatever its lifetime. */
  readonly not_after?: number;
  /** Seconds, of what the token is for; the client's or the deployment's when absent. */
  readonly access_token_lifetime?: number;
  /** What the token allows beyond its scope (RFC 9396 §9.1). */
  readonly authorization_details?: readonly Readonly<Record<string, unknown>>[];
  /** Who acts for `sub`, and for whom they act in turn (RFC 8693 §4.1). */
  readonly act?: ActorClaim;
};

/** One who acts for the subject of a token, and inside it whoever acted before (RFC 8693 §4.1). */
export type ActorClaim = { readonly sub: string; readonly act?: ActorClaim };

const nextJti = identifierSource(16);

function furtherClaims(plan: AccessTokenPlan): Readonly<Record<string, unknown>> | undefined {
  const { auth_time, grant_id, act, authorization_details, session_id, client_generation } = plan;
  const further = [auth_time, grant_id, act, authorization_details, session_id, client_generation];
  if (further.every((claim) => claim === undefined)) return undefined;
  return {
    ...(authorization_details !== undefined && { authorization_details }),
    ...(plan.act !== undefined && { act: plan.act }),
    ...(plan.auth_time !== undefined && { auth_time: plan.auth_time }),
    ...(plan.acr !== undefined && { acr: plan.acr }),
    ...(plan.amr !== undefined && { amr: plan.amr }),
    ...(plan.session_id !== undefined && { sid: plan.session_id }),
    ...(plan.userinfo_claims !== undefined && { userinfo_claims: plan.userinfo_claims }),
    ...(client_generation !== undefined && { client_generation }),
  };
}

function expiryOf({ not_after }: AccessTokenPlan, iat: number, lifetime: number): number {
  return not_after === undefined ? iat + lifetime : Math.min(iat + lifetime, Math.floor(not_after / 1000));
}

/** An access token just made; `expires_in` in seconds. */
export type IssuedToken = { readonly token: string; readonly jti: string; readonly expires_in: number };

/**
 * Issues a JWT access token (RFC 9068 §2) with the confirmation of RFC 8705 §3.1.
 * @param lifetime seconds
 * @param now milliseconds since the epoch
 */
export function issueAccessToken(
  plan: AccessTokenPlan,
  issuer: string,
  lifetime: number,
  sign: JwtSigner,
  now: number,
): IssuedToken {
  const iat = Math.floor(now / 1000);
  const exp = expiryOf(plan, iat, lifetime);
  const jti = nextJti();
  const token = sign({
    iss: issuer,
    sub: plan.sub,
    aud: plan.audience,
    client_id: plan.client_id,
    jti,
    iat,
    exp,
    ...(plan.scope === '' ? undefined : { scope: plan.scope }),
    ...furtherClaims(plan),
    ...(plan.grant_id === undefined ? undefined : { grant_id: plan.grant_id }),
    ...(plan.cnf ? { cnf: plan.cnf } : undefined),
  });
  return { token, jti, expires_in: exp - iat };
}

/**
 * Makes an opaque access token: a random value for the client, and the record to store under its hash.
 * @param lifetime seconds
 * @param now milliseconds since the epoch
 */
export function issueReferenceToken(
  plan: AccessTokenPlan,
  lifetime: number,
  now: number,
): IssuedToken & { readonly record: ReferenceToken } {
  const token = generateOpaqueToken();
  const iat = Math.floor(now / 1000);
  const exp = expiryOf(plan, iat, lifetime);
  const jti = nextJti();
  const claims = furtherClaims(plan);
  const record = {
    token_sha256: hashOpaqueToken(token),
    jti,
    ...(plan.grant_id !== undefined && { grant_id: plan.grant_id }),
    client_id: plan.client_id,
    sub: plan.sub,
    scope: plan.scope,
    audience: [plan.audience].flat(),
    ...(plan.cnf && { cnf: plan.cnf }),
    ...(claims && { claims }),
    issued_at: iat * 1000,
    expires_at: exp * 1000,
  };
  return { token, jti, expires_in: exp - iat, record };
}

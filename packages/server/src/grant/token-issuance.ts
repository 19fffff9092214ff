import { clauseOf, type Profiled } from '../client/profile.ts';
import type { ReferenceTokenStore, RefreshTokenStore } from '../storage/storage.ts';
import { type IssuedToken, issueAccessToken, issueReferenceToken } from '../token/access-token.ts';
import { clientAlgorithm, clientSigner } from '../token/client-signer.ts';
import { type IdTokenPlan, issueIdToken } from '../token/id-token.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { SigningAlgorithm } from '../token/signing-key.ts';
import { signingTurn } from '../token/signing-turn.ts';
import type { TokenLifetimes, TokenPlan } from '../token/token-plan.ts';

/** What of a client's registration decides the form of its tokens. */
export type TokenForms = Profiled & {
  readonly access_token_type: 'jwt' | 'reference';
  readonly id_token_signed_response_alg?: SigningAlgorithm | undefined;
};

/** A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). */
export type TokenAnswer = {
  readonly access_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  readonly expires_in: number;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly issued_token_type?: string;
  /** As granted (RFC 9396 §7). */
  readonly authorization_details?: NonNullable<TokenPlan['authorization_details']>;
};

/** Makes the tokens of a plan and stores those that are stored. */
export type TokenIssuance = (
  plan: TokenPlan,
  forms: TokenForms,
  now: number,
) => Promise<{ readonly jti: string; readonly answer: TokenAnswer }>;

export type TokenIssuanceContext = {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly referenceTokens: Pick<ReferenceTokenStore, 'insert'>;
  readonly refreshTokens: Pick<RefreshTokenStore, 'insert'>;
  /** Asked on every request, so that a reload counts at once. */
  readonly lifetimes: () => TokenLifetimes;
};

/** A JWT access token alone costs one signature and no write to the database. */
export function createTokenIssuance(context: TokenIssuanceContext): TokenIssuance {
  const { issuer, keyRing, referenceTokens, refreshTokens, lifetimes } = context;

  const referenceToken = async (plan: TokenPlan, lifetime: number, now: number): Promise<IssuedToken> => {
    const issued = issueReferenceToken(plan, lifetime, now);
    await referenceTokens.insert(issued.record);
    return issued;
  };

  const refreshToken = async (
    record: NonNullable<TokenPlan['refresh_token']>,
    not_after: number,
    forms: TokenForms,
    now: number,
  ): Promise<string> => {
    const token = generateOpaqueToken();
    // A token that is never replaced has no idle time: using it leaves no trace.
    const rotates = clauseOf(forms, 'no_refresh_token_rotation') === undefined;
    const idle = rotates ? now + lifetimes().refresh_token_idle_lifetime * 1000 : Number.POSITIVE_INFINITY;
    await refreshTokens.insert({
      ...record,
      token_sha256: hashOpaqueToken(token),
      issued_at: now,
      expires_at: Math.min(idle, not_after),
    });
    return token;
  };

  const idToken = async (plan: IdTokenPlan, access_token: string, forms: TokenForms, now: number) => {
    const alg = clientAlgorithm(keyRing, forms, forms.id_token_signed_response_alg);
    const sign = await keyRing.signer('JWT', alg);
    return issueIdToken(plan, issuer, access_token, lifetimes().id_token_lifetime, alg, sign, now);
  };

  return async (plan, forms, now) => {
    await signingTurn();
    const { access_token_lifetime = lifetimes().access_token_lifetime } = plan;
    const { token, jti, expires_in } =
      forms.access_token_type === 'jwt'
        ? issueAccessToken(
            plan,
            issuer,
            access_token_lifetime,
            await clientSigner(keyRing, 'at+jwt', forms),
            now,
          )
        : await referenceToken(plan, access_token_lifetime, now);
    const { refresh_token, id_token, issued_token_type, not_after = Number.POSITIVE_INFINITY } = plan;
    return {
      jti,
      answer: {
        access_token: token,
        ...(issued_token_type !== undefined && { issued_token_type }),
        token_type: plan.cnf?.jkt === undefined ? 'Bearer' : 'DPoP',
        expires_in,
        ...(plan.scope !== '' && { scope: plan.scope }),
        ...(plan.authorization_details && { authorization_details: plan.authorization_details }),
        ...(refresh_token && { refresh_token: await refreshToken(refresh_token, not_after, forms, now) }),
        ...(id_token && { id_token: await idToken(id_token, token, forms, now) }),
      },
    };
  };
}

import type { GiveClaims } from '../claim/claim-giving.ts';
import { accessTokenLifetime, lifetimeOf } from '../client/client-lifetimes.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import type { ReferenceTokenStore, RefreshTokenStore, Storage } from '../storage/storage.ts';
import { span } from '../telemetry/span.ts';
import { issueAccessToken, issueReferenceToken } from '../token/access-token.ts';
import { clientSigner } from '../token/client-signer.ts';
import type { IdTokenPlan } from '../token/id-token.ts';
import type { JwtSigner } from '../token/jwt.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import { signingTurn } from '../token/signing-turn.ts';
import type { TokenLifetimes, TokenPlan } from '../token/token-plan.ts';
import type { Step } from '../unit-of-work.ts';
import type { GrantPlan } from './grant.ts';
import type { IdTokenIssuance } from './id-token-issuance.ts';
import type { TellSubjects } from './told-subjects.ts';

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

/** What issuing came to; `refused`, with nothing written, when a condition of the plan does not hold any more. */
export type Issued =
  | { readonly outcome: 'issued'; readonly jti: string; readonly answer: TokenAnswer }
  | { readonly outcome: 'refused'; readonly condition: string };

/**
 * Makes the tokens of a plan, and commits those that are stored in one unit of work with the plan's own steps: what is
 * answered was written, and what was not written leaves the request as good as before.
 */
export type TokenIssuance = (plan: GrantPlan, known: KnownClient, now: number) => Promise<Issued>;

export type TokenIssuanceContext = {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly issueIdToken: IdTokenIssuance;
  readonly storage: Pick<Storage, 'commit'> & {
    readonly referenceTokens: Pick<ReferenceTokenStore, 'steps'>;
    readonly refreshTokens: Pick<RefreshTokenStore, 'steps'>;
  };
  readonly subjects: Pick<Subjects, 'sessionOf'>;
  readonly tellSubjects: TellSubjects;
  readonly giveClaims: GiveClaims;
  /** Asked on every request, so that a reload counts at once. */
  readonly lifetimes: () => TokenLifetimes;
};

/** A JWT access token alone costs one signature and no write to the database. */
export function createTokenIssuance(context: TokenIssuanceContext): TokenIssuance {
  const { issuer, keyRing, issueIdToken, storage, giveClaims, subjects, tellSubjects, lifetimes } = context;

  const refreshToken = (
    record: NonNullable<TokenPlan['refresh_token']>,
    { answered_refresh_token: answered, not_after = Number.POSITIVE_INFINITY }: GrantPlan,
    { client: { metadata } }: KnownClient,
    now: number,
  ): { readonly value: string; readonly steps: readonly Step[] } => {
    if (answered?.isStored) return { value: answered.value, steps: [] };
    const value = answered?.value ?? generateOpaqueToken();
    const idle = now + lifetimeOf('refresh_token_idle_lifetime', metadata, lifetimes()) * 1000;
    const insertion = storage.refreshTokens.steps.insert({
      ...record,
      token_sha256: hashOpaqueToken(value),
      issued_at: now,
      expires_at: Math.min(idle, not_after),
    });
    return { value, steps: [insertion] };
  };

  /** The plan in the words of a client that can read the token, and knows person and session by names of its own. */
  const readable = async (plan: TokenPlan, { client }: KnownClient): Promise<TokenPlan> => {
    const { session_id } = plan;
    return {
      ...plan,
      ...(await tellSubjects(client, plan)),
      ...(session_id !== undefined && { session_id: subjects.sessionOf(client, session_id) }),
    };
  };

  const signed = (plan: TokenPlan, lifetime: number, sign: JwtSigner, now: number) =>
    span('sign access token', () => issueAccessToken(plan, issuer, lifetime, sign, now));

  /** What operators have an ID token say; what the server says itself stands over it. */
  const withClaims = async (plan: IdTokenPlan): Promise<IdTokenPlan> => {
    const { client_id, sub, grant_id, scope = '' } = plan;
    const given = await giveClaims({ client_id, sub, grant_id, scope }, 'id_token');
    return given ? { ...plan, claims: { ...given, ...plan.claims } } : plan;
  };

  return async (plan, known, now) => {
    const { metadata } = known.client;
    await signingTurn();
    const speaksOf = plan.sub === plan.client_id ? 'the client' : 'others';
    const lifetime = accessTokenLifetime(metadata, lifetimes(), plan.access_token_lifetime, speaksOf);
    const reference =
      metadata.access_token_type === 'reference' ? issueReferenceToken(plan, lifetime, now) : undefined;
    const claims = reference ? undefined : await giveClaims(plan, 'access_token');
    const named = metadata.subject_type === 'pairwise' && !reference ? await readable(plan, known) : plan;
    const said = claims ? { ...named, claims } : named;
    const { token, jti, expires_in } =
      reference ?? signed(said, lifetime, await clientSigner(keyRing, 'at+jwt', metadata), now);
    const { issued_token_type } = plan;
    const id_token = plan.id_token && (await withClaims(plan.id_token));
    const refresh = plan.refresh_token && refreshToken(plan.refresh_token, plan, known, now);
    const answer: TokenAnswer = {
      access_token: token,
      ...(issued_token_type !== undefined && { issued_token_type }),
      token_type: plan.cnf?.jkt === undefined ? 'Bearer' : 'DPoP',
      expires_in,
      ...(plan.scope !== '' && { scope: plan.scope }),
      ...(plan.authorization_details && { authorization_details: plan.authorization_details }),
      ...(refresh && { refresh_token: refresh.value }),
      ...(id_token && { id_token: await issueIdToken(id_token, { access_token: token }, known, now) }),
    };
    const steps = [
      ...(plan.steps ?? []),
      ...(reference ? [storage.referenceTokens.steps.insert(reference.record)] : []),
      ...(refresh?.steps ?? []),
    ];
    if (steps.length > 0) {
      const unit = await storage.commit(steps);
      if (unit.outcome === 'refused') return unit;
    }
    return { outcome: 'issued', jti, answer };
  };
}

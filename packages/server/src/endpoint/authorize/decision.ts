import { Scope } from '../../client/scope.ts';
import type { Cause } from '../../refusal/causes.ts';
import {
  accessDenied,
  consentRequired,
  loginRequired,
  type RefusalOfCode,
  unmetAuthenticationRequirements,
} from '../../refusal/error-codes.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import {
  type ClaimsRequest,
  claimsWithin,
  essentialAcr,
  scopesOfClaims,
} from '../../token/claims-request.ts';
import { AdministratorPower } from '../../user/administrator-power.ts';
import type { Consent } from '../../user/consent.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

/** How far a request has come. */
export type Progress = {
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  /** `Session.secret_sha256` when the request came: another one means that somebody signed in since. */
  readonly session_at_start?: string;
  /** The person refused. */
  readonly refused?: true;
  /** What a person agreed to for this one request, whether or not it is remembered. */
  readonly consented?: { readonly sub: string; readonly scopes: readonly string[]; readonly at?: number };
};

/** What happens next with a request. */
export type Decision =
  | { readonly next: 'sign-in' }
  | { readonly next: 'consent' }
  | { readonly next: 'refuse'; readonly refusal: Refusal }
  | {
      readonly next: 'issue';
      readonly signedIn: SignedIn;
      readonly scope: string;
      readonly claims?: ClaimsRequest;
    };

/** Everything a person must agree to: the scopes, and those that claims asked for by name belong to. */
export function scopesToConsent({ scope, claims }: AuthorizationRequest): readonly string[] {
  return [...Scope.from([...Scope.of(scope), ...(claims ? scopesOfClaims(claims) : [])])];
}

function needsSignIn(request: AuthorizationRequest, { session }: SignedIn, progress: Progress): boolean {
  const { prompt, max_age } = request;
  if (prompt.includes('login') || prompt.includes('select_account') || max_age === 0) return true;
  return max_age !== undefined && session.auth_time < Math.floor(progress.created_at / 1000) - max_age;
}

/** Why the person who is signed in cannot answer the request; undefined when they can. */
function mismatch(
  request: AuthorizationRequest,
  { session }: SignedIn,
): { readonly refusal: RefusalOfCode; readonly because: Cause; readonly evidence: object } | undefined {
  const { expected_sub, claims } = request;
  if (expected_sub !== undefined && expected_sub !== session.sub) {
    const evidence = { expected: expected_sub, presented: session.sub };
    return { refusal: loginRequired, because: 'other_person_signed_in', evidence };
  }
  const acr = claims ? essentialAcr(claims) : [];
  if (acr.length > 0 && !acr.includes(session.acr ?? '')) {
    const evidence = { expected: { acr }, presented: { acr: session.acr ?? 'none' } };
    return { refusal: unmetAuthenticationRequirements, because: 'authentication_too_weak', evidence };
  }
  return undefined;
}

/** The scopes the person agreed to, now or earlier; undefined when they must be asked. */
function consentedScopes(
  request: AuthorizationRequest,
  progress: Progress,
  { session }: SignedIn,
  remembered: Consent | undefined,
  told_since: number,
): ReadonlySet<string> | undefined {
  const { sub, scopes, at = Number.POSITIVE_INFINITY } = progress.consented ?? {};
  if (sub === session.sub && scopes && at > told_since) return new Set(scopes);
  // Details say what is to happen this time; no earlier consent covers them.
  if (!remembered || request.authorization_details) return undefined;
  if (remembered.granted_at <= told_since) return undefined;
  if (request.prompt.includes('consent') && remembered.granted_at < progress.created_at) return undefined;
  const agreed = new Set(remembered.scopes);
  return scopesToConsent(request).every((scope) => agreed.has(scope)) ? agreed : undefined;
}

/**
 * Decides what a request still needs (OIDC Core §3.1.2.3 and §3.1.2.4): the person, their consent, or nothing more.
 * @param remembered the consent of this person to this client
 * @param told_since what was agreed to by then, in milliseconds since the epoch, was agreed to without being told all
 */
export function decide(
  request: AuthorizationRequest,
  progress: Progress,
  signedIn: SignedIn | undefined,
  remembered: Consent | undefined,
  told_since = Number.NEGATIVE_INFINITY,
): Decision {
  const { client_id, prompt } = request;
  const refused = (
    refusal: RefusalOfCode,
    description: string,
    because: Cause,
    evidence: object = {},
  ): Decision => ({ next: 'refuse', refusal: refusal(description, because, { client_id, ...evidence }) });
  if (progress.refused) return refused(accessDenied, 'The person refused.', 'person_refused');

  const silent = prompt.includes('none');
  const signInNeeded = (): Decision =>
    silent ? refused(loginRequired, 'The person must sign in.', 'sign_in_needed') : { next: 'sign-in' };
  if (!signedIn) return signInNeeded();
  const unsuited = mismatch(request, signedIn);
  const signedInSince = progress.session_at_start !== signedIn.session.secret_sha256;
  if (!signedInSince && (unsuited || needsSignIn(request, signedIn, progress))) return signInNeeded();
  if (unsuited) {
    return refused(
      unsuited.refusal,
      'The sign-in is not the one asked for.',
      unsuited.because,
      unsuited.evidence,
    );
  }

  const agreed = consentedScopes(request, progress, signedIn, remembered, told_since);
  if (!agreed) {
    return silent
      ? refused(consentRequired, 'The person must consent.', 'consent_needed')
      : { next: 'consent' };
  }
  const administers = AdministratorPower.ofRoles(signedIn.user);
  const scope = Scope.of(request.scope).filter(
    (token) => (agreed.has(token) || token === 'openid') && administers.mayHave(token),
  );
  return {
    next: 'issue',
    signedIn,
    scope: `${scope}`,
    ...(request.claims && { claims: claimsWithin(request.claims, agreed) }),
  };
}

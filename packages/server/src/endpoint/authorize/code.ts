import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessTokenLifetime, lifetimeOf, type OwnLifetimes } from '../../client/client-lifetimes.ts';
import type { ClientMetadata } from '../../client/client-metadata.ts';
import { clauseOf, PROFILE_CODE_LIFETIME } from '../../client/profile.ts';
import { Scope } from '../../client/scope.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { Clock } from '../../clock.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { loginRequired, unauthorizedClient } from '../../refusal/error-codes.ts';
import { tryChange } from '../../storage/commit-change.ts';
import { type Storage, StorageConflict } from '../../storage/storage.ts';
import type { ClaimsRequest } from '../../token/claims-request.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import type { Step } from '../../unit-of-work.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Decision } from './decision.ts';
import type { IssueDetachedIdToken } from './detached-id-token.ts';
import type { RequestEnd } from './request-end.ts';
import type { MakeAuthorizationResponse } from './response.ts';

export type Granted = {
  readonly request: AuthorizationRequest;
  readonly signedIn: SignedIn;
  readonly scope: string;
  readonly claims?: ClaimsRequest;
  /** Of the client, which may prolong the sign-in by refresh tokens if it is registered for them. */
  readonly metadata: Pick<ClientMetadata, 'grant_types' | 'profile'> & OwnLifetimes;
};

const codeLifetime = (
  { authorization_code_lifetime: usual }: TokenLifetimes,
  { profile }: Granted['metadata'],
) => (clauseOf({ profile }, 'code_lifetime') === undefined ? usual : Math.min(usual, PROFILE_CODE_LIFETIME));

/**
 * Makes a grant and the authorization code that stands for it (RFC 6749 §4.1.2). The grant outlives every token
 * that can come of it, so that revoking it reaches them all.
 * @param now milliseconds since the epoch
 * @returns the code, whose SHA-256 alone is stored, the grant's id, and what writes both
 */
function issueCode(
  { grants, authorizationCodes, sessions }: CodeAnswerOptions['storage'],
  { request, signedIn, scope, claims, metadata }: Granted,
  lifetimes: TokenLifetimes,
  now: number,
): {
  readonly code: string;
  readonly grant_id: string;
  readonly inSession: Step;
  readonly steps: readonly Step[];
} {
  const { client_id, redirect_uri, redirect_uri_named, nonce, code_challenge, dpop_jkt, resource } = request;
  const { session } = signedIn;
  const authorization_code_lifetime = codeLifetime(lifetimes, metadata);
  const grant_id = generateOpaqueToken();
  const code = generateOpaqueToken();
  const once = authorization_code_lifetime + accessTokenLifetime(metadata, lifetimes);
  const lifetime = metadata.grant_types.includes('refresh_token')
    ? Math.max(once, lifetimeOf('refresh_token_lifetime', metadata, lifetimes))
    : once;
  const of = { grant_id, client_id, sub: session.sub, scope };
  const grant = { ...of, created_at: now, expires_at: now + lifetime * 1000 };
  const issued = {
    ...of,
    code_sha256: hashOpaqueToken(code),
    ...(redirect_uri_named && { redirect_uri }),
    ...(code_challenge !== undefined && { code_challenge }),
    ...(request.authorization_details && { authorization_details: request.authorization_details }),
    ...(dpop_jkt !== undefined && { dpop_jkt }),
    ...(nonce !== undefined && { nonce }),
    auth_time: session.auth_time,
    session_id: session.session_id,
    ...(session.acr !== undefined && { acr: session.acr }),
    ...(session.amr.length > 0 && { amr: session.amr }),
    ...(claims && { claims }),
    ...(resource !== undefined && { resource }),
    expires_at: now + authorization_code_lifetime * 1000,
  };
  // A session that is ended meanwhile takes its grants along; none may begin in it afterwards.
  const inSession = sessions.steps.isThere(session.session_id);
  const steps = [inSession, grants.steps.insert(grant), authorizationCodes.steps.insert(issued)];
  return { code, grant_id, inSession, steps };
}

export type CodeAnswerOptions = {
  readonly directory: ClientDirectory;
  readonly storage: Pick<Storage, 'grants' | 'authorizationCodes' | 'sessions' | 'commit'>;
  readonly browserSessions: Pick<BrowserSessions, 'rememberClient'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
  readonly makeAuthorizationResponse: MakeAuthorizationResponse;
  readonly issueDetachedIdToken: IssueDetachedIdToken;
};

/** Answers a request that was decided with a code, which is written as the request ends, with the event of what was granted. */
export type AnswerWithCode = (
  reply: FastifyReply,
  http: FastifyRequest,
  request: AuthorizationRequest,
  decision: Extract<Decision, { next: 'issue' }>,
  end: RequestEnd | undefined,
) => Promise<FastifyReply>;

export function codeAnswers(options: CodeAnswerOptions): AnswerWithCode {
  const { directory, storage, browserSessions, events, clock, rules } = options;
  const { makeAuthorizationResponse, issueDetachedIdToken } = options;
  return async (reply, http, request, { signedIn, scope, claims }, end) => {
    const { client_id, redirect_uri } = request;
    const known = await directory.find(client_id);
    if (!known) throw unauthorizedClient('The client is not known.', 'client_unknown', { client_id });
    const { metadata } = known.client;
    const now = clock();
    const granted = { request, signedIn, scope, metadata, ...(claims && { claims }) };
    const { code, grant_id, inSession, steps } = issueCode(storage, granted, rules(), now);
    const id_token =
      request.response_type === 'code id_token'
        ? await issueDetachedIdToken(known, { code, grant_id, request, signedIn }, now)
        : undefined;
    // Made before anything is written: what cannot be answered leaves the request as good as before.
    const answer = await makeAuthorizationResponse(client_id, request, {
      code,
      ...(id_token && { id_token }),
    });
    const unit = await tryChange({ storage, events }, [...(end?.steps ?? []), ...steps], {
      type: 'authorization.granted',
      outcome: 'success',
      actor: { name: signedIn.user.username, through: 'sign-in', remote_address: http.origin.remote_address },
      object: { kind: 'grant', id: grant_id },
      client_id,
      username: signedIn.user.username,
      remote_address: http.origin.remote_address,
      detail: { grant_id, sub: signedIn.user.sub, scope, redirect_uri },
    });
    if (unit.outcome === 'refused' && unit.condition === inSession.condition) {
      throw loginRequired('The person must sign in.', 'sign_in_needed', { client_id });
    }
    if (unit.outcome === 'refused') throw end?.over() ?? new StorageConflict(`not so: ${unit.condition}`);
    if (Scope.of(scope).has('openid')) await browserSessions.rememberClient(signedIn.session, client_id);
    return answer(reply);
  };
}

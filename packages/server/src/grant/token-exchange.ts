import { isAdminScope, Scope } from '../client/scope.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { Cause } from '../refusal/causes.ts';
import { invalidRequest, invalidScope } from '../refusal/error-codes.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import type { ActorClaim } from '../token/access-token.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import { type Confirmation, confirmationFor, unproven } from '../token/confirmation.ts';
import { verifyIdToken } from '../token/id-token.ts';
import { originOf } from '../token/id-token-origin.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { SessionUse } from '../user-authentication/session-use.ts';
import type { TokenGrant, TokenRequest } from './grant.ts';
import { audiencesOf, checkResources, targetOf } from './resource.ts';
import { requestedScope } from './scope.ts';

export type TokenExchangeContext = {
  readonly keyRing: KeyRing;
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  readonly storage: Pick<Storage, 'users' | 'grants' | 'sessions'>;
  readonly sessionUse: Pick<SessionUse, 'isOpenFor'>;
  /** The claims of an access token of this server that is in force. @throws Refusal `invalid_token` */
  readonly findAccessToken: (token: string) => Promise<VerifiedAccessToken>;
};

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/** Actors one inside the other: a longer chain is a loop rather than a need. */
const LONGEST_CHAIN = 5;

/** What a presented token says, whatever its kind. */
type Presented = {
  readonly sub: string;
  /** Whom it was issued to. */
  readonly client_id: string;
  readonly audience: readonly string[];
  readonly scope: Scope;
  readonly cnf?: Readonly<Record<string, unknown>>;
  readonly act?: ActorClaim;
  readonly grant_id?: string;
  /** The session it ends with. */
  readonly session_id?: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly signIn: { readonly auth_time?: number; readonly acr?: string; readonly amr?: readonly string[] };
};

/** RFC 8693 §2.2.2 has one error for every token that cannot be taken. */
const unacceptable = (parameter: string, because: Cause, evidence: object) =>
  invalidRequest(`The ${parameter} cannot be accepted.`, because, { parameter, ...evidence });

const signInOf = ({ auth_time, acr, amr }: Pick<VerifiedAccessToken, 'auth_time' | 'acr' | 'amr'>) => ({
  ...(auth_time !== undefined && { auth_time }),
  ...(acr !== undefined && { acr }),
  ...(amr !== undefined && { amr }),
});

const isPublic = ({ known }: AuthenticatedClient): boolean =>
  known.client.metadata.token_endpoint_auth_method === 'none';

/**
 * A token bound to a certificate or key counts only for whoever proves it, or where the operator says otherwise. A
 * public client proves nothing by its name: from it only a bound token is taken, with its proof.
 */
function checkProof(parameter: string, { cnf }: Presented, client: AuthenticatedClient): void {
  const { client_id, metadata } = client.known.client;
  if (isPublic(client)) {
    if (cnf === undefined) {
      throw unacceptable(parameter, 'exchanged_token_unproven', {
        client_id,
        expected: 'a token bound to a certificate or key, or a client that authenticates',
        presented: 'an unbound token of a public client',
      });
    }
  } else if (cnf === undefined || metadata.token_exchange?.bound_tokens === 'any') return;
  const missing = unproven(cnf, client);
  if (missing) throw unacceptable(parameter, 'exchanged_token_unproven', { client_id, ...missing });
}

/** The binding of the new token: that of the request, or else the proved one of the old token, which is never lost. */
function bindingOf({ cnf }: Presented, client: AuthenticatedClient): Confirmation | undefined {
  const ofRequest = confirmationFor(client);
  if (ofRequest || cnf === undefined || unproven(cnf, client)) return ofRequest;
  const { 'x5t#S256': thumbprint, jkt } = cnf;
  return {
    ...(typeof thumbprint === 'string' && { 'x5t#S256': thumbprint }),
    ...(typeof jkt === 'string' && { jkt }),
  };
}

/** A client may exchange what was issued to it or meant for it: whoever finds a token cannot make another of it. */
function checkEntitled(parameter: string, token: Presented, { known }: AuthenticatedClient): void {
  const { client_id, metadata } = known.client;
  const audiences = [client_id, ...(metadata.token_exchange?.subject_audiences ?? [])];
  if (token.client_id === client_id || token.audience.some((aud) => audiences.includes(aud))) return;
  throw unacceptable(parameter, 'exchange_not_allowed', {
    client_id,
    expected: { client_id, audience: audiences },
    presented: { client_id: token.client_id, audience: token.audience },
  });
}

function chainOf(actor: ActorClaim | undefined): number {
  return actor === undefined ? 0 : 1 + chainOf(actor.act);
}

/**
 * The scope to give: the part that is asked for of what the token has and the client may have; unasked all of that, or
 * what of it is in the client's default scopes.
 */
function scopeOf(form: TokenRequest['form'], subject: Presented, { known }: AuthenticatedClient): Scope {
  const passable = (scope: string) => !isAdminScope(scope) && scope !== 'offline_access';
  const held = subject.scope.filter((scope) => known.scopes.has(scope) && passable(scope));
  const wanted = requestedScope(form.get('scope'));
  const { default_scope } = known;
  if (!wanted) return default_scope ? held.filter((scope) => default_scope.has(scope)) : held;
  if (wanted.isWithin(held)) return wanted;
  throw invalidScope('The scope exceeds that of the subject_token.', 'scope_not_registered', {
    client_id: known.client.client_id,
    expected: [...held],
    presented: `${wanted}`.slice(0, 1000),
  });
}

/**
 * An ID token has no scope and no proof: it stands for the grant it came from, as long as that and the session last,
 * and for the client that authenticates alone.
 */
async function presentedIdToken(
  parameter: string,
  token: string,
  { client, issuer, now }: TokenRequest,
  { keyRing, encryptionKey, storage, sessionUse }: TokenExchangeContext,
): Promise<Presented> {
  const { client_id } = client.known.client;
  if (isPublic(client)) {
    const expected = 'a token_endpoint_auth_method other than none';
    throw unacceptable(parameter, 'client_not_confidential', { client_id, expected });
  }
  const verified = await verifyIdToken(token, issuer, keyRing, now);
  if (!verified)
    throw unacceptable(parameter, 'token_invalid', { client_id, presented: 'no ID token in force' });
  if (verified.from === 'authorization') {
    throw unacceptable(parameter, 'id_token_of_authorization_endpoint', {
      client_id,
      expected: 'an ID token with at_hash',
      presented: 'an ID token with c_hash',
    });
  }
  const { aud, exp, ...rest } = verified;
  const { grant_id, session_id, sub = verified.sub } = originOf(verified, encryptionKey) ?? {};
  const user = await storage.users.find(sub);
  if (!user?.enabled)
    throw unacceptable(parameter, user ? 'user_disabled' : 'user_unknown', { client_id, sub });
  const grant = grant_id === undefined ? undefined : await storage.grants.find(grant_id);
  const isInForce =
    grant?.revoked_at === undefined &&
    grant !== undefined &&
    grant.expires_at > now &&
    grant.sub === sub &&
    aud.includes(grant.client_id);
  if (!isInForce) {
    const evidence = { client_id, sub, grant_id: grant_id ?? 'none' };
    throw unacceptable(parameter, 'grant_revoked', evidence);
  }
  const session = session_id === undefined ? undefined : await storage.sessions.find(session_id);
  const isOpen = session?.sub === sub && (await sessionUse.isOpenFor(session, grant.client_id, now));
  if (session_id !== undefined && !isOpen) {
    throw unacceptable(parameter, 'session_ended', { client_id, session_id });
  }
  return {
    sub,
    client_id: grant.client_id,
    audience: aud,
    scope: Scope.of(grant.scope),
    exp: Math.min(exp, Math.floor(grant.expires_at / 1000)),
    grant_id: grant.grant_id,
    ...(session_id !== undefined && { session_id }),
    signIn: signInOf(rest),
  };
}

/**
 * Token exchange (RFC 8693): an access token or ID token of this server for an access token that may do less, or that
 * says who acts for whom. The new token is bound to the certificate of the client that exchanges, ends no later than
 * the old one, and is revoked with the grant of the old one; one from an ID token ends with its session too.
 */
export function tokenExchangeGrant(context: TokenExchangeContext): TokenGrant {
  const { findAccessToken } = context;
  const accessToken = async (parameter: string, token: string): Promise<Presented> => {
    try {
      const { sub, client_id, aud, scope, cnf, act, grant_id, sid, exp, ...rest } =
        await findAccessToken(token);
      return {
        sub,
        client_id,
        audience: aud,
        scope: Scope.of(scope),
        exp,
        signIn: signInOf(rest),
        ...(cnf && { cnf }),
        ...(act && { act }),
        ...(grant_id !== undefined && { grant_id }),
        ...(sid !== undefined && { session_id: sid }),
      };
    } catch (error) {
      if (!(error instanceof Refusal) || error.error !== 'invalid_token') throw error;
      throw unacceptable(parameter, error.because, error.evidence);
    }
  };

  const presented = async (
    parameter: 'subject_token' | 'actor_token',
    request: TokenRequest,
  ): Promise<Presented> => {
    const { form, client } = request;
    const token = form.require(parameter);
    const type = form.require(`${parameter}_type`);
    if (![ACCESS_TOKEN, JWT, ID_TOKEN].includes(type)) {
      throw unacceptable(parameter, 'token_type_unsupported', {
        expected: [ACCESS_TOKEN, JWT, ID_TOKEN],
        presented: type.slice(0, 200),
      });
    }
    const found =
      type === ID_TOKEN
        ? await presentedIdToken(parameter, token, request, context)
        : await accessToken(parameter, token);
    checkEntitled(parameter, found, client);
    checkProof(parameter, found, client);
    return found;
  };

  /** Who acts for the subject: the actor_token's, otherwise the client, unless it only narrows its own token. */
  const actorOf = async (request: TokenRequest, subject: Presented): Promise<ActorClaim | undefined> => {
    const { form, client } = request;
    const { client_id, metadata } = client.known.client;
    if (form.get('actor_token') === undefined) {
      if (form.get('actor_token_type') !== undefined) form.require('actor_token');
      if (subject.client_id === client_id || metadata.token_exchange?.impersonation) return subject.act;
      return { sub: client_id, ...(subject.act && { act: subject.act }) };
    }
    const { sub } = await presented('actor_token', request);
    return { sub, ...(subject.act && { act: subject.act }) };
  };

  return {
    grant_type: TOKEN_EXCHANGE,
    async plan(request) {
      const { form, client, issuer, resources } = request;
      const { known } = client;
      const { client_id, metadata } = known.client;
      const requested_type = form.get('requested_token_type') ?? ACCESS_TOKEN;
      const supported = metadata.access_token_type === 'jwt' ? [ACCESS_TOKEN, JWT] : [ACCESS_TOKEN];
      if (!supported.includes(requested_type)) {
        throw unacceptable('requested_token_type', 'token_type_unsupported', {
          client_id,
          expected: supported,
          presented: requested_type.slice(0, 200),
        });
      }
      const subject = await presented('subject_token', request);
      const act = await actorOf(request, subject);
      if (chainOf(act) > LONGEST_CHAIN) {
        throw unacceptable('subject_token', 'exchange_not_allowed', {
          client_id,
          expected: `at most ${LONGEST_CHAIN} actors`,
          presented: act,
        });
      }
      const targets = [
        ...checkResources(form.getAll('resource'), known, resources),
        ...checkResources(form.getAll('audience'), known, resources, 'names too'),
      ];
      const isIdToken = form.get('subject_token_type') === ID_TOKEN;
      const unnamed = isIdToken ? [issuer] : subject.audience;
      const scope = scopeOf(form, subject, client);
      const named = targets.length > 0 ? [...new Set(targets)] : audiencesOf(scope, known, unnamed);
      const target = targetOf(named, scope, issuer, resources);
      const cnf = bindingOf(subject, client);
      return {
        client_id,
        sub: subject.sub,
        ...target,
        ...subject.signIn,
        ...(subject.grant_id !== undefined && { grant_id: subject.grant_id }),
        ...(subject.session_id !== undefined && { session_id: subject.session_id }),
        not_after: subject.exp * 1000,
        ...(cnf && { cnf }),
        ...(act && { act }),
        issued_token_type: requested_type,
      };
    },
  };
}

import { timeText } from '@countersign/x509';
import { clauseOf } from '../client/profile.ts';
import { Scope } from '../client/scope.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import { invalidGrant, invalidScope } from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { unproven } from '../token/confirmation.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import { type RefreshToken, sessionOf } from '../token/refresh-token.ts';
import type { Step } from '../unit-of-work.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import type { User } from '../user/user.ts';
import type { SessionUse } from '../user-authentication/session-use.ts';
import { narrowedDetails } from './authorization-details.ts';
import { planForPerson } from './authorized-person.ts';
import type { TokenGrant, TokenRequest } from './grant.ts';
import { createRotation, type RotationContext } from './refresh-token-rotation.ts';
import { requestedTarget } from './resource.ts';
import { countingScope, requestedScope } from './scope.ts';

const REFUSED = 'The refresh token is not valid.';

/** A leaked token must be of no use to whoever cannot prove the client: not even to revoke it by using it. */
function checkHolder({ cnf, client_id: expected }: RefreshToken, client: AuthenticatedClient): void {
  const { client_id } = client.known.client;
  if (expected !== client_id) {
    throw invalidGrant(REFUSED, 'refresh_token_of_another_client', {
      client_id,
      expected,
      presented: client_id,
    });
  }
  const missing = cnf && unproven(cnf, client);
  if (missing) throw invalidGrant(REFUSED, 'token_binding_differs', { client_id, ...missing });
}

/**
 * The scope of the next access token (RFC 6749 §6): what is asked for of the scope once granted, without what
 * client or person may no longer have. What the authorization ignored is ignored here: programs repeat what they asked for.
 */
function narrowedScope(
  granted: Scope,
  user: User,
  { form, client: { known }, resources }: Pick<TokenRequest, 'form' | 'client' | 'resources'>,
): Scope {
  const administers = AdministratorPower.ofRoles(user);
  const held = granted.filter((scope) => known.scopes.has(scope) && administers.mayHave(scope));
  const named = requestedScope(form.get('scope'));
  if (!named) return held;
  const wanted = countingScope(named, held, known, resources);
  if (wanted.isWithin(held)) return wanted;
  throw invalidScope('The scope exceeds what was granted.', 'scope_not_registered', {
    client_id: known.client.client_id,
    expected: [...held],
    presented: `${named}`.slice(0, 1000),
  });
}

export type RefreshTokenGrantContext = Omit<RotationContext, 'refreshTokens'> & {
  readonly storage: Pick<Storage, 'refreshTokens' | 'grants' | 'users' | 'sessions'>;
  readonly sessionUse: SessionUse;
};

/**
 * `refresh_token` (RFC 6749 §6). A token that its client alone can use is kept; another one is replaced, and presented
 * again when it may not be it revokes its whole family (RFC 9700 §4.14.2). A client under FAPI 2.0 always keeps its token
 * (FAPI 2.0 Security Profile §5.3.2.1-9).
 */
export function refreshTokenGrant({ storage, sessionUse, ...context }: RefreshTokenGrantContext): TokenGrant {
  const { refreshTokens, grants, users, sessions } = storage;
  const rotationOf = createRotation({ ...context, refreshTokens });

  /**
   * Without offline_access a sign-in through OpenID Connect ends with the session (OIDC Core §11), which goes on for a
   * client that refreshes.
   * @returns what prolongs it
   */
  const useOfSession = async (token: RefreshToken, now: number): Promise<readonly Step[]> => {
    const session_id = sessionOf(token);
    if (session_id === undefined) return [];
    const { client_id } = token;
    const session = await sessions.find(session_id);
    if (!session || !(await sessionUse.isOpenFor(session, client_id, now)))
      throw invalidGrant(REFUSED, 'session_ended', { client_id, session_id });
    return sessionUse.prolonging(session, client_id, now);
  };

  return {
    grant_type: 'refresh_token',
    async plan(request) {
      const { form, client, issuer, resources, refuse, now } = request;
      const { client_id } = client.known.client;
      const value = form.require('refresh_token');
      const token = await refreshTokens.find(hashOpaqueToken(value));
      if (!token) throw invalidGrant(REFUSED, 'refresh_token_unknown', { client_id });
      checkHolder(token, client);
      const { grant_id, sub } = token;
      const grant = await grants.find(grant_id);
      const grantEnd = grant?.expires_at ?? now;
      const rotation = await rotationOf({ value, token, client, grantEnd, now });
      if (!rotation) {
        const reused = invalidGrant(REFUSED, 'refresh_token_reused', { client_id, grant_id, sub });
        return refuse(reused, grant_id, [grants.steps.revoke(grant_id, now)]);
      }
      if (!grant || grant.revoked_at !== undefined)
        throw invalidGrant(REFUSED, 'grant_revoked', { client_id, grant_id });
      const end = Math.min(token.expires_at, grant.expires_at);
      if (end <= now)
        throw invalidGrant(REFUSED, 'refresh_token_expired', {
          client_id,
          expired_at: timeText(end),
        });
      const prolonging = await useOfSession(token, now);
      const user = await users.find(sub);
      if (!user) throw invalidGrant(REFUSED, 'user_unknown', { client_id, sub });
      if (!user.enabled) throw invalidGrant(REFUSED, 'user_disabled', { client_id, username: user.username });
      const scope = narrowedScope(Scope.of(token.scope), user, request);
      const target = requestedTarget(
        { requested: form.getAll('resource'), granted: token.resource, scope },
        client.known,
        issuer,
        resources,
      );
      const details = narrowedDetails(
        form.get('authorization_details'),
        token.authorization_details,
        client.known,
      );
      const {
        token_sha256: _hash,
        issued_at: _at,
        expires_at: _end,
        used_at: _used,
        repeats: _repeats,
        repeated_at: _repeated,
        nonce: _nonce,
        ...authorization
      } = token;
      const plan = planForPerson({
        authorization,
        grant,
        user,
        client,
        scope,
        target,
        ...(details && { authorization_details: details }),
      });
      const written = { ...rotation, steps: [...rotation.steps, ...prolonging] };
      if (clauseOf(client.known.client.metadata, 'no_refresh_token_rotation') === undefined)
        return { ...plan, ...written };
      const { refresh_token: _kept, ...withoutNext } = plan;
      return { ...withoutNext, ...written };
    },
  };
}

import { clauseOf } from '../client/profile.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { Cause } from '../refusal/causes.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import { unproven } from '../token/confirmation.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import { administratorScopes } from '../user/administrator-scopes.ts';
import type { User } from '../user/user.ts';
import { narrowedDetails } from './authorization-details.ts';
import { planForPerson } from './authorized-person.ts';
import type { GrantType } from './grant.ts';
import { requestedTarget } from './resource.ts';

const refuse = (because: Cause, evidence: object) =>
  new Refusal('invalid_grant', 'The refresh token is not valid.', because, { ...evidence });

/** A leaked token must be of no use to whoever cannot prove the client: not even to revoke it by using it. */
function checkHolder({ cnf, client_id: expected }: RefreshToken, client: AuthenticatedClient): void {
  const { client_id } = client.known.client;
  if (expected !== client_id) {
    throw refuse('refresh_token_of_another_client', { client_id, expected, presented: client_id });
  }
  const missing = cnf && unproven(cnf, client);
  if (missing) throw refuse('token_binding_differs', { client_id, ...missing });
}

/**
 * The scope of the next access token (RFC 6749 §6): what is asked for of the scope once granted, without what
 * client or person may no longer have.
 */
function narrowedScope(
  granted: string,
  requested: string | undefined,
  { known }: AuthenticatedClient,
  user: User,
): string {
  const administers = administratorScopes(user.roles);
  const allowed = (scope: string) => !scope.startsWith('admin:') || administers.has(scope);
  const held = granted.split(' ').filter((scope) => known.scopes.has(scope) && allowed(scope));
  if (requested === undefined) return held.join(' ');
  const wanted = [...new Set(requested.split(' '))];
  if (wanted.every((scope) => held.includes(scope))) return wanted.join(' ');
  throw new Refusal('invalid_scope', 'The scope exceeds what was granted.', 'scope_not_registered', {
    client_id: known.client.client_id,
    expected: held,
    presented: requested.slice(0, 1000),
  });
}

/**
 * `refresh_token` (RFC 6749 §6) with rotation: a token serves once, and one that is used again revokes its whole
 * family (RFC 9700 §4.14.2). A client under FAPI 2.0 keeps its token, which is of no use without its proof of itself
 * (FAPI 2.0 Security Profile §5.3.2.1-9).
 */
export function refreshTokenGrant(
  storage: Pick<Storage, 'refreshTokens' | 'grants' | 'users' | 'sessions'>,
): GrantType {
  const { refreshTokens, grants, users, sessions } = storage;

  const revokedAsReused = async ({ client_id, grant_id, sub }: RefreshToken, now: number) => {
    await grants.revoke(grant_id, now);
    return refuse('refresh_token_reused', { client_id, grant_id, sub });
  };

  /** Without offline_access a sign-in through OpenID Connect ends with the session (OIDC Core §11). */
  const checkSession = async ({ scope, session_id, client_id }: RefreshToken, now: number) => {
    const scopes = scope.split(' ');
    if (session_id === undefined || !scopes.includes('openid') || scopes.includes('offline_access')) return;
    const session = await sessions.find(session_id);
    if (!session || session.expires_at <= now) throw refuse('session_ended', { client_id, session_id });
  };

  return {
    grant_type: 'refresh_token',
    async plan({ form, client, issuer, resources, now }) {
      const { client_id } = client.known.client;
      const token_sha256 = hashOpaqueToken(form.require('refresh_token'));
      const token = await refreshTokens.find(token_sha256);
      if (!token) throw refuse('refresh_token_unknown', { client_id });
      checkHolder(token, client);
      if (token.used_at !== undefined) throw await revokedAsReused(token, now);
      const { grant_id, sub } = token;
      const grant = await grants.find(grant_id);
      if (!grant || grant.revoked_at !== undefined) throw refuse('grant_revoked', { client_id, grant_id });
      const end = Math.min(token.expires_at, grant.expires_at);
      if (end <= now)
        throw refuse('refresh_token_expired', { client_id, expired_at: new Date(end).toISOString() });
      await checkSession(token, now);
      const user = await users.find(sub);
      if (!user) throw refuse('user_unknown', { client_id, sub });
      if (!user.enabled) throw refuse('user_disabled', { client_id, username: user.username });
      const scope = narrowedScope(token.scope, form.get('scope'), client, user);
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
      const rotates = clauseOf(client.known.client.metadata, 'no_refresh_token_rotation') === undefined;
      if (rotates) {
        const redemption = await refreshTokens.redeem(token_sha256, now);
        if (redemption.outcome !== 'redeemed') throw await revokedAsReused(token, now);
      }
      const {
        token_sha256: _hash,
        issued_at: _at,
        expires_at: _end,
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
      if (rotates) return plan;
      const { refresh_token: _kept, ...withoutNext } = plan;
      return withoutNext;
    },
  };
}

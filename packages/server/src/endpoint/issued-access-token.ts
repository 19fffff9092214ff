import { hasEnded } from '../client/token-ends.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { Clock } from '../clock.ts';
import { invalidToken } from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import {
  accessTokenVerifier,
  claimsOfReferenceToken,
  type VerifiedAccessToken,
} from '../token/access-token-verification.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { SessionUse } from '../user-authentication/session-use.ts';

export type IssuedAccessTokenContext = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly directory: ClientDirectory;
  readonly storage: Pick<Storage, 'users' | 'grants' | 'sessions' | 'referenceTokens' | 'revokedTokens'>;
  readonly sessionUse: Pick<SessionUse, 'isOpenFor'>;
};

const REFUSED = 'The access token is not valid.';

/** The access tokens this server issued. */
export type IssuedAccessTokens = {
  /**
   * The claims of a token that is in force: authentic, not expired, not revoked, neither is its grant, the session it
   * ends with goes on, and its client, that of its grant and its person are still let in. Who presents it and for which audience is the caller's to check.
   * @throws Refusal `invalid_token`
   */
  find(token: string): Promise<VerifiedAccessToken>;
};

/** Finds access tokens of both forms: JWTs by their signature, opaque ones by their hash in the database. */
export function createIssuedAccessTokens(context: IssuedAccessTokenContext): IssuedAccessTokens {
  const { issuer, clock, keyRing, directory, storage, sessionUse } = context;
  const verify = accessTokenVerifier(issuer, keyRing);
  const findReference = async (token: string): Promise<VerifiedAccessToken> => {
    const stored = await storage.referenceTokens.find(hashOpaqueToken(token));
    if (!stored)
      throw invalidToken(REFUSED, 'token_invalid', { presented: 'an opaque token that was never issued' });
    if (stored.revoked_at !== undefined)
      throw invalidToken(REFUSED, 'token_revoked', { client_id: stored.client_id });
    return claimsOfReferenceToken(stored, issuer, clock());
  };

  const findJwt = async (token: string): Promise<VerifiedAccessToken> => {
    const claims = await verify(token, clock());
    const { jti, client_id } = claims;
    if (await storage.revokedTokens.isRevoked(jti))
      throw invalidToken(REFUSED, 'token_revoked', { client_id, jti });
    return claims;
  };

  const checkInForce = async (claims: VerifiedAccessToken): Promise<void> => {
    const { jti, grant_id, sid, client_id, sub } = claims;
    const evidence = { client_id, sub, jti };
    const client = await directory.find(client_id);
    if (!client) throw invalidToken(REFUSED, 'client_unknown', evidence);
    if (!client.client.enabled) throw invalidToken(REFUSED, 'client_disabled', evidence);
    if (hasEnded(client.client, claims)) throw invalidToken(REFUSED, 'token_ended', evidence);
    const grant = grant_id === undefined ? undefined : await storage.grants.find(grant_id);
    if (grant_id !== undefined) {
      if (!grant || grant.revoked_at !== undefined)
        throw invalidToken(REFUSED, 'grant_revoked', { ...evidence, grant_id });
      // By token exchange a token can come of another client's grant, and ends with that client.
      const granted = grant.client_id === client_id ? client : await directory.find(grant.client_id);
      if (!granted?.client.enabled)
        throw invalidToken(REFUSED, 'client_disabled', { ...evidence, granted_to: grant.client_id });
    }
    if (sid !== undefined) {
      const session = await storage.sessions.find(sid);
      if (!(await sessionUse.isOpenFor(session, grant?.client_id ?? client_id, clock())))
        throw invalidToken(REFUSED, 'session_ended', { ...evidence, session_id: sid });
    }
    if (sub === client_id) return;
    const user = await storage.users.find(sub);
    // By token exchange a token can speak of another client.
    if (!user && (await directory.find(sub))?.client.enabled) return;
    if (!user) throw invalidToken(REFUSED, 'user_unknown', evidence);
    if (!user.enabled) throw invalidToken(REFUSED, 'user_disabled', evidence);
  };

  return {
    async find(token) {
      try {
        const claims = isOpaqueToken(token) ? await findReference(token) : await findJwt(token);
        await checkInForce(claims);
        return claims;
      } catch (error) {
        if (!(error instanceof UnreadableRecord)) throw error;
        throw invalidToken(REFUSED, 'record_unreadable', { record: error.record, why: error.why });
      }
    },
  };
}

import { hasEnded } from '../client/token-ends.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { Clock } from '../clock.ts';
import { invalidToken } from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import type { ActorClaim } from '../token/access-token.ts';
import {
  accessTokenVerifier,
  claimsOfReferenceToken,
  type VerifiedAccessToken,
} from '../token/access-token-verification.ts';
import type { Grant } from '../token/grant.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { SubjectClient, Subjects } from '../token/pairwise-subject.ts';
import type { SessionUse } from '../user-authentication/session-use.ts';

export type IssuedAccessTokenContext = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly directory: ClientDirectory;
  readonly storage: Pick<Storage, 'users' | 'grants' | 'sessions' | 'referenceTokens' | 'revokedTokens'>;
  readonly sessionUse: Pick<SessionUse, 'isOpenFor'>;
  readonly subjects: Pick<Subjects, 'personOf' | 'sessionBehind'>;
};

const REFUSED = 'The access token is not valid.';

/** The access tokens this server issued. */
export type IssuedAccessTokens = {
  /**
   * The claims of a token that is in force: authentic, not expired, not revoked, neither is its grant, the session it
   * ends with goes on, and its client, that of its grant and its person are still let in. Persons and session are named as
   * they are, whatever the client calls them. Who presents it and for which audience is the caller's to check.
   * @throws Refusal `invalid_token`
   */
  find(token: string): Promise<VerifiedAccessToken>;
};

/** Finds access tokens of both forms: JWTs by their signature, opaque ones by their hash in the database. */
export function createIssuedAccessTokens(context: IssuedAccessTokenContext): IssuedAccessTokens {
  const { issuer, clock, keyRing, directory, storage, sessionUse, subjects } = context;
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

  const actorOf = (client: SubjectClient, { sub, act }: ActorClaim): ActorClaim => ({
    sub: subjects.personOf(client, sub) ?? sub,
    ...(act && { act: actorOf(client, act) }),
  });

  /** What is written in the names that the client has for person and session; the grant knows the person. */
  const translated = (
    claims: VerifiedAccessToken,
    client: SubjectClient,
    grant: Grant | undefined,
  ): VerifiedAccessToken => {
    const { act, sid } = claims;
    const sub = grant?.sub ?? claims.sub;
    if (client.metadata.subject_type !== 'pairwise' && sub === claims.sub) return claims;
    return {
      ...claims,
      sub,
      ...(act && { act: actorOf(client, act) }),
      ...(sid !== undefined && { sid: subjects.sessionBehind(client, sid) ?? sid }),
    };
  };

  const inForce = async (written: VerifiedAccessToken): Promise<VerifiedAccessToken> => {
    const { jti, grant_id, client_id } = written;
    const evidence = { client_id, sub: written.sub, jti };
    const client = await directory.find(client_id);
    if (!client) throw invalidToken(REFUSED, 'client_unknown', evidence);
    if (!client.client.enabled) throw invalidToken(REFUSED, 'client_disabled', evidence);
    if (hasEnded(client.client, written)) throw invalidToken(REFUSED, 'token_ended', evidence);
    const grant = grant_id === undefined ? undefined : await storage.grants.find(grant_id);
    if (grant_id !== undefined) {
      if (!grant || grant.revoked_at !== undefined)
        throw invalidToken(REFUSED, 'grant_revoked', { ...evidence, grant_id });
      // By token exchange a token can come of another client's grant, and ends with that client.
      const granted = grant.client_id === client_id ? client : await directory.find(grant.client_id);
      if (!granted?.client.enabled)
        throw invalidToken(REFUSED, 'client_disabled', { ...evidence, granted_to: grant.client_id });
    }
    const claims = translated(written, client.client, grant);
    const { sub, sid } = claims;
    if (sid !== undefined) {
      const session = await storage.sessions.find(sid);
      if (!(await sessionUse.isOpenFor(session, grant?.client_id ?? client_id, clock())))
        throw invalidToken(REFUSED, 'session_ended', { ...evidence, session_id: sid });
    }
    if (sub === client_id) return claims;
    const user = await storage.users.find(sub);
    // By token exchange a token can speak of another client.
    if (!user && (await directory.find(sub))?.client.enabled) return claims;
    if (!user) throw invalidToken(REFUSED, 'user_unknown', evidence);
    if (!user.enabled) throw invalidToken(REFUSED, 'user_disabled', evidence);
    return claims;
  };

  return {
    async find(token) {
      try {
        return await inForce(isOpaqueToken(token) ? await findReference(token) : await findJwt(token));
      } catch (error) {
        if (!(error instanceof UnreadableRecord)) throw error;
        throw invalidToken(REFUSED, 'record_unreadable', { record: error.record, why: error.why });
      }
    },
  };
}

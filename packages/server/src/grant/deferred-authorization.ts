import { timeText } from '@countersign/x509';
import { clauseOf } from '../client/profile.ts';
import { Scope } from '../client/scope.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import {
  accessDenied,
  authorizationPending,
  expiredToken,
  invalidGrant,
  slowDown,
} from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { confirmationFor, unproven } from '../token/confirmation.ts';
import type { DeferredAuthorization, RedeemedAuthorization } from '../token/deferred-authorization.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import type { SuccessorOf } from '../token/succession.ts';
import { planForPerson } from './authorized-person.ts';
import type { TokenGrant } from './grant.ts';
import { requestedTarget } from './resource.ts';

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
export const CIBA = 'urn:openid:params:grant-type:ciba';

const KINDS = {
  device: { grant_type: DEVICE_CODE, parameter: 'device_code' },
  backchannel: { grant_type: CIBA, parameter: 'auth_req_id' },
} as const;

/** Whether the client of a request is the one that had the tokens: a confidential one is, a public one must prove it. */
function isSameHolder({ cnf }: RedeemedAuthorization['redeemed'], client: AuthenticatedClient): boolean {
  if (client.known.client.metadata.token_endpoint_auth_method !== 'none') return true;
  return cnf !== undefined && unproven(cnf, client) === undefined;
}

/**
 * Whoever lost the answer may ask again, unless the client’s profile has each answer given once.
 * @throws Refusal `invalid_grant`
 */
function checkRetry(redeemed: DeferredAuthorization['redeemed'], { known }: AuthenticatedClient): void {
  const { client_id, metadata } = known.client;
  const clause = clauseOf(metadata, 'auth_req_id_once');
  if (redeemed === undefined || clause === undefined) return;
  throw invalidGrant('The authorization was used before.', 'deferred_authorization_used', {
    client_id,
    clause,
    used_at: timeText(redeemed.at),
  });
}

export type DeferredAuthorizationGrantContext = {
  readonly storage: Pick<Storage, 'deferredAuthorizations' | 'refreshTokens' | 'grants' | 'users'>;
  readonly successorOf: SuccessorOf;
};

/**
 * A grant whose person decides elsewhere: `device` (RFC 8628 §3.4) or `backchannel` (CIBA §10.1). Until they have, the
 * client is told to ask again, more slowly when it asks too often. What they allowed is given once, and until its end
 * again to the same holder, whom the answer may not have reached: the same grant, and the same refresh token.
 */
export function deferredAuthorizationGrant(
  kind: DeferredAuthorization['kind'],
  { storage, successorOf }: DeferredAuthorizationGrantContext,
): TokenGrant {
  const { grant_type, parameter } = KINDS[kind];
  const { deferredAuthorizations, refreshTokens, grants, users } = storage;
  const invalid = `The ${parameter} is not valid.`;

  const checkDecided = async (found: DeferredAuthorization, now: number): Promise<void> => {
    const { client_id, authorization_sha256, state, expires_at } = found;
    if (state === 'denied') {
      throw accessDenied('The person did not allow it.', 'person_refused', { client_id });
    }
    if (expires_at <= now) {
      throw expiredToken(`The ${parameter} has expired.`, 'deferred_authorization_expired', {
        client_id,
        expired_at: timeText(expires_at),
      });
    }
    if (state === 'approved') return;
    if ((await deferredAuthorizations.poll(authorization_sha256, now)) === 'too soon') {
      throw slowDown('The client asks too often.', 'polled_too_soon', {
        client_id,
        expected: `at least ${found.interval} seconds between two requests`,
      });
    }
    throw authorizationPending('The person has not decided yet.', 'authorization_pending', {
      client_id,
    });
  };

  return {
    grant_type,
    async plan({ form, client, issuer, resources, now }) {
      const { client_id } = client.known.client;
      const value = form.require(parameter);
      const found = await deferredAuthorizations.find(hashOpaqueToken(value));
      if (found?.kind !== kind) throw invalidGrant(invalid, 'deferred_authorization_unknown', { client_id });
      if (found.client_id !== client_id) {
        throw invalidGrant(invalid, 'deferred_authorization_of_another_client', {
          client_id,
          expected: found.client_id,
          presented: client_id,
        });
      }
      await checkDecided(found, now);
      const { resource, sub, approval, redeemed } = found;
      if (!approval || sub === undefined || (redeemed && !isSameHolder(redeemed, client)))
        throw invalidGrant(invalid, 'deferred_authorization_unknown', { client_id });
      checkRetry(redeemed, client);
      const requested = form.getAll('resource');
      const scope = Scope.of(approval.scope);
      const target = requestedTarget(
        { requested, granted: resource, scope },
        client.known,
        issuer,
        resources,
      );
      const { grant_id, ...signIn } = approval;
      const grant = await grants.find(grant_id);
      if (!grant || grant.revoked_at !== undefined) {
        throw invalidGrant(invalid, 'grant_revoked', {
          client_id,
          grant_id,
        });
      }
      const user = await users.find(sub);
      if (!user?.enabled) {
        throw invalidGrant(invalid, user ? 'user_disabled' : 'user_unknown', { client_id, sub });
      }
      const authorization = { client_id, sub, ...signIn, ...(resource && { resource }) };
      const plan = planForPerson({ authorization, grant, user, client, scope, target });
      const refresh_token = successorOf(value);
      const cnf = confirmationFor(client);
      const redemption = { ...found, redeemed: { at: now, ...(cnf && { cnf }) } };
      return {
        ...plan,
        answered_refresh_token: {
          value: refresh_token,
          isStored: (await refreshTokens.find(hashOpaqueToken(refresh_token))) !== undefined,
        },
        steps: redeemed ? [] : [deferredAuthorizations.steps.redeem(redemption)],
      };
    },
  };
}

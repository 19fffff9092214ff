import { Scope } from '../client/scope.ts';
import {
  accessDenied,
  authorizationPending,
  expiredToken,
  invalidGrant,
  slowDown,
} from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeferredAuthorization } from '../token/deferred-authorization.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import { planForPerson } from './authorized-person.ts';
import type { TokenGrant } from './grant.ts';
import { requestedTarget } from './resource.ts';

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
export const CIBA = 'urn:openid:params:grant-type:ciba';

const KINDS = {
  device: { grant_type: DEVICE_CODE, parameter: 'device_code' },
  backchannel: { grant_type: CIBA, parameter: 'auth_req_id' },
} as const;

type Stores = Pick<Storage, 'deferredAuthorizations' | 'grants' | 'users'>;

/**
 * A grant whose person decides elsewhere: `device` (RFC 8628 §3.4) or `backchannel` (CIBA §10.1). Until they have, the
 * client is told to ask again, more slowly when it asks too often; what they allowed is given once.
 */
export function deferredAuthorizationGrant(kind: DeferredAuthorization['kind'], stores: Stores): TokenGrant {
  const { grant_type, parameter } = KINDS[kind];
  const { deferredAuthorizations, grants, users } = stores;
  const invalid = `The ${parameter} is not valid.`;

  const checkDecided = async (found: DeferredAuthorization, now: number): Promise<void> => {
    const { client_id, authorization_sha256, state, expires_at } = found;
    if (state === 'denied') {
      throw accessDenied('The person did not allow it.', 'person_refused', { client_id });
    }
    if (expires_at <= now) {
      throw expiredToken(`The ${parameter} has expired.`, 'deferred_authorization_expired', {
        client_id,
        expired_at: new Date(expires_at).toISOString(),
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
      const authorization_sha256 = hashOpaqueToken(form.require(parameter));
      const found = await deferredAuthorizations.find(authorization_sha256);
      if (found?.kind !== kind) throw invalidGrant(invalid, 'deferred_authorization_unknown', { client_id });
      if (found.client_id !== client_id) {
        throw invalidGrant(invalid, 'deferred_authorization_of_another_client', {
          client_id,
          expected: found.client_id,
          presented: client_id,
        });
      }
      await checkDecided(found, now);
      const { resource } = found;
      const requested = form.getAll('resource');
      const scope = Scope.of(found.approval?.scope);
      const target = requestedTarget(
        { requested, granted: resource, scope },
        client.known,
        issuer,
        resources,
      );
      const redeemed = await deferredAuthorizations.redeem(authorization_sha256);
      if (!redeemed?.approval || redeemed.sub === undefined)
        throw invalidGrant(invalid, 'deferred_authorization_unknown', { client_id });
      const { sub, approval } = redeemed;
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
      return planForPerson({ authorization, grant, user, client, scope, target });
    },
  };
}

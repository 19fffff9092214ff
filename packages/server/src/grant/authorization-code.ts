import { hash } from 'node:crypto';
import { timeText } from '@countersign/x509';
import { Scope } from '../client/scope.ts';
import { invalidGrant } from '../refusal/error-codes.ts';
import { Refusal } from '../refusal/refusal.ts';
import { UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { AuthorizationCode } from '../token/authorization-code.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import { narrowedDetails } from './authorization-details.ts';
import { planForPerson } from './authorized-person.ts';
import type { TokenGrant, TokenRequest } from './grant.ts';
import { requestedTarget } from './resource.ts';

const REFUSED = 'The authorization code is not valid.';

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** PKCE (RFC 7636 §4.6); a verifier without a challenge is a downgrade and refused too (RFC 9700 §2.1.1). */
function checkPkce(code_challenge: string | undefined, code_verifier: string | undefined): void {
  if (code_challenge === undefined && code_verifier === undefined) return;
  const presented =
    code_verifier === undefined
      ? 'no code_verifier'
      : VERIFIER.test(code_verifier)
        ? hash('sha256', code_verifier, 'base64url')
        : 'a malformed code_verifier';
  if (presented === code_challenge) return;
  throw invalidGrant(REFUSED, 'pkce_verifier_differs', {
    expected: code_challenge ?? 'no code_verifier',
    presented,
  });
}

function checkCode(code: AuthorizationCode, { form, client, now }: TokenRequest): void {
  const { client_id } = client.known.client;
  if (code.client_id !== client_id) {
    throw invalidGrant(REFUSED, 'code_of_another_client', {
      client_id,
      expected: code.client_id,
      presented: client_id,
    });
  }
  if (code.expires_at <= now) {
    throw invalidGrant(REFUSED, 'code_expired', {
      client_id,
      expired_at: timeText(code.expires_at),
    });
  }
  const redirect_uri = form.get('redirect_uri');
  if (code.redirect_uri !== undefined && code.redirect_uri !== redirect_uri) {
    throw invalidGrant(REFUSED, 'redirect_uri_differs', {
      client_id,
      expected: code.redirect_uri,
      presented: redirect_uri ?? 'no redirect_uri',
    });
  }
  if (code.dpop_jkt !== undefined && code.dpop_jkt !== client.dpop_jkt) {
    throw invalidGrant(REFUSED, 'dpop_key_differs', {
      client_id,
      expected: code.dpop_jkt,
      presented: client.dpop_jkt ?? 'no DPoP proof',
    });
  }
  checkPkce(code.code_challenge, form.get('code_verifier'));
}

/**
 * `authorization_code` (RFC 6749 §4.1.3). A code is redeemed in the unit of work that stores its tokens: until that is
 * committed it is as good as before. Whoever presents it wrongly has spent it, and whoever presents it again revokes what
 * came of it.
 */
export function authorizationCodeGrant(
  storage: Pick<Storage, 'authorizationCodes' | 'grants' | 'users'>,
): TokenGrant {
  const { authorizationCodes, grants, users } = storage;

  const spend = async (code: AuthorizationCode, refusal: Refusal, { refuse, now }: TokenRequest) => {
    const { code_sha256, grant_id } = code;
    const revoke = grants.steps.revoke(grant_id, now);
    try {
      return await refuse(refusal, grant_id, [authorizationCodes.steps.redeem(code_sha256, now), revoke]);
    } catch (error) {
      if (!(error instanceof UnitRefused)) throw error;
      // Used in the same moment: what came of it ends all the same.
      return refuse(refusal, grant_id, [revoke]);
    }
  };

  return {
    grant_type: 'authorization_code',
    async plan(request) {
      const { form, client, issuer, resources, now } = request;
      const { client_id } = client.known.client;
      const code = await authorizationCodes.find(hashOpaqueToken(form.require('code')));
      if (!code) throw invalidGrant(REFUSED, 'code_unknown', { client_id });
      const { grant_id, sub } = code;
      if (code.used_at !== undefined) {
        const reused = invalidGrant(REFUSED, 'code_reused', { client_id: code.client_id, grant_id, sub });
        return request.refuse(reused, grant_id, [grants.steps.revoke(grant_id, now)]);
      }
      const grant = await grants.find(grant_id);
      if (!grant || grant.revoked_at !== undefined)
        throw invalidGrant(REFUSED, 'grant_revoked', { client_id, grant_id });
      try {
        checkCode(code, request);
      } catch (error) {
        if (error instanceof Refusal) return spend(code, error, request);
        throw error;
      }
      const user = await users.find(sub);
      if (!user) throw invalidGrant(REFUSED, 'user_unknown', { client_id, sub });
      if (!user.enabled) throw invalidGrant(REFUSED, 'user_disabled', { client_id, username: user.username });
      const {
        code_sha256: _hash,
        redirect_uri: _uri,
        code_challenge: _challenge,
        dpop_jkt: _jkt,
        expires_at: _end,
        used_at: _used,
        nonce,
        ...authorization
      } = code;
      const details = narrowedDetails(
        form.get('authorization_details'),
        code.authorization_details,
        client.known,
      );
      const scope = Scope.of(code.scope);
      const plan = planForPerson({
        authorization,
        ...(details && { authorization_details: details }),
        grant,
        user,
        client,
        scope,
        target: requestedTarget(
          { requested: form.getAll('resource'), granted: code.resource, scope },
          client.known,
          issuer,
          resources,
        ),
        ...(nonce !== undefined && { nonce }),
      });
      return { ...plan, steps: [authorizationCodes.steps.redeem(code.code_sha256, now)] };
    },
  };
}

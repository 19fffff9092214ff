import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { Storage } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { generateOpaqueToken } from '../../token/opaque-token.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import { administratorScopes } from '../../user/administrator-scopes.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';

/** Writes down what a person decided about a deferred authorization. */
export type Decisions = {
  /** @returns false when it was decided elsewhere or has expired in the meantime */
  approve(asked: DeferredAuthorization, by: SignedIn, now: number): Promise<boolean>;
  deny(asked: DeferredAuthorization, by: SignedIn, now: number): Promise<boolean>;
};

export function createDecisions({
  storage,
  directory,
  rules,
}: {
  readonly storage: Pick<Storage, 'deferredAuthorizations' | 'grants'>;
  readonly directory: ClientDirectory;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
}): Decisions {
  const { deferredAuthorizations, grants } = storage;

  /** The grant outlives every token that can come of it, so that revoking it reaches them all. */
  const grantLifetime = async ({ client_id, expires_at }: DeferredAuthorization, now: number) => {
    const { access_token_lifetime, refresh_token_lifetime } = rules();
    const refreshes = (await directory.find(client_id))?.grant_types.has('refresh_token') ?? false;
    const once = expires_at - now + access_token_lifetime * 1000;
    return refreshes ? Math.max(once, refresh_token_lifetime * 1000) : once;
  };

  return {
    async approve(asked, { session, user }, now) {
      const administers = administratorScopes(user.roles);
      const scope = asked.scope
        .split(' ')
        .filter((each) => !each.startsWith('admin:') || administers.has(each))
        .join(' ');
      const grant_id = generateOpaqueToken();
      const { client_id } = asked;
      const { sub } = user;
      const expires_at = now + (await grantLifetime(asked, now));
      await grants.insert({ grant_id, client_id, sub, scope, created_at: now, expires_at });
      const { auth_time, acr, amr } = session;
      const approval = {
        grant_id,
        scope,
        auth_time,
        ...(acr !== undefined && { acr }),
        ...(amr.length > 0 && { amr }),
      };
      const decided = await deferredAuthorizations.decide(
        { ...asked, sub, state: 'approved', approval },
        now,
      );
      if (!decided) await grants.revoke(grant_id, now);
      return decided;
    },
    deny: (asked, { user }, now) =>
      deferredAuthorizations.decide({ ...asked, sub: user.sub, state: 'denied' }, now),
  };
}

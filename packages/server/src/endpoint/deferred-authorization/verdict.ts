import { accessTokenLifetime, lifetimeOf } from '../../client/client-lifetimes.ts';
import { Scope } from '../../client/scope.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { Clock } from '../../clock.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { generateOpaqueToken } from '../../token/opaque-token.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import { AdministratorPower } from '../../user/administrator-power.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Pings } from './ping.ts';

/** What a person says to a deferred authorization, and from where. */
export type Verdict = {
  readonly allowed: boolean;
  readonly by: SignedIn;
  readonly remote_address: string;
};

/**
 * Carries out what a person decided: writes it down, records it and tells the client that wants to be told.
 * @returns false when it was decided elsewhere or has expired in the meantime
 */
export type CarryOutVerdict = (asked: DeferredAuthorization, verdict: Verdict) => Promise<boolean>;

export function createCarryOutVerdict(context: {
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'deferredAuthorizations' | 'grants' | 'sessions' | 'commit'>;
  readonly directory: ClientDirectory;
  readonly pings: Pick<Pings, 'steps' | 'decided'>;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
}): CarryOutVerdict {
  const { clock, events, storage, directory, pings, rules } = context;
  const { deferredAuthorizations, grants, sessions } = storage;

  /** The grant outlives every token that can come of it, so that revoking it reaches them all. */
  const grantLifetime = async ({ client_id, expires_at }: DeferredAuthorization, now: number) => {
    const known = await directory.find(client_id);
    const refreshes = known?.grant_types.has('refresh_token') ?? false;
    const metadata = known?.client.metadata ?? {};
    const once = expires_at - now + accessTokenLifetime(metadata, rules()) * 1000;
    return refreshes ? Math.max(once, lifetimeOf('refresh_token_lifetime', metadata, rules()) * 1000) : once;
  };

  const approve = async (asked: DeferredAuthorization, { session, user }: SignedIn, now: number) => {
    const administers = AdministratorPower.ofRoles(user);
    const scope = Scope.of(asked.scope)
      .filter((token) => administers.mayHave(token))
      .toString();
    const grant_id = generateOpaqueToken();
    const { client_id } = asked;
    const { sub } = user;
    const expires_at = now + (await grantLifetime(asked, now));
    const { auth_time, acr, amr } = session;
    const approval = {
      grant_id,
      scope,
      auth_time,
      ...(acr !== undefined && { acr }),
      ...(amr.length > 0 && { amr }),
    };
    const steps = [
      sessions.steps.isThere(session.session_id),
      deferredAuthorizations.steps.decide({ ...asked, sub, state: 'approved', approval }, now),
      grants.steps.insert({ grant_id, client_id, sub, scope, created_at: now, expires_at }),
    ];
    return { steps, grant: { grant_id, sub, scope } };
  };

  return async (asked, { allowed, by, remote_address }) => {
    const now = clock();
    const { kind, client_id, scope } = asked;
    const { sub } = by.user;
    const denial = deferredAuthorizations.steps.decide({ ...asked, sub, state: 'denied' }, now);
    const approval = allowed ? await approve(asked, by, now) : undefined;
    const { outcome } = await tryChange(
      { storage, events },
      [...(approval?.steps ?? [denial]), ...pings.steps(asked)],
      {
        type: `${kind}.${allowed ? 'approved' : 'denied'}`,
        outcome: 'success',
        actor: { name: by.user.username, through: 'sign-in', remote_address },
        ...(approval && { object: { kind: 'grant', id: approval.grant.grant_id } }),
        client_id,
        username: by.user.username,
        remote_address,
        detail: { sub, scope, ...approval?.grant },
      },
    );
    if (outcome === 'refused') return false;
    pings.decided(asked);
    return true;
  };
}

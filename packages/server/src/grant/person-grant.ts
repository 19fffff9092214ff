import { randomUUID } from 'node:crypto';
import { accessTokenLifetime, type LifetimeRules } from '../client/client-lifetimes.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import type { GrantStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { TokenTarget } from './resource.ts';

export type PersonGrantContext = {
  readonly grants: Pick<GrantStore, 'steps'>;
  /** `[oauth]` of now; seconds. */
  readonly lifetimes: () => LifetimeRules<'access_token_lifetime'>;
};

/**
 * The grant that an access token of a person belongs to where no page gave one: by it the token can be listed and ended
 * with everything else that the person gave.
 * @param now milliseconds since the epoch
 * @param target what the token is for
 * @param lifetime seconds; as the token's when absent
 */
export function personGrant(
  { grants, lifetimes }: PersonGrantContext,
  { client: { client_id, metadata } }: KnownClient,
  sub: string,
  { scope, access_token_lifetime: ofTarget }: TokenTarget,
  now: number,
  lifetime = accessTokenLifetime(metadata, lifetimes(), ofTarget),
): { readonly grant_id: string; readonly steps: readonly Step[] } {
  const grant_id = randomUUID();
  const expires_at = now + Math.ceil(lifetime * 1000);
  const grant = { grant_id, client_id, sub, scope, created_at: now, expires_at };
  return { grant_id, steps: [grants.steps.insert(grant)] };
}

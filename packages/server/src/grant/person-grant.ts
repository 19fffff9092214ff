import { randomUUID } from 'node:crypto';
import type { GrantStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';

export type PersonGrantContext = {
  readonly grants: Pick<GrantStore, 'steps'>;
  /** `[oauth]` of now; seconds. */
  readonly lifetimes: () => { readonly access_token_lifetime: number };
};

/**
 * The grant that an access token of a person belongs to where no page gave one: by it the token can be listed and ended
 * with everything else that the person gave.
 * @param now milliseconds since the epoch
 * @param lifetime seconds; the deployment's when absent
 */
export function personGrant(
  { grants, lifetimes }: PersonGrantContext,
  given: { readonly client_id: string; readonly sub: string; readonly scope: string },
  now: number,
  lifetime = lifetimes().access_token_lifetime,
): { readonly grant_id: string; readonly steps: readonly Step[] } {
  const grant_id = randomUUID();
  const grant = { grant_id, ...given, created_at: now, expires_at: now + Math.ceil(lifetime * 1000) };
  return { grant_id, steps: [grants.steps.insert(grant)] };
}

import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { Clock } from '../../clock.ts';
import { accessDenied, invalidRequest } from '../../refusal/error-codes.ts';
import type { Evidence, Refusal } from '../../refusal/refusal.ts';
import type { DeferredAuthorizationStore, GuessStore } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { User } from '../../user/user.ts';
import { canonicalUserCode } from './user-code.ts';

/**
 * Finds the device that waits with the code a person typed. Wrong codes are counted and limited (RFC 8628 §5.1).
 * @throws Refusal `user_code_unknown` when none waits, `user_codes_limited` after too many wrong codes
 */
export type FindWaitingDevice = (
  typed: string,
  by: User,
  remote_address: string,
) => Promise<DeferredAuthorization>;

/** Wrong codes of one person, and from one address, within the window. */
const MOST_WRONG = 10;
const MOST_WRONG_FROM_ADDRESS = 100;
const WINDOW_MS = 900_000;

export const noDeviceWaits = (evidence: Evidence): Refusal =>
  invalidRequest('No device waits with this code.', 'user_code_unknown', evidence);

export function createFindWaitingDevice({
  clock,
  guesses,
  deferredAuthorizations,
  directory,
}: {
  readonly clock: Clock;
  readonly guesses: Pick<GuessStore, 'count' | 'fail'>;
  readonly deferredAuthorizations: Pick<DeferredAuthorizationStore, 'findByUserCode'>;
  readonly directory: ClientDirectory;
}): FindWaitingDevice {
  return async (typed, { sub, username }, remote_address) => {
    const now = clock();
    const limits = [
      { key: `user-code of ${sub}`, most: MOST_WRONG },
      { key: `user-code from ${remote_address}`, most: MOST_WRONG_FROM_ADDRESS },
    ];
    for (const { key, most } of limits) {
      const presented = await guesses.count(key, now, WINDOW_MS);
      if (presented < most) continue;
      const evidence = { username, expected: `fewer than ${most} in 15 minutes`, presented };
      throw accessDenied('Too many wrong codes.', 'user_codes_limited', evidence, 429);
    }
    const user_code = canonicalUserCode(typed);
    const found = await deferredAuthorizations.findByUserCode(user_code, now);
    if (found && (await directory.find(found.client_id))?.client.enabled) return found;
    for (const { key } of limits) await guesses.fail(key, now, WINDOW_MS);
    throw noDeviceWaits({ username, presented: user_code.slice(0, 20) });
  };
}

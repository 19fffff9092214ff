import type { EphemeralStore, GuessStore } from '../storage/storage.ts';
import { canonicalUsername } from '../user/username.ts';

/** Limits on guessing passwords; times in milliseconds. */
export type GuessingLimits = {
  /** Failures for one username, from anywhere, within the window. */
  readonly maxFailuresPerUser: number;
  /** Failures from one address, for any username, within the window. */
  readonly maxFailuresPerAddress: number;
  readonly windowMs: number;
  /** How long a username or address stays locked once it reached its limit. */
  readonly lockMs: number;
};

/** Counts failed guesses over all processes and locks what reached its limit (OWASP ASVS 2.2.1). */
export type GuessingGuard = {
  /** @returns what is locked and since when, or undefined. A username that does not exist locks like one that does. */
  lockOn(username: string, remote_address: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  failed(username: string, remote_address: string): Promise<void>;
  /** Lifts the lock of a username and forgets its failures. */
  unlock(username: string): Promise<void>;
};

const KIND = 'sign-in-lock';
const userKey = (username: string) => `user:${canonicalUsername(username)}`;
const addressKey = (remote_address: string) => `address:${remote_address}`;

/** @param limits asked at every failure, so that a reload counts at once */
export function createGuessingGuard(
  stores: { readonly guesses: GuessStore; readonly ephemerals: EphemeralStore },
  limits: () => GuessingLimits,
): GuessingGuard {
  const { guesses, ephemerals } = stores;

  const count = async (key: string, most: number) => {
    const now = Date.now();
    const { windowMs, lockMs } = limits();
    if ((await guesses.fail(key, now, windowMs)) < most) return;
    await ephemerals.put(KIND, key, { locked_at: new Date(now).toISOString() }, now + lockMs);
    await guesses.clear(key);
  };

  return {
    async lockOn(username, remote_address) {
      for (const key of [userKey(username), addressKey(remote_address)]) {
        const lock = await ephemerals.get(KIND, key, Date.now());
        if (lock) return { locked: key, ...lock };
      }
      return undefined;
    },
    async failed(username, remote_address) {
      await count(userKey(username), limits().maxFailuresPerUser);
      await count(addressKey(remote_address), limits().maxFailuresPerAddress);
    },
    async unlock(username) {
      await guesses.clear(userKey(username));
      await ephemerals.take(KIND, userKey(username), Date.now());
    },
  };
}

import { timeText } from '@countersign/x509';
import type { Clock } from '../clock.ts';
import { temporarilyUnavailable } from '../refusal/error-codes.ts';
import type { EphemeralStore, GuessStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import { canonicalUsername } from '../user/username.ts';
import { addressBlock } from './address-block.ts';
import { createTurns, type Turns } from './turns.ts';

/** Limits on guessing passwords; times in milliseconds. */
export type GuessingLimits = {
  /** Failures for one username, from anywhere, within the window. */
  readonly maxFailuresPerUser: number;
  /** Failures from one address or IPv6 /64, for any username, within the window. */
  readonly maxFailuresPerAddress: number;
  readonly windowMs: number;
  /** How long a username or address stays locked once it reached its limit. */
  readonly lockMs: number;
};

/** Counts failed guesses over all processes and locks what reached its limit (OWASP ASVS 2.2.1). */
export type GuessingGuard = {
  /**
   * @param browser the name of a browser known for the account: what others failed at from elsewhere does not lock it
   * out, and its own failures lock it alone
   * @returns what is locked and since when, or undefined. A username that does not exist locks like one that does.
   */
  lockOn(
    username: string,
    remote_address: string,
    browser?: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  failed(username: string, remote_address: string, browser?: string): Promise<void>;
  /**
   * Has the guesses at one account follow one another, so that many at once are no more than as many in turn. `guess`
   * asks for the lock, checks, and reports the failure. A known browser does not stand in line with strangers.
   * @throws Refusal `temporarily_unavailable` when too many wait
   */
  inTurn<T>(username: string, guess: () => Promise<T>, browser?: string): Promise<T>;
  /** What lifts the lock of a username and forgets its failures. */
  unlocking(username: string): readonly Step[];
};

const KIND = 'sign-in-lock';
/** Whose secrets are guessed at: by what they are counted, and how a refusal names one of them. */
type Guessed = {
  readonly keyOf: (name: string) => string;
  readonly evidence: (name: string) => Readonly<Record<string, string>>;
};
const PEOPLE: Guessed = {
  keyOf: (username) => `user:${canonicalUsername(username)}`,
  evidence: (username) => ({ username }),
};
/** Clients, by their client_id, whose secrets somebody chose. */
export const GUESSED_CLIENTS: Guessed = {
  keyOf: (client_id) => `client:${client_id}`,
  evidence: (client_id) => ({ client_id }),
};

const browserKey = (browser: string) => `browser:${browser}`;
const addressKey = (remote_address: string) => `address:${addressBlock(remote_address)}`;
const MOST_WAITING = 64;

/**
 * @param limits asked at every failure, so that a reload counts at once
 * @param turns those of all processes that share a file or a port
 * @param guessed whose secrets are guessed at; people's when absent
 */
export function createGuessingGuard(
  stores: {
    readonly guesses: GuessStore;
    readonly ephemerals: Pick<EphemeralStore, 'put' | 'get' | 'steps'>;
  },
  limits: () => GuessingLimits,
  clock: Clock,
  turns: Turns = createTurns(),
  guessed: Guessed = PEOPLE,
): GuessingGuard {
  const { guesses, ephemerals } = stores;
  const { keyOf: userKey } = guessed;

  const count = async (key: string, most: number) => {
    const now = clock();
    const { windowMs, lockMs } = limits();
    if ((await guesses.fail(key, now, windowMs)) < most) return;
    await ephemerals.put(KIND, key, { locked_at: timeText(now) }, now + lockMs);
    await guesses.clear(key);
  };

  return {
    async lockOn(username, remote_address, browser) {
      const keys =
        browser === undefined ? [userKey(username), addressKey(remote_address)] : [browserKey(browser)];
      for (const key of keys) {
        const lock = await ephemerals.get(KIND, key, clock());
        if (lock) return { locked: key, ...lock };
      }
      return undefined;
    },
    async failed(username, remote_address, browser) {
      if (browser !== undefined) return count(browserKey(browser), limits().maxFailuresPerUser);
      await count(userKey(username), limits().maxFailuresPerUser);
      await count(addressKey(remote_address), limits().maxFailuresPerAddress);
    },
    async inTurn(username, guess, browser) {
      const key = browser === undefined ? userKey(username) : browserKey(browser);
      const turn = await turns.enter(key, MOST_WAITING);
      if (typeof turn !== 'function') {
        throw temporarilyUnavailable('Too many sign-ins at once; try again.', 'guessing_limited', {
          ...guessed.evidence(username),
          waiting: turn.waiting,
        });
      }
      try {
        return await guess();
      } finally {
        turn();
      }
    },
    unlocking: (username) => [
      guesses.steps.clear(userKey(username)),
      { ...ephemerals.steps.take(KIND, userKey(username), clock()), rows: 'any' },
    ],
  };
}

import { Refusal } from '../refusal/refusal.ts';
import type { UserStore } from '../storage/storage.ts';
import { hashPassword, passwordMatches } from '../user/password.ts';
import type { User } from '../user/user.ts';
import type { GuessingGuard } from './guessing-guard.ts';

/**
 * Signs a person in by username and password.
 * @throws Refusal `invalid_grant` with one public description for every cause, so that the answer does not tell
 * whether the account exists; `temporarily_unavailable` when too many passwords are being checked
 */
export type PasswordSignIn = (username: string, password: string, remote_address: string) => Promise<User>;

/** Each check takes 19 MiB and tens of milliseconds: more at once only wait for each other. */
const CONCURRENT_CHECKS = 4;
const WAITING_CHECKS = 64;

function limitedConcurrency(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= CONCURRENT_CHECKS) {
      if (waiting.length >= WAITING_CHECKS) {
        throw new Refusal(
          'temporarily_unavailable',
          'Too many sign-ins at once; try again.',
          'guessing_limited',
          {
            waiting: waiting.length,
          },
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

const refused = (
  because: 'user_unknown' | 'user_disabled' | 'password_wrong' | 'guessing_limited',
  evidence: object,
) => new Refusal('invalid_grant', 'The username or password is wrong.', because, { ...evidence });

/** Makes the password check, behind the guard against guessing. */
export function createPasswordSignIn(users: UserStore, guard: GuessingGuard): PasswordSignIn {
  const limited = limitedConcurrency();
  // Checked against when the account does not exist, so that both answers take the same time.
  const nobody = hashPassword('no account has this password');

  return async (username, password, remote_address) => {
    const lock = await guard.lockOn(username, remote_address);
    if (lock) throw refused('guessing_limited', { username, ...lock });
    const user = await users.findByUsername(username);
    const matches = await limited(async () =>
      passwordMatches(password, user?.password_hash ?? (await nobody)),
    );
    if (!user || !matches) {
      await guard.failed(username, remote_address);
      throw refused(user ? 'password_wrong' : 'user_unknown', { username });
    }
    if (!user.enabled) throw refused('user_disabled', { username });
    return user;
  };
}

import { availableParallelism } from 'node:os';
import { argon2idOfNothing } from '../password-hash.ts';
import { invalidGrant, temporarilyUnavailable } from '../refusal/error-codes.ts';
import type { UserStore } from '../storage/storage.ts';
import { isOwnHash, isPasswordHash, passwordMatches } from '../user/password.ts';
import type { User } from '../user/user.ts';
import { addressBlock } from './address-block.ts';
import type { GuessingGuard } from './guessing-guard.ts';
import { refuseHeld } from './held-account.ts';
import type { KnownBrowser } from './known-browser.ts';
import type { RememberedPasswords } from './remembered-passwords.ts';
import { hasSecondFactor, type SecondFactors } from './second-factor.ts';
import type { StandIns } from './stand-ins.ts';

/**
 * Signs a person in by username and password.
 * @throws Refusal `invalid_grant` with one public description for every cause, so that the answer does not tell
 * whether the account exists; `temporarily_unavailable` when too many passwords are being checked
 * @param knownBrowser what the request's browser is known for, where it is a browser
 * @param remembered where a program sends a password with every call; what people type is checked each time
 */
export type PasswordSignIn = (
  username: string,
  password: string,
  remote_address: string,
  knownBrowser?: KnownBrowser,
  remembered?: RememberedPasswords,
) => Promise<User>;

/** Each check takes 19 MiB and tens of milliseconds of one processor; one is left to everything else. */
const CONCURRENT_CHECKS = Math.max(1, Math.min(4, availableParallelism() - 1));
const WAITING_CHECKS = 64;
/** Twice what a username may have: decomposed letters become fewer when they are compared. */
const LONGEST_USERNAME = 510;

/**
 * Has slow hashes wait for one another.
 * @param onTurn told of each turn that came, with the milliseconds waited for it
 */
export function limitedConcurrency(
  onTurn: (waited: number) => void,
): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    const came = performance.now();
    if (running >= CONCURRENT_CHECKS) {
      if (waiting.length >= WAITING_CHECKS) {
        throw temporarilyUnavailable('Too many sign-ins at once; try again.', 'guessing_limited', {
          waiting: waiting.length,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running++;
    onTurn(performance.now() - came);
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

/** The same for every cause, so that the answer does not tell whether the account exists. */
const REFUSED = 'The username or password is wrong.';

/**
 * Under which name the guard counts guesses at the password of somebody who has a second factor: apart for each address.
 * Strangers elsewhere do not lock such a person out, whom the second factor proves; its own failures are counted over all.
 * No username has a line break.
 */
const nameAt = (username: string, remote_address: string): string =>
  `${username}\n${addressBlock(remote_address)}`;

/**
 * Replaces the hash of a password that was just found to be right, which another server made, by one of ours.
 * @returns the account as it is then; as it was where somebody else changed it meanwhile
 */
export type RenewPassword = (user: User, password: string) => Promise<User>;

/**
 * Makes the password check, behind the guard against guessing.
 * @param isAskedForMore whether somebody with this `sub` is asked for a second factor
 * @param standIns what nobody who exists is checked against
 * @param onTurn told of each check of a password before it is hashed, with the milliseconds it waited for its turn
 */
export function createPasswordSignIn(
  users: Pick<UserStore, 'findByUsername'>,
  guard: GuessingGuard,
  isAskedForMore: (sub: string) => Promise<boolean>,
  standIns: StandIns,
  renew: RenewPassword,
  onTurn: (waited: number) => void = () => {},
): PasswordSignIn {
  const checks = { ofStrangers: limitedConcurrency(onTurn), ofKnown: limitedConcurrency(onTurn) };
  // Checked against where there is no password, so that all answers take the same time.
  const nobody = argon2idOfNothing();

  /** @returns the account, its hash one of ours, where the password is its own */
  const matched = async (
    user: User | undefined,
    standIn: string | undefined,
    password: string,
  ): Promise<User | undefined> => {
    const hash = user ? user.password_hash : standIn;
    const isThere = hash !== undefined && isPasswordHash(hash);
    const matches = await passwordMatches(password, isThere ? hash : nobody);
    if (!user || !isThere || !matches) return undefined;
    return user.enabled && !isOwnHash(hash) ? renew(user, password) : user;
  };

  const checked = async (
    username: string,
    password: string,
    remote_address: string,
    browser: string | undefined,
    countedAs: string,
    remembered: RememberedPasswords | undefined,
  ): Promise<User> => {
    // Where they differ, wrong codes alone are counted under the username, of somebody who knew the password.
    const lock =
      (await guard.lockOn(countedAs, remote_address, browser)) ??
      (await guard.lockOn(username, remote_address, browser));
    if (lock) throw invalidGrant(REFUSED, 'guessing_limited', { username, ...lock });
    const user = await users.findByUsername(username);
    // Asked for those who exist too.
    const standIn = await standIns.of(username);
    const limited = browser === undefined ? checks.ofStrangers : checks.ofKnown;
    const isKnown = user !== undefined && remembered?.has(user, password) === true;
    const right = isKnown ? user : await limited(() => matched(user, standIn, password));
    if (!right) {
      await guard.failed(countedAs, remote_address, browser);
      throw invalidGrant(REFUSED, user ? 'password_wrong' : 'user_unknown', { username });
    }
    if (!right.enabled) throw invalidGrant(REFUSED, 'user_disabled', { username });
    if (!isKnown) remembered?.add(right, password);
    return right;
  };

  /**
   * Keyboards that complete words leave a space behind them. No username has outer spaces, but for those of old, and
   * guesses with and without count as guesses at one name.
   */
  const withoutOuterSpaces = async (typed: string): Promise<string> => {
    const trimmed = typed.trim();
    return trimmed !== typed && (await users.findByUsername(typed)) ? typed : trimmed;
  };

  return async (presented, password, remote_address, knownBrowser, remembered) => {
    // Folding the case of a megabyte takes longer than checking a password.
    const username = await withoutOuterSpaces(presented.slice(0, LONGEST_USERNAME));
    const named = await users.findByUsername(username);
    const browser = named && knownBrowser?.(named.sub);
    // Asked for somebody who does not exist too, so that both answers take the same time.
    const countedAs = (await isAskedForMore(named?.sub ?? '')) ? nameAt(username, remote_address) : username;
    const guess = () => checked(username, password, remote_address, browser, countedAs, remembered);
    return guard.inTurn(countedAs, guess, browser);
  };
}

/**
 * Signs a person in where nothing but a password can be asked for. One who has set up a second factor is refused
 * there: otherwise whoever learns the password would need no second factor. So is one who must do something first, which
 * cannot be done there.
 * @param remembered where the password comes with every call
 * @throws Refusal as {@link PasswordSignIn} does
 */
export function createPasswordAloneSignIn(
  signIn: PasswordSignIn,
  secondFactors: Pick<SecondFactors, 'list'>,
  remembered?: RememberedPasswords,
): PasswordSignIn {
  return async (username, password, remote_address) => {
    const user = await signIn(username, password, remote_address, undefined, remembered);
    refuseHeld(user);
    if (!hasSecondFactor(await secondFactors.list(user.sub))) return user;
    throw invalidGrant('The account needs a second factor.', 'second_factor_needed', {
      username: user.username,
    });
  };
}

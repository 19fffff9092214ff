import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { isVisible } from '../event/printable.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { UnreadableRecord, unlessUnreadable } from '../storage/storage-errors.ts';
import type { Step } from '../unit-of-work.ts';
import { generatePassword, hashPassword, passwordMatches } from '../user/password.ts';
import type { AdministratorRole, User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import type { Actor } from './actor.ts';
import { changeAgain, checkRevision, type Expected } from './unit-of-change.ts';

/** Thrown when an account cannot be made or changed as asked; the message says why. */
export class InvalidAccount extends Error {
  override readonly name = 'InvalidAccount';
}

/** Thrown when no account has this username. */
export class AccountNotFound extends Error {
  override readonly name = 'AccountNotFound';
}

export type NewAccount = {
  readonly username: string;
  readonly password: string;
  readonly roles?: readonly AdministratorRole[];
  readonly claims?: Readonly<Record<string, unknown>>;
};

export type AccountChanges = {
  readonly roles?: readonly AdministratorRole[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
};

export type AccountRegistrar = {
  /** @throws InvalidAccount, UnacceptablePassword */
  add(account: NewAccount, by: Actor): Promise<User>;
  /** @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left */
  update(username: string, changes: AccountChanges, by: Actor, expected?: Expected): Promise<User>;
  /**
   * Sets the password and lifts a lock.
   * @param also what is written with it; where such a step is refused, nothing is
   * @throws AccountNotFound, UnacceptablePassword; UnitRefused for a step given
   */
  setPassword(username: string, password: string, by: Actor, also?: readonly Step[]): Promise<void>;
  /** @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left */
  remove(username: string, by: Actor, expected?: Expected): Promise<void>;
  /**
   * Makes the administrator of `[super_admin]`. A password in the configuration counts at every start; without one
   * a new account gets a generated password.
   * @returns the generated password, to be printed once
   */
  ensureAdministrator(username: string, password: string | undefined): Promise<string | undefined>;
};

const USERNAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

/** An account as its audit trail compares it; the hash of the password says that it changed, and is left out. */
const audited = ({ username, roles, claims, enabled, password_hash }: User) => ({
  username,
  roles,
  claims,
  enabled,
  password: password_hash,
});

const notFound = (username: string) =>
  new AccountNotFound(`no account has the username ${JSON.stringify(username)}`);

const isOwner = (user: User) => user.enabled && user.roles.includes('owner');

function eventOf(
  type: string,
  by: Actor,
  before: User | undefined,
  after: User | undefined,
  { sub, username }: Pick<User, 'sub' | 'username'>,
): EventDraft {
  return {
    type,
    outcome: 'success',
    username,
    actor: by,
    object: { kind: 'user', id: sub },
    changes: changesBetween(before && audited(before), after && audited(after)),
  };
}

/** Makes accounts and changes them; each change is written with its one event. */
export function createAccountRegistrar(
  storage: Pick<Storage, 'users' | 'commit'>,
  guard: GuessingGuard,
  events: EventRecorder,
  clock: Clock,
): AccountRegistrar {
  const { users } = storage;

  const findOrThrow = async (username: string): Promise<User> => {
    const user = await users.findByUsername(username);
    if (!user) throw notFound(username);
    return user;
  };

  /** Nobody could administer a server without an owner, so the last one stays. */
  const ownerStep = (before: User, after: User | undefined): readonly Step[] =>
    isOwner(before) && !(after && isOwner(after)) ? [users.steps.keepsAnOwner()] : [];

  const orLastOwner = async <T>(username: string, change: Promise<T>): Promise<T> => {
    try {
      return await change;
    } catch (error) {
      const isLast = error instanceof UnitRefused && error.condition === users.steps.keepsAnOwner().condition;
      throw isLast ? new InvalidAccount(`${username} is the last enabled owner`) : error;
    }
  };

  const change = (
    type: string,
    username: string,
    apply: (user: User) => User,
    by: Actor,
    { expected, also = [] }: { readonly expected?: Expected; readonly also?: readonly Step[] } = {},
  ): Promise<User> =>
    changeAgain(async () => {
      const before = await findOrThrow(username);
      checkRevision(`the account ${username}`, before.revision, expected);
      const changed = apply(before);
      if (isDeepStrictEqual(changed, before)) return before;
      const after = { ...changed, revision: before.revision + 1 };
      const steps = [...users.steps.update(after), ...ownerStep(before, after), ...also];
      await orLastOwner(
        username,
        commitChange({ storage, events }, steps, eventOf(type, by, before, after, after)),
      );
      return after;
    }, also);

  const setPassword: AccountRegistrar['setPassword'] = async (username, password, by, given = []) => {
    const password_hash = await hashPassword(password);
    const also = [...given, ...guard.unlocking(username)];
    await change('user.password_set', username, (user) => ({ ...user, password_hash }), by, { also });
  };

  const add = async (account: NewAccount, by: Actor): Promise<User> => {
    const { username, password, roles = [], claims = {} } = account;
    if (!USERNAME.test(username) || !isVisible(username) || username.trim() !== username) {
      throw new InvalidAccount(
        'a username has 1 to 255 characters, without invisible characters or outer spaces',
      );
    }
    const user: User = {
      sub: randomUUID(),
      username,
      password_hash: await hashPassword(password),
      roles,
      claims,
      enabled: true,
      created_at: clock(),
      revision: 1,
    };
    try {
      const event = eventOf('user.created', by, undefined, user, user);
      await commitChange({ storage, events }, users.steps.insert(user), event);
    } catch (error) {
      if (!(error instanceof UnitRefused)) throw error;
      throw new InvalidAccount(`the username ${JSON.stringify(username)} is taken`);
    }
    return user;
  };

  return {
    add,
    update: (username, changes, by, expected) =>
      change('user.updated', username, (user) => ({ ...user, ...changes }), by, { expected }),
    setPassword,
    async remove(username, by, expected) {
      await changeAgain(async () => {
        // One that cannot be read can be removed all the same.
        const before = await unlessUnreadable(users.findByUsername(username));
        const sub = before?.sub ?? (await users.subOf(username));
        if (sub === undefined) throw notFound(username);
        if (before) checkRevision(`the account ${username}`, before.revision, expected);
        const steps = [
          ...users.steps.remove(sub, before?.revision),
          ...(before ? ownerStep(before, undefined) : [users.steps.keepsAnOwner()]),
        ];
        await orLastOwner(
          username,
          commitChange(
            { storage, events },
            steps,
            eventOf('user.removed', by, before, undefined, { sub, username }),
          ),
        );
      });
    },
    async ensureAdministrator(username, password) {
      const by: Actor = { name: '[super_admin]', through: 'configuration' };
      let existing: User | undefined;
      try {
        existing = await users.findByUsername(username);
      } catch (error) {
        // It is there, and a later version looks after it.
        if (error instanceof UnreadableRecord) return undefined;
        throw error;
      }
      if (!existing) {
        const generated = password === undefined ? generatePassword() : undefined;
        try {
          await add({ username, password: password ?? generated ?? '', roles: ['owner'] }, by);
        } catch (error) {
          // Another process starting at the same time made it; the password it printed is the one that counts.
          if (error instanceof InvalidAccount && (await users.findByUsername(username))) return undefined;
          throw error;
        }
        return generated;
      }
      if (password !== undefined && !(await passwordMatches(password, existing.password_hash))) {
        await setPassword(username, password, by);
      }
      return undefined;
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { everyItem } from '../storage/every-item.ts';
import { StorageConflict, type UserStore } from '../storage/storage.ts';
import { generatePassword, hashPassword, passwordMatches } from '../user/password.ts';
import type { AdministratorRole, User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import type { Actor } from './actor.ts';
import { changeOptimistically } from './optimistic-change.ts';

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
  /** @throws AccountNotFound, InvalidAccount when no enabled owner would be left */
  update(username: string, changes: AccountChanges, by: Actor): Promise<User>;
  /** Sets the password and lifts a lock. @throws AccountNotFound, UnacceptablePassword */
  setPassword(username: string, password: string, by: Actor): Promise<void>;
  /** @throws AccountNotFound, InvalidAccount when no enabled owner would be left */
  remove(username: string, by: Actor): Promise<void>;
  /**
   * Makes the administrator of `[super_admin]`. A password in the configuration counts at every start; without one
   * a new account gets a generated password.
   * @returns the generated password, to be printed once
   */
  ensureAdministrator(username: string, password: string | undefined): Promise<string | undefined>;
};

const USERNAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

/** Makes accounts and changes them; each change is one event. */
export function createAccountRegistrar(
  users: UserStore,
  guard: GuessingGuard,
  events: EventRecorder,
  clock: Clock,
): AccountRegistrar {
  const recordChange = (
    type: string,
    { sub, username }: Pick<User, 'sub' | 'username'>,
    by: Actor,
    detail: Record<string, unknown> = {},
  ) =>
    events.record({
      type,
      outcome: 'success',
      username,
      actor: by,
      object: { kind: 'user', id: sub },
      ...(Object.keys(detail).length > 0 && { detail }),
    });

  const findOrThrow = async (username: string): Promise<User> => {
    const user = await users.findByUsername(username);
    if (!user) throw new AccountNotFound(`no account has the username ${JSON.stringify(username)}`);
    return user;
  };

  const change = (username: string, apply: (user: User) => User): Promise<User> =>
    changeOptimistically(
      () => findOrThrow(username),
      apply,
      (user) => users.update(user),
    );

  const isOwner = (user: User) => user.enabled && user.roles.includes('owner');

  const hasOwner = async (except?: User): Promise<boolean> => {
    for await (const user of everyItem((page) => users.list(page))) {
      if (user.sub !== except?.sub && isOwner(user)) return true;
    }
    return false;
  };

  /**
   * Changes an account that may own the server. Nobody could administer a server without an owner, so the last one
   * stays: it is looked for before the change, and again after it, for two owners may part at the same moment.
   */
  const changeKeepingAnOwner = async (before: User, changes: AccountChanges): Promise<User> => {
    const { username } = before;
    const apply = () => change(username, (current) => ({ ...current, ...changes }));
    if (!isOwner(before) || isOwner({ ...before, ...changes })) return apply();
    const last = () => new InvalidAccount(`${username} is the last enabled owner`);
    if (!(await hasOwner(before))) throw last();
    const after = await apply();
    if (await hasOwner()) return after;
    const { roles, claims, enabled } = before;
    await change(username, (current) => ({ ...current, roles, claims, enabled }));
    throw last();
  };

  const add = async (account: NewAccount, by: Actor): Promise<User> => {
    const { username, password, roles = [], claims = {} } = account;
    if (!USERNAME.test(username) || username.trim() !== username) {
      throw new InvalidAccount(
        'a username has 1 to 255 characters, without control characters or outer spaces',
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
      await users.insert(user);
    } catch (error) {
      if (!(error instanceof StorageConflict)) throw error;
      throw new InvalidAccount(`the username ${JSON.stringify(username)} is taken`);
    }
    recordChange('user.created', user, by, { roles });
    return user;
  };

  return {
    add,
    async update(username, changes, by) {
      const user = await changeKeepingAnOwner(await findOrThrow(username), changes);
      recordChange('user.updated', user, by, { fields: Object.keys(changes) });
      return user;
    },
    async setPassword(username, password, by) {
      const password_hash = await hashPassword(password);
      const changed = await change(username, (user) => ({ ...user, password_hash }));
      await guard.unlock(username);
      recordChange('user.password_set', changed, by);
    },
    async remove(username, by) {
      const user = await changeKeepingAnOwner(await findOrThrow(username), { enabled: false });
      await users.remove(user.sub);
      recordChange('user.removed', user, by);
    },
    async ensureAdministrator(username, password) {
      const by: Actor = { name: '[super_admin]', through: 'configuration' };
      const existing = await users.findByUsername(username);
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
        const password_hash = await hashPassword(password);
        const changed = await change(username, (user) => ({ ...user, password_hash }));
        await guard.unlock(username);
        recordChange('user.password_set', changed, by);
      }
      return undefined;
    },
  };
}

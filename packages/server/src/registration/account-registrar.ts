import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { AdministratorRole, LimitedRole } from '../user/administrator-roles.ts';
import { passwordMatches, UnacceptablePassword } from '../user/password.ts';
import { checkNewPassword, type PasswordRules } from '../user/password-rules.ts';
import { type RequiredAction, requiring } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import type { RenewPassword } from '../user-authentication/password-sign-in.ts';
import type { EndedAccess } from '../user-authentication/session-endings.ts';
import { checkUsername, createAccountChanging, type NewAccount } from './account-changing.ts';
import type { Actor } from './actor.ts';
import { createRenewPassword } from './password-renewal.ts';
import { createPutPassword, type NewPassword } from './password-setting.ts';
import { createEnsureAdministrator, type EnsureAdministrator } from './super-administrator.ts';
import type { Expected } from './unit-of-change.ts';

export type AccountChanges = {
  readonly roles?: readonly AdministratorRole[];
  readonly limited_roles?: readonly LimitedRole[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
  /** What must be done at the next sign-in, in place of what had to be. */
  readonly required_actions?: readonly RequiredAction[];
};

export type AccountRegistrar = {
  /** @throws InvalidAccount, UnacceptablePassword */
  add(account: NewAccount, by: Actor): Promise<User>;
  /** @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left, or a claim is wrong */
  update(username: string, changes: AccountChanges, by: Actor, expected?: Expected): Promise<User>;
  /**
   * Sets the password and lifts a lock; sessions and grants end with the old one in the same unit of work.
   * @param also what is written with it; where such a step is refused, nothing is
   * @returns the account, and what was ended
   * @throws AccountNotFound, UnacceptablePassword; UnitRefused for a step given
   */
  setPassword(
    username: string,
    wanted: NewPassword,
    by: Actor,
    also?: readonly Step[],
  ): Promise<{ readonly user: User; readonly ended: EndedAccess }>;
  /** Hashes the password of an account anew, as this server does. */
  readonly renewPassword: RenewPassword;
  /** @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left */
  remove(username: string, by: Actor, expected?: Expected): Promise<void>;
  readonly ensureAdministrator: EnsureAdministrator;
};

/** An account that has no limited roles, or nothing to do, says nothing of them. */
function withoutNone({ limited_roles, required_actions = [], ...changes }: AccountChanges): Partial<User> {
  return {
    ...changes,
    ...(limited_roles && limited_roles.length > 0 && { limited_roles }),
    ...requiring(required_actions),
  };
}

/** What is left to do: an address that an administrator calls verified is, unless they say otherwise. */
function leftToDo({ required_actions = [] }: User, changes: AccountChanges): readonly RequiredAction[] {
  const isVerified = changes.claims?.email_verified === true;
  return (
    changes.required_actions ??
    (isVerified ? required_actions.filter((action) => action !== 'verify_email') : required_actions)
  );
}

/** Makes accounts and changes them; each change is written with its one event. */
export function createAccountRegistrar(
  storage: Pick<Storage, 'users' | 'groups' | 'attributeDefinitions' | 'commit'>,
  guard: GuessingGuard,
  events: EventRecorder,
  /** Of now; what a new password is held against. */
  passwordRules: () => PasswordRules,
  clock: Clock,
): AccountRegistrar {
  const accounts = createAccountChanging(storage, events, clock);
  const putPassword = createPutPassword(accounts, guard);
  return {
    async add(account, by) {
      checkUsername(account.username);
      await checkNewPassword(account.password, account.username, passwordRules());
      return accounts.insert(account, by);
    },
    update: (username, changes, by, expected) =>
      accounts.change(
        'user.updated',
        username,
        ({ awaits_confirmation, unknown, limited_roles, required_actions, ...user }) => ({
          ...user,
          ...(limited_roles && !changes.limited_roles && { limited_roles }),
          ...(awaits_confirmation && changes.enabled !== true && { awaits_confirmation }),
          // Who says which roles there are takes those too that nobody here can read.
          ...(unknown && { unknown: changes.roles ? { ...unknown, roles: [] } : unknown }),
          ...withoutNone({
            ...changes,
            required_actions: leftToDo({ ...user, ...(required_actions && { required_actions }) }, changes),
          }),
        }),
        by,
        { expected },
      ),
    async setPassword(username, wanted, by, also = []) {
      const { password, isChosenAnew = false } = wanted;
      const { password_hash } = await accounts.find(username);
      await checkNewPassword(password, username, passwordRules());
      if (isChosenAnew && (await passwordMatches(password, password_hash))) {
        throw new UnacceptablePassword('same', 'the password is the one there is; choose another');
      }
      return putPassword(username, wanted, by, { also });
    },
    renewPassword: createRenewPassword(accounts),
    remove: accounts.remove,
    ensureAdministrator: createEnsureAdministrator(storage, events, accounts, putPassword),
  };
}

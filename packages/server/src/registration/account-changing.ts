import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { isVisible } from '../event/printable.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import type { Step } from '../unit-of-work.ts';
import { type AdministratorRole, type LimitedRole, limitedRoleText } from '../user/administrator-roles.ts';
import { hashPassword } from '../user/password.ts';
import { claimsProblem } from '../user/person-attributes.ts';
import { type RequiredAction, requiring } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import type { AccessEnding } from '../user-authentication/session-endings.ts';
import type { Actor } from './actor.ts';
import { lostMemberships } from './lost-memberships.ts';
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
  /** Whether another password must be chosen at the first sign-in. */
  readonly temporary?: boolean;
  /** What must be done at the first sign-in beside. */
  readonly required_actions?: readonly RequiredAction[];
  readonly roles?: readonly AdministratorRole[];
  readonly limited_roles?: readonly LimitedRole[];
  readonly claims?: Readonly<Record<string, unknown>>;
};

/** Accounts as they are written: each change with its one event, and whatever the rules say of passwords. */
export type AccountChanging = {
  /** @throws AccountNotFound */
  find(username: string): Promise<User>;
  /** @param also what is written with it @throws InvalidAccount, UnacceptablePassword */
  insert(account: NewAccount, by: Actor, also?: readonly Step[]): Promise<User>;
  /**
   * @param apply what the account is to be
   * @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left; UnitRefused for a
   * step given
   */
  change(
    type: EventType,
    username: string,
    apply: (user: User) => User,
    by: Actor,
    options?: ChangeOptions,
  ): Promise<User>;
  /** @throws AccountNotFound, RevisionMismatch, InvalidAccount when no enabled owner would be left */
  remove(username: string, by: Actor, expected?: Expected): Promise<void>;
};

const USERNAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

/** An account as its audit trail compares it; the hash of the password says that it changed, and is left out. */
const audited = ({
  username,
  roles,
  limited_roles,
  claims,
  enabled,
  password_hash,
  required_actions,
}: User) => ({
  username,
  roles,
  ...(limited_roles && { limited_roles: limited_roles.map(limitedRoleText) }),
  claims,
  enabled,
  password: password_hash,
  ...(required_actions && { required_actions }),
});

export type ChangeOptions = {
  readonly expected?: Expected;
  readonly also?: readonly Step[];
  /** Prepares what ends with the change. */
  readonly ending?: (user: User) => Promise<AccessEnding | undefined>;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** @throws InvalidAccount */
export function checkUsername(username: string): void {
  if (USERNAME.test(username) && isVisible(username) && username.trim() === username) return;
  throw new InvalidAccount(
    'a username has 1 to 255 characters, without invisible characters or outer spaces',
  );
}

const notFound = (username: string) =>
  new AccountNotFound(`no account has the username ${JSON.stringify(username)}`);

const isOwner = (user: User) => user.enabled && user.roles.includes('owner');

/** What tells of a change of an account; undefined for what it was or is where it was not or is no more. */
export function userEvent(
  type: EventType,
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

export function createAccountChanging(
  storage: Pick<Storage, 'users' | 'groups' | 'attributeDefinitions' | 'commit'>,
  events: EventRecorder,
  clock: Clock,
): AccountChanging {
  const { users, attributeDefinitions } = storage;

  /** What an account had before may stay, whatever was defined since. @throws InvalidAccount */
  const checkClaims = async (after: User['claims'], before: User['claims']): Promise<void> => {
    if (after === before || Object.keys(after).length === 0) return;
    const wrong = claimsProblem(after, before, await attributeDefinitions.list());
    if (wrong) throw new InvalidAccount(`the claim ${wrong.claim} ${wrong.problem}`);
  };

  const find = async (username: string): Promise<User> => {
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

  const change: AccountChanging['change'] = (
    type,
    username,
    apply,
    by,
    { expected, also = [], ending, detail } = {},
  ) =>
    changeAgain(async () => {
      const before = await find(username);
      checkRevision(`the account ${username}`, before.revision, expected);
      const changed = apply(before);
      if (isDeepStrictEqual(changed, before)) return before;
      await checkClaims(changed.claims, before.claims);
      const after = { ...changed, revision: before.revision + 1 };
      const ended = await ending?.(before);
      const steps = [
        ...users.steps.update(after),
        ...ownerStep(before, after),
        ...also,
        ...(ended?.steps ?? []),
      ];
      const told = { ...detail, ...ended?.detail };
      const event = {
        ...userEvent(type, by, before, after, after),
        ...(Object.keys(told).length > 0 && { detail: told }),
      };
      await orLastOwner(username, commitChange({ storage, events }, steps, event));
      ended?.settle();
      return after;
    }, also);

  const insert: AccountChanging['insert'] = async (account, by, also = []) => {
    const { username, password, temporary = false, roles = [], limited_roles, claims = {} } = account;
    const { required_actions = [] } = account;
    checkUsername(username);
    await checkClaims(claims, {});
    const user: User = {
      sub: randomUUID(),
      username,
      password_hash: await hashPassword(password),
      ...requiring(temporary ? ['update_password', ...required_actions] : required_actions),
      roles,
      ...(limited_roles && { limited_roles }),
      claims,
      enabled: true,
      created_at: clock(),
      revision: 1,
    };
    try {
      const event = userEvent('user.created', by, undefined, user, user);
      await commitChange({ storage, events }, [...users.steps.insert(user), ...also], event);
    } catch (error) {
      if (!(error instanceof UnitRefused)) throw error;
      throw new InvalidAccount(`the username ${JSON.stringify(username)} is taken`);
    }
    return user;
  };

  return {
    find,
    insert,
    change,
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
        const detail = await lostMemberships(storage.groups, { kind: 'person', id: sub });
        const event = {
          ...userEvent('user.removed', by, before, undefined, { sub, username }),
          ...(detail && { detail }),
        };
        await orLastOwner(username, commitChange({ storage, events }, steps, event));
      });
    },
  };
}

import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import type { Step } from '../unit-of-work.ts';
import { generatePassword, hashPassword, passwordMatches } from '../user/password.ts';
import type { User } from '../user/user.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import { type AccountChanging, InvalidAccount, type NewAccount } from './account-changing.ts';
import type { Actor } from './actor.ts';
import type { PutPassword } from './password-setting.ts';

/**
 * Makes the administrator of `[super_admin]`. A password in the configuration is set when it is another than was set from
 * there last, so that a person's own change stays; without one a new account gets a generated password. No rules but
 * those of size hold for it.
 * @returns the generated password, to be printed once
 */
export type EnsureAdministrator = (
  username: string,
  password: string | undefined,
  endAccess: EndAccess,
) => Promise<string | undefined>;

export function createEnsureAdministrator(
  storage: Pick<Storage, 'users' | 'commit'>,
  events: EventRecorder,
  { insert }: Pick<AccountChanging, 'insert'>,
  putPassword: PutPassword,
): EnsureAdministrator {
  const { users } = storage;
  const by: Actor = { name: '[super_admin]', through: 'configuration' };

  const notingOf = async (username: string, password: string | undefined): Promise<readonly Step[]> => {
    if (password === undefined) return [];
    const noted = await users.configuredPassword(username);
    return [users.steps.configurePassword(username, await hashPassword(password), noted)];
  };

  /** Sets the password of the configuration where it is another than it was, and notes it. */
  const configurePassword = async (
    { username, password_hash }: User,
    password: string,
    endAccess: EndAccess,
  ): Promise<void> => {
    const noted = await users.configuredPassword(username);
    if (noted !== undefined && (await passwordMatches(password, noted))) return;
    const note = users.steps.configurePassword(username, await hashPassword(password), noted);
    try {
      if (await passwordMatches(password, password_hash)) {
        await commitChange({ storage, events }, [note]);
        return;
      }
      const detail = { why: 'the password in [super_admin] is another than was set from there last' };
      await putPassword(username, { password, endAccess }, by, { also: [note], detail });
    } catch (error) {
      // Another process starting at the same time set it.
      if (!(error instanceof UnitRefused) || error.condition !== note.condition) throw error;
    }
  };

  return async (username, password, endAccess) => {
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
        const account: NewAccount = { username, password: password ?? generated ?? '', roles: ['owner'] };
        await insert(account, by, await notingOf(username, password));
      } catch (error) {
        // Another process starting at the same time made it; the password it printed is the one that counts.
        if (error instanceof InvalidAccount && (await users.findByUsername(username))) return undefined;
        throw error;
      }
      return generated;
    }
    if (password !== undefined) await configurePassword(existing, password, endAccess);
    return undefined;
  };
}

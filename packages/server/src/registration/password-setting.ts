import type { Step } from '../unit-of-work.ts';
import { hashPassword } from '../user/password.ts';
import { requiring, without } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import { type EndAccess, type EndedAccess, NOTHING_ENDED } from '../user-authentication/session-endings.ts';
import type { AccountChanging, ChangeOptions } from './account-changing.ts';
import type { Actor } from './actor.ts';

export type NewPassword = {
  readonly password: string;
  /** Whether another one must be chosen at the next sign-in. */
  readonly temporary?: boolean;
  /** Ends what the person has with the old password; everything stays when absent. */
  readonly endAccess?: EndAccess | undefined;
  /** The session that goes on. */
  readonly except?: string;
  /** Whether it must be another than the one there is. */
  readonly isChosenAnew?: boolean;
};

/** Sets a password with all that goes with it, whatever the rules say. @param also what is written with it */
export type PutPassword = (
  username: string,
  wanted: NewPassword,
  by: Actor,
  options: { readonly also: readonly Step[]; readonly detail?: ChangeOptions['detail'] },
) => Promise<{ readonly user: User; readonly ended: EndedAccess }>;

export function createPutPassword(
  { change }: Pick<AccountChanging, 'change'>,
  guard: Pick<GuessingGuard, 'unlocking'>,
): PutPassword {
  return async (username, { password, temporary = false, endAccess, except }, by, { also, detail }) => {
    const password_hash = await hashPassword(password);
    let ended = NOTHING_ENDED;
    const ending = async ({ sub }: User) => {
      const ends = await endAccess?.({ sub, ...(except !== undefined && { except }) });
      ended = ends?.ended ?? NOTHING_ENDED;
      return ends;
    };
    const apply = (user: User): User => {
      const { required_actions = [], ...rest } = without('update_password', user);
      return {
        ...rest,
        password_hash,
        ...requiring(temporary ? ['update_password', ...required_actions] : required_actions),
      };
    };
    const user = await change('user.password_set', username, apply, by, {
      also: [...also, ...guard.unlocking(username)],
      ending,
      detail: { ...detail, ...(endAccess === undefined && { sessions_and_grants: 'kept' }) },
    });
    return { user, ended };
  };
}

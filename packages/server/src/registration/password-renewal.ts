import { UnitRefused } from '../storage/commit-change.ts';
import { hashPassword } from '../user/password.ts';
import type { User } from '../user/user.ts';
import type { RenewPassword } from '../user-authentication/password-sign-in.ts';
import { type AccountChanging, AccountNotFound } from './account-changing.ts';

/** Hashes a password that was just found to be right anew, as this server does; no rules hold for it. */
export function createRenewPassword({ change }: Pick<AccountChanging, 'change'>): RenewPassword {
  return async (user, password) => {
    const password_hash = await hashPassword(password);
    const renewedOf = (present: User): User =>
      present.password_hash === user.password_hash ? { ...present, password_hash } : present;
    try {
      const renewed = await change('user.password_rehashed', user.username, renewedOf, {
        name: user.username,
        through: 'sign-in',
      });
      return renewed.password_hash === password_hash ? renewed : user;
    } catch (error) {
      // Whatever is written with the password that was checked is refused where it is another by now.
      if (error instanceof UnitRefused || error instanceof AccountNotFound) return user;
      throw error;
    }
  };
}

import type { StartSettings } from '../config/settings.ts';
import { UnacceptablePassword } from '../user/password.ts';
import { checkNewPassword, type PasswordRules } from '../user/password-rules.ts';

/**
 * What is wrong with the password in `[super_admin]`, which no rule refuses.
 * @returns a sentence to warn with; undefined where nothing is, or no password stands there
 */
export async function configuredPasswordWeakness(
  { username, password }: StartSettings['super_admin'],
  rules: PasswordRules,
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  try {
    await checkNewPassword(password, username, rules);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnacceptablePassword)) throw error;
    return `the password in [super_admin] is weak: ${error.message}`;
  }
}

import { passwordRulesOf } from '../../server/open-home.ts';
import { everyItem } from '../../storage/every-item.ts';
import type { Storage } from '../../storage/storage.ts';
import { AdministratorPower } from '../../user/administrator-power.ts';
import { configuredPasswordWeakness } from '../configured-password.ts';
import { check } from './check.ts';
import { failed, named, warning } from './finding.ts';

/** NIST SP 800-63B-4 §3.1.1.2, where a password is all that is needed. */
const LEAST_ALONE = 15;
/** How long records are read for one question, milliseconds. */
const READING_MS = 5_000;

/** Passwords that programs come with, and so everybody tries. */
const KNOWN: ReadonlySet<string> = new Set([
  'admin',
  'wso2carbon',
  'countersign',
  'password',
  'changeit',
  'changeme',
  'secret',
]);

/** The password in `[super_admin]`. */
export const superAdminCheck = check('administrator', async ({ configuration, profile }) => {
  const { atStart } = configuration;
  const { username, password } = atStart.super_admin;
  const rules = passwordRulesOf(atStart, configuration.now());
  const weakness = await configuredPasswordWeakness(atStart.super_admin, rules);
  if (weakness === undefined || password === undefined) return [];
  const isKnown = KNOWN.has(password.toLowerCase()) || password.toLowerCase() === username.toLowerCase();
  if (!isKnown) return [warning('super_admin_password_weak', weakness)];
  return [(profile === 'production' ? failed : warning)('super_admin_password_known', weakness)];
});

/** The accounts with rights of an administrator that a password alone opens. */
async function openedByPassword({ users, credentials }: Storage, isEnough: () => boolean) {
  const found: string[] = [];
  for await (const user of everyItem((page) => users.list(page))) {
    if (isEnough()) break;
    const { sub, username, enabled } = user;
    if (!enabled || AdministratorPower.ofRoles(user).isNone) continue;
    const factors = await credentials.list(sub);
    if (factors.every(({ kind }) => kind === 'recovery_code')) found.push(username);
  }
  return found;
}

/** Whether administrators sign in with short passwords alone. */
export const administratorsCheck = check('administrator', async (examination) => {
  const { configuration, profile, clock } = examination;
  if (profile !== 'production' || configuration.now().password_policy.min_length >= LEAST_ALONE) return [];
  const storage = await examination.storage();
  if (storage === undefined) return [];
  const until = clock() + READING_MS;
  const alone = await openedByPassword(storage, () => clock() > until);
  return alone.length === 0
    ? []
    : [
        warning(
          'administrator_without_second_factor',
          `${named(alone)} ${alone.length === 1 ? 'has' : 'have'} no second factor, and [password_policy] min_length is ${configuration.now().password_policy.min_length}`,
        ),
      ];
});

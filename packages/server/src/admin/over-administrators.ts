import type { UserStore } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import type { AdministratorRoles } from '../user/administrator-roles.ts';
import type { User } from '../user/user.ts';
import { type Administrator, powerMissing, wholePower } from './administrator.ts';

type Account = AdministratorRoles & Pick<User, 'unknown'>;

const administers = ({ roles, limited_roles = [], unknown }: Account): boolean =>
  roles.length + limited_roles.length + (unknown?.roles.length ?? 0) > 0;

/** Whether there is nobody whose account they may not change. */
export const isOverEverybody = (administrator: Administrator): boolean =>
  administrator.power.has('administrators:write') && wholePower(administrator).isWhole;

/**
 * Whoever sets the password of an administrator, or gives a role, has that power from then on: so it is for those who
 * may say who administers, and nobody gives, or takes over, what they do not have.
 * @param accounts the roles of an account before and after; an account without roles is anybody's who writes people
 * @throws Refusal 403
 */
export function refuseOverAdministrators(
  administrator: Administrator,
  ...accounts: readonly Account[]
): void {
  const concerned = accounts.filter(administers);
  if (concerned.length === 0) return;
  if (!administrator.power.has('administrators:write')) {
    throw powerMissing(administrator, ['administrators:write']);
  }
  const whole = wholePower(administrator);
  if (concerned.every((account) => whole.covers(AdministratorPower.ofRoles(account)))) return;
  throw powerMissing(administrator, ['administrators:write'], {
    why: 'the account administers more than whoever asks',
  });
}

/**
 * As {@link refuseOverAdministrators}, for what is of somebody: what is of an account that is gone is nobody's.
 * @throws Refusal 403
 */
export async function refuseOverOwner(
  users: Pick<UserStore, 'find'>,
  administrator: Administrator,
  sub: string | undefined,
): Promise<void> {
  if (sub === undefined || isOverEverybody(administrator)) return;
  const owner = await users.find(sub);
  if (owner) refuseOverAdministrators(administrator, owner);
}

/**
 * What may be ended though it cannot be read, where whoever ends it may do so to everybody: of others it is not known
 * whether they may.
 * @throws UnreadableRecord
 */
export const foundFor = <T>(administrator: Administrator, finding: Promise<T>): Promise<T | undefined> =>
  isOverEverybody(administrator) ? unlessUnreadable(finding) : finding;

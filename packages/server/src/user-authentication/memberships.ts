import { LRUCache } from 'lru-cache';
import { CacheUses } from '../cache-use.ts';
import type { RegistryState } from '../registry-change.ts';
import type { GroupStore } from '../storage/storage.ts';
import type { Belongings } from '../user/group.ts';
import type { Member, Memberships, Standing } from '../user/membership.ts';

/** Names that are remembered, those of one member and its own place counted; half a million take some tens of megabytes. */
const NAMES = 500_000;

/** What a standing was made of, as the registry calls it, and the numbers it was read at. */
type Remembered = {
  readonly standing: Standing;
  readonly group_ids: readonly string[];
  readonly role_ids: readonly string[];
  /** Of the member; a change of it is always seen. */
  readonly member: number;
  /** Of any group and of any role; where one is another now, those that it is made of are asked for. */
  groups: number;
  roles: number;
  /** The highest number among those of its groups and roles. */
  readonly made: number;
};

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : Number(a > b));

const standingOf = ({ groups, roles }: Belongings): Standing => ({
  groups: groups.map(({ name }) => name).sort(byCodeUnit),
  roles: roles.map(({ name }) => name).sort(byCodeUnit),
});

/**
 * Looks up what people and clients belong to, remembering each until it is changed: a change made by this process is
 * seen at once, by another as soon as this process hears of it. While it is not known whether something was changed, the
 * database is asked.
 * @param uses where it tells how it is used
 * @returns what throws StorageUnavailable where the database is needed and away
 */
export function createMemberships(
  groups: Pick<GroupStore, 'belongingsOf'>,
  registry: RegistryState,
  uses = new CacheUses(),
): Memberships {
  const cache = new LRUCache<string, Remembered>({
    maxSize: NAMES,
    sizeCalculation: ({ group_ids, role_ids }) => 1 + group_ids.length + role_ids.length,
  });
  const lookups = uses.of('memberships', () => cache.size);
  const numberOf = ({ kind, id }: Member) => registry.lastChange(kind === 'person' ? 'user' : 'client', id);
  const latest = (group_ids: readonly string[], role_ids: readonly string[]) => {
    let number = 0;
    for (const id of group_ids) number = Math.max(number, registry.lastChange('group', id));
    for (const id of role_ids) number = Math.max(number, registry.lastChange('role', id));
    return number;
  };

  function isValid(remembered: Remembered, member: Member): boolean {
    if (!registry.isCurrent() || remembered.member !== numberOf(member)) return false;
    const [groupNumber, roleNumber] = [registry.lastChange('group'), registry.lastChange('role')];
    if (remembered.groups === groupNumber && remembered.roles === roleNumber) return true;
    if (latest(remembered.group_ids, remembered.role_ids) !== remembered.made) return false;
    remembered.groups = groupNumber;
    remembered.roles = roleNumber;
    return true;
  }

  return async (member) => {
    const key = `${member.kind} ${member.id}`;
    const known = cache.get(key);
    if (known && isValid(known, member)) {
      lookups.hits++;
      return known.standing;
    }
    lookups.misses++;
    const asOf = {
      member: numberOf(member),
      groups: registry.lastChange('group'),
      roles: registry.lastChange('role'),
    };
    const found = await groups.belongingsOf(member);
    const standing = standingOf(found);
    const group_ids = found.groups.map(({ group_id }) => group_id);
    const role_ids = found.roles.map(({ role_id }) => role_id);
    // What changed while it was read may or may not be in it.
    const isSame = registry.lastChange('group') === asOf.groups && registry.lastChange('role') === asOf.roles;
    if (isSame) cache.set(key, { standing, group_ids, role_ids, ...asOf, made: latest(group_ids, role_ids) });
    else cache.delete(key);
    return standing;
  };
}

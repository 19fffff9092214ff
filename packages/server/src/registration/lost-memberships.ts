import type { GroupStore } from '../storage/storage.ts';
import type { Member } from '../user/membership.ts';

/**
 * What a person or client has itself and loses when it is removed, for the event that tells of that.
 * @returns `groups` and `roles_held`, by name, each only where there are some; undefined where there is nothing
 */
export async function lostMemberships(
  groups: Pick<GroupStore, 'belongingsOf'>,
  member: Member,
): Promise<Readonly<Record<string, readonly string[]>> | undefined> {
  const held = await groups.belongingsOf(member);
  const names = (all: readonly { readonly name: string; readonly direct: boolean }[]) =>
    all.filter(({ direct }) => direct).map(({ name }) => name);
  const lost = Object.entries({ groups: names(held.groups), roles_held: names(held.roles) });
  const some = lost.filter(([, list]) => list.length > 0);
  return some.length === 0 ? undefined : Object.fromEntries(some);
}

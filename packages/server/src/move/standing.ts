import { isDeepStrictEqual } from 'node:util';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { Member } from '../user/membership.ts';
import { canonicalUsername } from '../user/username.ts';
import type { KnownNames } from './known-names.ts';
import type { Finding } from './source.ts';

/** What a person or client is in and has of its own, by name. */
export type NamedStanding = { readonly groups: readonly string[]; readonly roles: readonly string[] };

/** A standing of which only what there is is left, and what of it is not. */
export type KnownStanding = NamedStanding & { readonly findings: readonly Finding[] };

/** Keeps the groups and roles that there are, each once; of the others a finding tells. */
export async function knownStanding(
  { groups, roles }: NamedStanding,
  names: Pick<KnownNames, 'has'>,
): Promise<KnownStanding> {
  const findings: Finding[] = [];
  const known = async (kind: 'group' | 'role', given: readonly string[]) => {
    const kept = new Map<string, string>();
    for (const name of given) {
      if (await names.has(kind, name)) kept.set(canonicalUsername(name), name);
      else
        findings.push({
          field: `${kind}s`,
          ours: `${kind}s`,
          outcome: 'lost',
          why: `there is no ${kind} ${JSON.stringify(name)}, in the files or here`,
        });
    }
    return [...kept.values()];
  };
  return { groups: await known('group', groups), roles: await known('role', roles), findings };
}

const folded = (names: readonly string[]) => [...new Set(names.map(canonicalUsername))].toSorted();

/** Which of `groups` and `roles` differ from what a person or client has here. */
export async function standingDifferences(
  { groups }: Pick<Storage, 'groups'>,
  member: Member,
  wanted: NamedStanding,
): Promise<readonly string[]> {
  const belongings = await groups.belongingsOf(member);
  const own = (held: readonly { readonly name: string; readonly direct: boolean }[]) =>
    folded(held.filter(({ direct }) => direct).map(({ name }) => name));
  return [
    ...(isDeepStrictEqual(own(belongings.groups), folded(wanted.groups)) ? [] : ['groups']),
    ...(isDeepStrictEqual(own(belongings.roles), folded(wanted.roles)) ? [] : ['roles']),
  ];
}

/**
 * What makes a person or client, written before in the same unit, a member of groups and gives it roles.
 * @throws Error where one is not there, which was judged before
 */
export async function standingSteps(
  { groups, roles }: Pick<Storage, 'groups' | 'roles'>,
  names: Pick<KnownNames, 'groupId' | 'roleId'>,
  member: Member,
  wanted: NamedStanding,
  now: number,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const name of wanted.groups) {
    const group_id = await names.groupId(name);
    if (group_id === undefined) throw new Error(`the group ${JSON.stringify(name)} is gone`);
    steps.push(groups.steps.add(group_id, member, now));
  }
  for (const name of wanted.roles) {
    const role_id = await names.roleId(name);
    if (role_id === undefined) throw new Error(`the role ${JSON.stringify(name)} is gone`);
    steps.push(roles.steps.assign(role_id, member, now));
  }
  return steps;
}

/** How the event of a moved person or client tells of its groups and roles. */
export const standingDetail = ({ groups, roles }: NamedStanding): Readonly<Record<string, unknown>> => ({
  ...(groups.length > 0 && { groups }),
  ...(roles.length > 0 && { roles }),
});

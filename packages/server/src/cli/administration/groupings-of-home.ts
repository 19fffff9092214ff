import { groupAnswer, wholeGroupAnswer } from '../../admin/group-resource.ts';
import { asClient, asGroup, asPerson } from '../../admin/holder-answers.ts';
import { membershipsAnswer } from '../../admin/membership-resource.ts';
import { roleAnswer, wholeRoleAnswer } from '../../admin/role-resource.ts';
import { createGroupRegistrar } from '../../registration/group-registrar.ts';
import { createRoleRegistrar } from '../../registration/role-registrar.ts';
import type { OpenHome } from '../../server/open-home.ts';
import { everyItem } from '../../storage/every-item.ts';
import type { FoundGroup, Holder, NamedHolder, Role } from '../../user/group.ts';
import type { Member } from '../../user/membership.ts';
import { operator, Refused } from '../run-command.ts';
import type { GroupAdministration, NamedHolders, RoleAdministration } from './administration.ts';

type Storage = OpenHome['storage'];

/** @throws Refused */
async function groupNamed({ groups }: Pick<Storage, 'groups'>, named: string): Promise<FoundGroup> {
  const group = (await groups.find(named)) ?? (await groups.findByName(named));
  if (!group) throw new Refused(`there is no group ${JSON.stringify(named)}`);
  return group;
}

/** @throws Refused */
async function roleNamed({ roles }: Pick<Storage, 'roles'>, named: string): Promise<Role> {
  const role = (await roles.find(named)) ?? (await roles.findByName(named));
  if (!role) throw new Refused(`there is no role ${JSON.stringify(named)}`);
  return role;
}

/** @throws Refused */
async function personNamed({ users }: Pick<Storage, 'users'>, username: string) {
  const sub = await users.subOf(username);
  if (sub === undefined) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
  return asPerson(sub);
}

/** @throws Refused */
const membersNamed = async (
  storage: Storage,
  { people, clients }: NamedHolders,
): Promise<readonly Member[]> => [
  ...(await Promise.all(people.map((username) => personNamed(storage, username)))),
  ...clients.map(asClient),
];

/** @throws Refused */
async function holdersNamed(storage: Storage, named: NamedHolders): Promise<readonly Holder[]> {
  const groups = await Promise.all(named.groups.map((group) => groupNamed(storage, group)));
  return [...(await membersNamed(storage, named)), ...groups.map(({ group_id }) => asGroup(group_id))];
}

const all = <T>(list: Parameters<typeof everyItem<T>>[0]): Promise<readonly T[]> =>
  Array.fromAsync(everyItem(list));

async function* answered<T, Answer>(items: AsyncIterable<T>, answer: (item: T) => Answer) {
  for await (const item of items) yield answer(item);
}

/** The groups of a home. */
export function groupsOfHome({ storage, events, clock }: OpenHome): GroupAdministration {
  const { groups } = storage;
  const registrar = createGroupRegistrar(storage, events, clock);
  const above = async (parent: string | null | undefined) =>
    parent === undefined || parent === null ? parent : (await groupNamed(storage, parent)).group_id;
  return {
    async add({ parent, ...said }) {
      const contains = (await above(parent)) ?? undefined;
      return groupAnswer(await registrar.add({ ...said, parent: contains }, operator()));
    },
    async update(named, { parent, ...changes }) {
      const { group_id } = await groupNamed(storage, named);
      const changed = { ...changes, parent: await above(parent) };
      return groupAnswer(await registrar.update(group_id, changed, operator()));
    },
    async remove(named) {
      const found = await groupNamed(storage, named);
      await registrar.remove(found.group_id, operator());
      return groupAnswer(found);
    },
    async show(named) {
      const found = await groupNamed(storage, named);
      const { group_id } = found;
      const [people, clients, inner, shown] = await Promise.all([
        all<NamedHolder>((page) => groups.members(group_id, 'person', page)),
        all<NamedHolder>((page) => groups.members(group_id, 'client', page)),
        all<FoundGroup>((page) => groups.list({ ...page, within: group_id })),
        wholeGroupAnswer(storage, found),
      ]);
      const contained = inner.map(({ group_id: id, name }) => ({ ...asGroup(id), name }));
      return { shown, people, clients, groups: contained };
    },
    async give(named, holders) {
      const members = await membersNamed(storage, holders);
      const found = await groupNamed(storage, named);
      const added = await registrar.addMembers(found.group_id, members, operator());
      return { shown: groupAnswer(found), added: added.length };
    },
    async take(named, holders) {
      const members = await membersNamed(storage, holders);
      const found = await groupNamed(storage, named);
      await registrar.takeOut(found.group_id, members, operator());
      return groupAnswer(found);
    },
    async *list({ within, ...narrowed }) {
      const group = within === undefined ? undefined : await groupNamed(storage, within);
      const asked = { ...narrowed, ...(group && { within: group.group_id }) };
      yield* answered(
        everyItem<FoundGroup>((page) => groups.list({ ...page, ...asked })),
        groupAnswer,
      );
    },
    async membershipsOf(kind, named) {
      if (kind === 'client' && !(await storage.clients.find(named)))
        throw new Refused(`no client is registered under ${named}`);
      const member = kind === 'client' ? asClient(named) : await personNamed(storage, named);
      return membershipsAnswer(await groups.belongingsOf(member));
    },
  };
}

/** The roles of applications of a home. */
export function rolesOfHome({ storage, events, clock }: OpenHome): RoleAdministration {
  const { roles } = storage;
  const registrar = createRoleRegistrar(storage, events, clock);
  return {
    add: async (said) => roleAnswer(await registrar.add(said, operator())),
    async update(named, changes) {
      const { role_id } = await roleNamed(storage, named);
      return roleAnswer(await registrar.update(role_id, changes, operator()));
    },
    async remove(named) {
      const found = await roleNamed(storage, named);
      await registrar.remove(found.role_id, operator());
      return roleAnswer(found);
    },
    async show(named) {
      const found = await roleNamed(storage, named);
      const holders = (kind: NamedHolder['kind']) =>
        all<NamedHolder>((page) => roles.holders(found.role_id, kind, page));
      const [people, clients, groups, shown] = await Promise.all([
        holders('person'),
        holders('client'),
        holders('group'),
        wholeRoleAnswer(storage, found),
      ]);
      return { shown, people, clients, groups };
    },
    async give(named, who) {
      const holders = await holdersNamed(storage, who);
      const found = await roleNamed(storage, named);
      const added = await registrar.assign(found.role_id, holders, operator());
      return { shown: roleAnswer(found), added: added.length };
    },
    async take(named, who) {
      const holders = await holdersNamed(storage, who);
      const found = await roleNamed(storage, named);
      await registrar.unassign(found.role_id, holders, operator());
      return roleAnswer(found);
    },
    list: (narrowed) =>
      answered(
        everyItem<Role>((page) => roles.list({ ...page, ...narrowed })),
        roleAnswer,
      ),
    async ofGroup(group) {
      return (await roles.ofGroup((await groupNamed(storage, group)).group_id)).map(roleAnswer);
    },
  };
}

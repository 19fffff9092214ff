import { z } from 'zod';
import { GroupAnswer } from '../../admin/group-resource.ts';
import {
  asClient,
  asGroup,
  asPerson,
  HoldingClient,
  HoldingGroup,
  HoldingPerson,
} from '../../admin/holder-answers.ts';
import { AddedHolders } from '../../admin/holder-bulk.ts';
import { MembershipsAnswer } from '../../admin/membership-resource.ts';
import { RoleAnswer } from '../../admin/role-resource.ts';
import type { AdministratorPermission } from '../../user/administrator-permissions.ts';
import { Refused } from '../run-command.ts';
import { type AdminApi, type AdminCall, pathOf } from './admin-api-client.ts';
import { all, everyOf } from './admin-api-listing.ts';
import type {
  GroupAdministration,
  GroupShown,
  HolderShown,
  NamedHolders,
  RoleAdministration,
  RoleShown,
} from './administration.ts';

const READ = 'people:read';
const WRITE = 'people:write';
/** Whoever says which clients are in a group may give power over them. */
const REACH: readonly AdministratorPermission[] = [WRITE, 'clients:write'];

/** Ids that servers give; a name that is none is not looked for as one. */
const isId = (named: string): boolean => z.uuid().safeParse(named).success;

/** @throws Refused */
async function named<Form extends z.ZodType>(
  api: AdminApi,
  what: 'group' | 'role',
  name: string,
  form: Form,
): Promise<z.output<Form>> {
  const path = `/${what}s`;
  const byId = isId(name)
    ? await api.find({ method: 'GET', path: `${path}/${name}`, needs: READ }, form)
    : undefined;
  if (byId !== undefined) return byId;
  const { items } = await api.read({ method: 'GET', path, needs: READ, query: { name } }, all(form));
  const [found] = items;
  if (found === undefined) throw new Refused(`there is no ${what} ${JSON.stringify(name)}`);
  return found;
}

const groupNamed = (api: AdminApi, name: string): Promise<GroupShown> =>
  named(api, 'group', name, GroupAnswer);
const roleNamed = (api: AdminApi, name: string): Promise<RoleShown> => named(api, 'role', name, RoleAnswer);

const peopleIn = async (api: AdminApi, path: string): Promise<readonly HolderShown[]> =>
  (await Array.fromAsync(everyOf(api, `${path}/people`, READ, HoldingPerson))).map(({ sub, username }) => ({
    ...asPerson(sub),
    name: username,
  }));
const clientsIn = async (api: AdminApi, path: string): Promise<readonly HolderShown[]> =>
  (await Array.fromAsync(everyOf(api, `${path}/clients`, READ, HoldingClient))).map(
    ({ client_id, client_name }) => ({ ...asClient(client_id), name: client_name }),
  );
const asShown = ({ group_id, name }: { readonly group_id: string; readonly name: string }): HolderShown => ({
  ...asGroup(group_id),
  name,
});

/** Whom a group or a role is given, all or none. @returns how many are new */
async function give(api: AdminApi, path: string, body: object, needs: AdminCall['needs']): Promise<number> {
  return (await api.read({ method: 'POST', path: `${path}/add`, needs, body }, AddedHolders)).added;
}

/** The groups of a server elsewhere. */
export function groupsOfServer(api: AdminApi): GroupAdministration {
  const idOf = async (group: string) => (await groupNamed(api, group)).group_id;
  const above = async (parent: string | null | undefined) =>
    parent === undefined || parent === null ? parent : idOf(parent);
  /** Whom a change is about, and what the change needs. */
  const about = ({ people, clients }: NamedHolders) =>
    [{ people, clients }, clients.length === 0 ? WRITE : REACH] as const;
  return {
    async add({ parent, ...said }) {
      const body = { ...said, parent: await above(parent) };
      return api.read({ method: 'POST', path: '/groups', needs: WRITE, body }, GroupAnswer);
    },
    async update(group, { parent, ...changes }) {
      const path = `/groups/${await idOf(group)}`;
      const body = { ...changes, parent: await above(parent) };
      const needs = parent === undefined ? WRITE : REACH;
      return api.read({ method: 'PATCH', path, needs, body }, GroupAnswer);
    },
    async remove(group) {
      const found = await groupNamed(api, group);
      await api.done({ method: 'DELETE', path: `/groups/${found.group_id}`, needs: WRITE });
      return found;
    },
    async show(group) {
      const group_id = await idOf(group);
      const path = `/groups/${group_id}`;
      const [shown, people, clients, inner] = await Promise.all([
        api.read({ method: 'GET', path, needs: READ }, GroupAnswer),
        peopleIn(api, path),
        clientsIn(api, path),
        Array.fromAsync(everyOf(api, '/groups', READ, GroupAnswer, { within: group_id })),
      ]);
      return { shown, people, clients, groups: inner.map(asShown) };
    },
    async give(group, holders) {
      const shown = await groupNamed(api, group);
      const path = `/groups/${shown.group_id}/members`;
      return { shown, added: await give(api, path, ...about(holders)) };
    },
    async take(group, holders) {
      const shown = await groupNamed(api, group);
      const [body, needs] = about(holders);
      const path = `/groups/${shown.group_id}/members/remove`;
      await api.done({ method: 'POST', path, needs, body });
      return shown;
    },
    async *list({ within, ...narrowed }) {
      const query = { ...narrowed, within: within === undefined ? undefined : await idOf(within) };
      yield* everyOf(api, '/groups', READ, GroupAnswer, query);
    },
    membershipsOf: (kind, member) =>
      kind === 'person'
        ? api.read(
            { method: 'GET', path: pathOf`/users/${member}/memberships`, needs: READ },
            MembershipsAnswer,
          )
        : api.read(
            { method: 'GET', path: pathOf`/clients/${member}/memberships`, needs: 'clients:read' },
            MembershipsAnswer,
          ),
  };
}

/** The roles of applications of a server elsewhere. */
export function rolesOfServer(api: AdminApi): RoleAdministration {
  const idOf = async (role: string) => (await roleNamed(api, role)).role_id;
  const holdersOf = async ({ people, clients, groups }: NamedHolders) => ({
    people,
    clients,
    groups: await Promise.all(groups.map(async (group) => (await groupNamed(api, group)).group_id)),
  });
  return {
    add: (body) => api.read({ method: 'POST', path: '/roles', needs: WRITE, body }, RoleAnswer),
    async update(role, body) {
      const path = `/roles/${await idOf(role)}`;
      return api.read({ method: 'PATCH', path, needs: WRITE, body }, RoleAnswer);
    },
    async remove(role) {
      const found = await roleNamed(api, role);
      await api.done({ method: 'DELETE', path: `/roles/${found.role_id}`, needs: WRITE });
      return found;
    },
    async show(role) {
      const path = `/roles/${await idOf(role)}`;
      const [shown, people, clients, groups] = await Promise.all([
        api.read({ method: 'GET', path, needs: READ }, RoleAnswer),
        peopleIn(api, path),
        clientsIn(api, path),
        Array.fromAsync(everyOf(api, `${path}/groups`, READ, HoldingGroup)),
      ]);
      return { shown, people, clients, groups: groups.map(asShown) };
    },
    async give(role, who) {
      const body = await holdersOf(who);
      const shown = await roleNamed(api, role);
      return { shown, added: await give(api, `/roles/${shown.role_id}/holders`, body, WRITE) };
    },
    async take(role, who) {
      const body = await holdersOf(who);
      const shown = await roleNamed(api, role);
      const path = `/roles/${shown.role_id}/holders/remove`;
      await api.done({ method: 'POST', path, needs: WRITE, body });
      return shown;
    },
    list: (narrowed) => everyOf(api, '/roles', READ, RoleAnswer, narrowed),
    async ofGroup(group) {
      const path = `/groups/${(await groupNamed(api, group)).group_id}/roles`;
      return (await api.read({ method: 'GET', path, needs: READ }, all(RoleAnswer))).items;
    },
  };
}

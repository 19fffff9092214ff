import { z } from 'zod';
import { ManagedBy, ManagedByChange } from '../managed-by.ts';
import type { RoleRegistrar } from '../registration/role-registrar.ts';
import type { Storage } from '../storage/storage.ts';
import type { Holder, Role } from '../user/group.ts';
import {
  asClient,
  asGroup,
  asPerson,
  ClientPage,
  clientsAnswer,
  GroupPage,
  groupsAnswer,
  HolderCounts,
  HolderPageQuery,
  holderPageRequest,
  PersonPage,
  peopleAnswer,
} from './holder-answers.ts';
import { holderBulkRoutes, NamedHolders } from './holder-bulk.ts';
import { userNamed } from './of-person.ts';
import {
  ExactName,
  matchingIn,
  matchingMember,
  ofName,
  pageAnswer,
  pageOf,
  pageRequest,
  searchOf,
  sortedQuery,
  sortingOf,
} from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const RoleAnswer = z
  .object({
    role_id: z.string(),
    name: z.string(),
    description: z.string(),
    managed_by: ManagedBy.optional(),
    created_at: Timestamp,
    revision: z.int(),
    holders: HolderCounts.optional().describe(
      'Those that hold the role themselves; in answers about one role alone.',
    ),
  })
  .meta({ id: 'ApplicationRole' });

/** A role as the admin API and the command line show it. */
export function roleAnswer({ role_id, name, description, managed_by, created_at, revision }: Role) {
  return {
    role_id,
    name,
    description,
    ...(managed_by !== undefined && { managed_by }),
    created_at: timestamp(created_at),
    revision,
  };
}

/** A role with how many hold it. */
export const wholeRoleAnswer = async ({ roles }: Pick<Storage, 'roles'>, role: Role) => ({
  ...roleAnswer(role),
  holders: await roles.count(role.role_id),
});

const NewRole = z
  .strictObject({
    name: z.string(),
    description: z.string().optional(),
    managed_by: ManagedBy.optional(),
  })
  .meta({ id: 'NewApplicationRole' });
const RoleChanges = z
  .strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    managed_by: ManagedByChange,
  })
  .meta({ id: 'ApplicationRoleChanges' });
const ByRole = z.object({ role_id: z.string() });
const tag = 'roles';

/** How a role is given and taken away. */
function holderRoutes<Params extends { readonly role_id: string }>(
  registrar: RoleRegistrar,
  path: string,
  params: z.ZodType<Params>,
  what: string,
  holderOf: (params: Params) => Promise<Holder>,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'PUT',
      path,
      summary: `Give a role to ${what}, if it does not hold it yet`,
      tag,
      area: 'people',
      access: 'write',
      params,
      handle: async ({ params, administrator }) => {
        await registrar.assign(params.role_id, [await holderOf(params)], administrator);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path,
      summary: `Take a role from ${what}`,
      tag,
      area: 'people',
      access: 'write',
      params,
      handle: async ({ params, administrator }) =>
        registrar.unassign(params.role_id, [await holderOf(params)], administrator),
    }),
  ];
}

/** Who holds a role, and how several get it at once. */
function holdingRoutes(
  { roles, users }: Pick<Storage, 'roles' | 'users'>,
  registrar: RoleRegistrar,
  found: (role_id: string) => Promise<Role>,
): readonly AdminRoute[] {
  const holdersOf = async (role_id: string, kind: Holder['kind'], query: z.infer<typeof HolderPageQuery>) =>
    roles.holders((await found(role_id)).role_id, kind, holderPageRequest(query));
  return [
    adminRoute({
      method: 'GET',
      path: '/roles/{role_id}/people',
      summary: 'List the people who hold a role themselves, by username',
      tag,
      area: 'people',
      access: 'read',
      params: ByRole,
      query: HolderPageQuery,
      response: PersonPage,
      handle: async ({ params, query }) => peopleAnswer(await holdersOf(params.role_id, 'person', query)),
    }),
    adminRoute({
      method: 'GET',
      path: '/roles/{role_id}/clients',
      summary: 'List the clients that hold a role themselves, by name',
      tag,
      area: 'people',
      access: 'read',
      params: ByRole,
      query: HolderPageQuery,
      response: ClientPage,
      handle: async ({ params, query }) => clientsAnswer(await holdersOf(params.role_id, 'client', query)),
    }),
    adminRoute({
      method: 'GET',
      path: '/roles/{role_id}/groups',
      summary: 'List the groups that hold a role, by name',
      tag,
      area: 'people',
      access: 'read',
      params: ByRole,
      query: HolderPageQuery,
      response: GroupPage,
      handle: async ({ params, query }) => groupsAnswer(await holdersOf(params.role_id, 'group', query)),
    }),
    ...holderBulkRoutes(users, {
      path: '/roles/{role_id}/holders',
      params: ByRole,
      body: NamedHolders,
      tag,
      summaries: {
        add: 'Give a role to people, clients and groups, all or none',
        remove: 'Take a role from people, clients and groups, all or none',
      },
      isReach: false,
      add: ({ role_id }, holders, by) => registrar.assign(role_id, holders, by),
      remove: ({ role_id }, holders, by) => registrar.unassign(role_id, holders, by),
    }),
  ];
}

const SORTED_BY = { name: 'texts', created_at: 'times' } as const;

/** `/roles`: what applications know people, clients and groups by; no administrator roles. */
export function roleRoutes(
  { roles, users }: Pick<Storage, 'roles' | 'users'>,
  registrar: RoleRegistrar,
): readonly AdminRoute[] {
  const found = async (role_id: string): Promise<Role> => {
    const role = await roles.find(role_id);
    if (!role) throw new NotFound(`there is no role ${JSON.stringify(role_id)}`);
    return role;
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/roles',
      summary:
        'List the roles of applications, by name unless sort says otherwise; a search finds any part of the name',
      tag,
      area: 'people',
      access: 'read',
      query: sortedQuery(SORTED_BY).extend({ name: ExactName }),
      response: pageOf('ApplicationRolePage', RoleAnswer)
        .extend(matchingMember)
        .meta({ id: 'ApplicationRolePage' }),
      handle: async ({ query: { name, ...query } }) => {
        if (name !== undefined) return ofName(await roles.findByName(name), roleAnswer);
        const request = pageRequest(query);
        const [page, matching] = await Promise.all([
          roles.list({ ...request, ...sortingOf(SORTED_BY, query) }),
          matchingIn(query, (most) => roles.countMatching(searchOf(request), most)),
        ]);
        return { ...(await pageAnswer(page, roleAnswer)), ...matching };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/roles',
      summary: 'Add a role of applications',
      tag,
      area: 'people',
      access: 'write',
      body: NewRole,
      response: RoleAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body, administrator, showRevision }) => {
        const role = await registrar.add(body, administrator);
        showRevision(role.revision);
        return roleAnswer(role);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/roles/{role_id}',
      summary: 'Show a role with how many hold it',
      tag,
      area: 'people',
      access: 'read',
      params: ByRole,
      response: RoleAnswer,
      versioned: 'shown',
      handle: async ({ params, showRevision }) => {
        const role = await found(params.role_id);
        showRevision(role.revision);
        return wholeRoleAnswer({ roles }, role);
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/roles/{role_id}',
      summary: 'Change the name or description of a role',
      tag,
      area: 'people',
      access: 'write',
      params: ByRole,
      body: RoleChanges,
      response: RoleAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, showRevision }) => {
        const role = await registrar.update(params.role_id, body, administrator, expected);
        showRevision(role.revision);
        return roleAnswer(role);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/roles/{role_id}',
      summary: 'Remove a role; nobody holds it any more',
      tag,
      area: 'people',
      access: 'write',
      params: ByRole,
      versioned: 'conditional',
      handle: ({ params, administrator, expected }) =>
        registrar.remove(params.role_id, administrator, expected),
    }),
    ...holdingRoutes({ roles, users }, registrar, found),
    ...holderRoutes(
      registrar,
      '/roles/{role_id}/people/{username}',
      ByRole.extend({ username: z.string() }),
      'a person',
      async ({ username }) => asPerson((await userNamed(users, username)).sub),
    ),
    ...holderRoutes(
      registrar,
      '/roles/{role_id}/clients/{client_id}',
      ByRole.extend({ client_id: z.string() }),
      'a client',
      async ({ client_id }) => asClient(client_id),
    ),
    ...holderRoutes(
      registrar,
      '/roles/{role_id}/groups/{group_id}',
      ByRole.extend({ group_id: z.string() }),
      'a group',
      async ({ group_id }) => asGroup(group_id),
    ),
  ];
}

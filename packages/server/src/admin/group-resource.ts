import { z } from 'zod';
import { ManagedBy, ManagedByChange } from '../managed-by.ts';
import type { GroupRegistrar } from '../registration/group-registrar.ts';
import type { Storage } from '../storage/storage.ts';
import type { FoundGroup, Holder } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import { requireEverywhere } from './client-reach.ts';
import {
  asClient,
  asPerson,
  ClientPage,
  clientsAnswer,
  HolderCounts,
  HolderPageQuery,
  holderPageRequest,
  PersonPage,
  peopleAnswer,
} from './holder-answers.ts';
import { holderBulkRoutes, NamedMembers } from './holder-bulk.ts';
import { userNamed } from './of-person.ts';
import {
  allOf,
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
import { RoleAnswer, roleAnswer } from './role-resource.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const GroupAnswer = z
  .object({
    group_id: z.string(),
    name: z.string(),
    description: z.string(),
    parent: z.string().optional().describe('The `group_id` of the group that contains it.'),
    parent_name: z.string().optional(),
    managed_by: ManagedBy.optional(),
    created_at: Timestamp,
    revision: z.int(),
    members: HolderCounts.optional().describe(
      'Members of the group itself and groups that it contains itself; in answers about one group alone.',
    ),
    roles: z
      .array(z.object({ role_id: z.string(), name: z.string() }))
      .optional()
      .describe('Roles that the group holds itself; in answers about one group alone.'),
  })
  .meta({ id: 'Group' });

/** A group as the admin API and the command line show it. */
export function groupAnswer(group: FoundGroup) {
  const { group_id, name, description, parent, parent_name, managed_by, created_at, revision } = group;
  return {
    group_id,
    name,
    description,
    ...(parent !== undefined && { parent }),
    ...(parent_name !== undefined && { parent_name }),
    ...(managed_by !== undefined && { managed_by }),
    created_at: timestamp(created_at),
    revision,
  };
}

/** A group with how many it has, and the roles it holds. */
export async function wholeGroupAnswer(
  { groups, roles }: Pick<Storage, 'groups' | 'roles'>,
  group: FoundGroup,
) {
  const [members, held] = await Promise.all([groups.count(group.group_id), roles.ofGroup(group.group_id)]);
  return {
    ...groupAnswer(group),
    members,
    roles: held.map(({ role_id, name }) => ({ role_id, name })),
  };
}

const parent = z.string().max(200).describe('The `group_id` of the group that is to contain it.');
const NewGroup = z
  .strictObject({
    name: z.string(),
    description: z.string().optional(),
    parent: parent.optional(),
    managed_by: ManagedBy.optional(),
  })
  .meta({ id: 'NewGroup' });
const GroupChanges = z
  .strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    parent: parent.nullable().optional().describe('Null where it is to stand by itself.'),
    managed_by: ManagedByChange,
  })
  .meta({ id: 'GroupChanges' });
const ByGroup = z.object({ group_id: z.string() });
const isMember = (holder: Holder): holder is Member => holder.kind !== 'group';
const tag = 'groups';

/** How one comes into a group and goes out of it. */
function memberRoutes<Params extends { readonly group_id: string }>(
  registrar: GroupRegistrar,
  path: string,
  params: z.ZodType<Params>,
  what: string,
  memberOf: (params: Params) => Promise<Member>,
  also: { readonly also?: 'clients:write' } = {},
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'PUT',
      path,
      summary: `Make ${what} a member of a group, if it is none yet`,
      tag,
      area: 'people',
      access: 'write',
      ...also,
      params,
      handle: async ({ params, administrator }) => {
        await registrar.addMembers(params.group_id, [await memberOf(params)], administrator);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path,
      summary: `Take ${what} out of a group`,
      tag,
      area: 'people',
      access: 'write',
      ...also,
      params,
      handle: async ({ params, administrator }) =>
        registrar.takeOut(params.group_id, [await memberOf(params)], administrator),
    }),
  ];
}

/** Who and what belongs to a group, and how several come into it at once. */
function belongingRoutes(
  { groups, roles, users }: Pick<Storage, 'groups' | 'roles' | 'users'>,
  registrar: GroupRegistrar,
  found: (group_id: string) => Promise<FoundGroup>,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/groups/{group_id}/people',
      summary: 'List the people who are members of a group itself, by username',
      tag,
      area: 'people',
      access: 'read',
      params: ByGroup,
      query: HolderPageQuery,
      response: PersonPage,
      handle: async ({ params, query }) => {
        const { group_id } = await found(params.group_id);
        return peopleAnswer(await groups.members(group_id, 'person', holderPageRequest(query)));
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/groups/{group_id}/clients',
      summary: 'List the clients that are members of a group itself, by name',
      tag,
      area: 'people',
      access: 'read',
      params: ByGroup,
      query: HolderPageQuery,
      response: ClientPage,
      handle: async ({ params, query }) => {
        const { group_id } = await found(params.group_id);
        return clientsAnswer(await groups.members(group_id, 'client', holderPageRequest(query)));
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/groups/{group_id}/roles',
      summary: 'List the roles that a group holds itself, by name',
      tag,
      area: 'people',
      access: 'read',
      params: ByGroup,
      response: allOf('RolesOfGroup', RoleAnswer),
      handle: async ({ params }) => {
        const { group_id } = await found(params.group_id);
        return { items: (await roles.ofGroup(group_id)).map(roleAnswer) };
      },
    }),
    ...holderBulkRoutes(users, {
      path: '/groups/{group_id}/members',
      params: ByGroup,
      body: NamedMembers,
      tag,
      summaries: {
        add: 'Make people and clients members of a group, all or none',
        remove: 'Take people and clients out of a group, all or none',
      },
      isReach: true,
      add: ({ group_id }, members, by) => registrar.addMembers(group_id, members.filter(isMember), by),
      remove: ({ group_id }, members, by) => registrar.takeOut(group_id, members.filter(isMember), by),
    }),
  ];
}

const SORTED_BY = { name: 'texts', created_at: 'times' } as const;

/** `/groups`: groups of people and clients, which may contain one another, and their members. */
export function groupRoutes(
  storage: Pick<Storage, 'groups' | 'roles' | 'users' | 'clients'>,
  registrar: GroupRegistrar,
): readonly AdminRoute[] {
  const { groups, users } = storage;
  const found = async (group_id: string): Promise<FoundGroup> => {
    const group = await groups.find(group_id);
    if (!group) throw new NotFound(`there is no group ${JSON.stringify(group_id)}`);
    return group;
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/groups',
      summary: 'List groups, by name unless sort says otherwise; a search finds any part of the name',
      tag,
      area: 'people',
      access: 'read',
      query: sortedQuery(SORTED_BY).extend({
        within: z
          .string()
          .max(200)
          .optional()
          .describe('Only those that this group contains itself, by its `group_id`.'),
        name: ExactName,
      }),
      response: pageOf('GroupPage', GroupAnswer).extend(matchingMember).meta({ id: 'GroupPage' }),
      handle: async ({ query: { within, name, ...query } }) => {
        if (name !== undefined) return ofName(await groups.findByName(name), groupAnswer);
        const request = pageRequest(query);
        const filter = within === undefined ? {} : { within };
        const [page, matching] = await Promise.all([
          groups.list({ ...request, ...sortingOf(SORTED_BY, query), ...filter }),
          matchingIn(query, (most) => groups.countMatching({ ...searchOf(request), ...filter }, most)),
        ]);
        return { ...(await pageAnswer(page, groupAnswer)), ...matching };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/groups',
      summary: 'Add a group',
      tag,
      area: 'people',
      access: 'write',
      body: NewGroup,
      response: GroupAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body, administrator, showRevision }) => {
        const group = await registrar.add(body, administrator);
        showRevision(group.revision);
        return groupAnswer(group);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/groups/{group_id}',
      summary: 'Show a group with how many members it has, and its roles',
      tag,
      area: 'people',
      access: 'read',
      params: ByGroup,
      response: GroupAnswer,
      versioned: 'shown',
      handle: async ({ params, showRevision }) => {
        const group = await found(params.group_id);
        showRevision(group.revision);
        return wholeGroupAnswer(storage, group);
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/groups/{group_id}',
      summary: 'Change the name or description of a group, or which group contains it',
      tag,
      area: 'people',
      access: 'write',
      params: ByGroup,
      body: GroupChanges,
      response: GroupAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, showRevision }) => {
        // So it is with the group that contains another.
        const { parent } = await found(params.group_id);
        const isMoved = body.parent !== undefined && (body.parent ?? undefined) !== parent;
        if (isMoved) requireEverywhere(administrator, 'clients:write');
        const group = await registrar.update(params.group_id, body, administrator, expected);
        showRevision(group.revision);
        return groupAnswer(group);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/groups/{group_id}',
      summary: 'Remove a group with its memberships; one that contains groups stays',
      tag,
      area: 'people',
      access: 'write',
      params: ByGroup,
      versioned: 'conditional',
      handle: ({ params, administrator, expected }) =>
        registrar.remove(params.group_id, administrator, expected),
    }),
    ...belongingRoutes(storage, registrar, found),
    ...memberRoutes(
      registrar,
      '/groups/{group_id}/people/{username}',
      ByGroup.extend({ username: z.string() }),
      'a person',
      async ({ username }) => asPerson((await userNamed(users, username)).sub),
    ),
    ...memberRoutes(
      registrar,
      '/groups/{group_id}/clients/{client_id}',
      ByGroup.extend({ client_id: z.string() }),
      'a client',
      async ({ client_id }) => asClient(client_id),
      // Administrators may be limited to the clients of a group: who says which these are gives power over them.
      { also: 'clients:write' },
    ),
  ];
}

import { z } from 'zod';
import type { Storage } from '../storage/storage.ts';
import type { Belongings } from '../user/group.ts';
import type { ClientReach } from './client-reach.ts';
import { asClient, asPerson } from './holder-answers.ts';
import { ByUsername, userNamed } from './of-person.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

export const MembershipsAnswer = z
  .object({
    groups: z
      .array(
        z.object({
          group_id: z.string(),
          name: z.string(),
          parent: z.string().optional(),
          direct: z
            .boolean()
            .describe('Whether it is a member of the group itself, or only of one that the group contains.'),
        }),
      )
      .describe('Every group, those that contain others of it included, by name.'),
    roles: z
      .array(
        z.object({
          role_id: z.string(),
          name: z.string(),
          direct: z.boolean().describe('Whether it holds the role itself.'),
          groups: z.array(z.string()).describe('Names of those of its groups that hold the role.'),
        }),
      )
      .describe('Every role, those of its groups included, by name.'),
  })
  .meta({ id: 'Memberships' });

/** What a person or client belongs to and has, as the admin API and the command line show it. */
export function membershipsAnswer({ groups, roles }: Belongings): z.infer<typeof MembershipsAnswer> {
  const names = new Map(groups.map(({ group_id, name }) => [group_id, name]));
  return {
    groups: groups.map((group) => ({ ...group })),
    roles: roles.map((role) => ({ ...role, groups: role.groups.map((id) => names.get(id) ?? id).sort() })),
  };
}

const tag = 'groups';

/** What a person or a client belongs to, and the roles it has: its own and those of its groups. */
export function membershipRoutes(
  { groups, users, clients }: Pick<Storage, 'groups' | 'users' | 'clients'>,
  reach: ClientReach,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/users/{username}/memberships',
      summary: 'Show the groups and roles of a person, those by other groups included',
      tag,
      area: 'people',
      access: 'read',
      params: ByUsername,
      response: MembershipsAnswer,
      handle: async ({ params }) => {
        const { sub } = await userNamed(users, params.username);
        return membershipsAnswer(await groups.belongingsOf(asPerson(sub)));
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/clients/{client_id}/memberships',
      summary: 'Show the groups and roles of a client, those by other groups included',
      tag,
      area: 'clients',
      access: 'read',
      params: z.object({ client_id: z.string() }),
      response: MembershipsAnswer,
      handle: async ({ params, administrator }) => {
        await reach.require(administrator, 'clients:read', params.client_id);
        const client = await clients.find(params.client_id);
        if (!client) throw new NotFound(`no client is registered under ${params.client_id}`);
        return membershipsAnswer(await groups.belongingsOf(asClient(client.client_id)));
      },
    }),
  ];
}

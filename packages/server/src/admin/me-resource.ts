import { z } from 'zod';
import {
  ADMINISTRATOR_PERMISSIONS,
  type AdministratorPermission,
} from '../user/administrator-permissions.ts';
import { ADMINISTRATOR_SCOPES } from '../user/administrator-scopes.ts';
import type { Administrator } from './administrator.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { LimitedRoleAnswer, type LimitingGroups, limitedRolesAnswer, RoleAnswer } from './user-resource.ts';

export type ServerFacts = {
  readonly issuer: string;
  readonly version: string;
  /** Seconds a console session lasts. */
  readonly console_session_lifetime: () => number;
};

const PermissionAnswer = z
  .object({
    permission: z.enum(ADMINISTRATOR_PERMISSIONS).meta({ id: 'Permission' }),
    group_ids: z.array(z.string()).optional().describe('Where it goes to the clients of these groups alone.'),
  })
  .meta({ id: 'HeldPermission' });

const Answer = z
  .object({
    username: z.string().describe('Of a client on its own behalf its client_id.'),
    kind: z
      .enum(['person', 'client', 'operator'])
      .describe('A client calls on its own behalf; an operator at the command line of the home.'),
    roles: z.array(RoleAnswer),
    limited_roles: z.array(LimitedRoleAnswer).optional(),
    permissions: z
      .array(PermissionAnswer)
      .describe('What this call may do: what its roles and its scopes both give.'),
    scopes: z
      .array(z.enum(ADMINISTRATOR_SCOPES).meta({ id: 'Scope' }))
      .describe('The same in scopes, as few as say it.'),
    issuer: z.string(),
    version: z.string(),
    console_session_lifetime: z.int().describe('Seconds.'),
  })
  .meta({ id: 'Me' });

function permissionAnswer(
  { power }: Administrator,
  permission: AdministratorPermission,
): z.infer<typeof PermissionAnswer> {
  const reach = power.reach(permission);
  return {
    permission,
    ...(reach !== undefined && reach !== 'everything' && { group_ids: [...reach.groups] }),
  };
}

/** `/me`: who is calling and what they may do, so that a console offers nothing else. */
export function meRoutes(facts: ServerFacts, groups: LimitingGroups): readonly AdminRoute[] {
  const limitedRolesOf = async (administrator: Administrator) => {
    if (administrator.kind !== 'person') return undefined;
    const { limited_roles } = administrator.user;
    return limited_roles && { limited_roles: await limitedRolesAnswer(groups, limited_roles) };
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/me',
      summary: 'Show who is calling, their roles and the scopes of this call',
      tag: 'me',
      area: ['clients', 'people', 'keys', 'trust', 'settings', 'audit'],
      access: 'read',
      response: Answer,
      handle: async ({ administrator }) => ({
        username: administrator.name,
        kind: administrator.kind,
        roles: administrator.kind === 'person' ? [...administrator.user.roles] : [],
        ...(await limitedRolesOf(administrator)),
        permissions: administrator.power
          .permissions()
          .map((permission) => permissionAnswer(administrator, permission)),
        scopes: [...administrator.power.scopes()],
        issuer: facts.issuer,
        version: facts.version,
        console_session_lifetime: facts.console_session_lifetime(),
      }),
    }),
  ];
}

import { z } from 'zod';
import { ADMINISTRATOR_SCOPES } from '../user/administrator-scopes.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { RoleAnswer } from './user-resource.ts';

export type ServerFacts = {
  readonly issuer: string;
  readonly version: string;
  /** Seconds a console session lasts. */
  readonly console_session_lifetime: () => number;
};

const Answer = z
  .object({
    username: z.string().describe('Of a client on its own behalf its client_id.'),
    kind: z.enum(['person', 'client']).describe('A client calls on its own behalf.'),
    roles: z.array(RoleAnswer),
    scopes: z.array(z.enum(ADMINISTRATOR_SCOPES).meta({ id: 'Scope' })),
    issuer: z.string(),
    version: z.string(),
    console_session_lifetime: z.int().describe('Seconds.'),
  })
  .meta({ id: 'Me' });

/** `/me`: who is calling and what they may do, so that a console offers nothing else. */
export function meRoutes(facts: ServerFacts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/me',
      summary: 'Show who is calling, their roles and the scopes of this call',
      tag: 'me',
      scope: 'admin:read',
      response: Answer,
      handle: async ({ administrator }) => ({
        username: administrator.name,
        kind: administrator.kind,
        roles: administrator.kind === 'person' ? [...administrator.user.roles] : [],
        scopes: ADMINISTRATOR_SCOPES.filter((scope) => administrator.scopes.has(scope)),
        issuer: facts.issuer,
        version: facts.version,
        console_session_lifetime: facts.console_session_lifetime(),
      }),
    }),
  ];
}

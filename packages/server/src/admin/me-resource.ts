import { z } from 'zod';
import { ADMINISTRATOR_ROLES } from '../user/user.ts';
import { type AdminRoute, adminRoute } from './route.ts';

export type ServerFacts = {
  readonly issuer: string;
  readonly version: string;
  /** Seconds a console session lasts. */
  readonly console_session_lifetime: () => number;
};

/** `/me`: who is calling and what they may do, so that a console offers nothing else. */
export function meRoutes(facts: ServerFacts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/me',
      summary: 'Show who is calling, their roles and the scopes of this call',
      tag: 'me',
      scope: 'admin:read',
      response: z.object({
        username: z.string(),
        roles: z.array(z.enum(ADMINISTRATOR_ROLES)),
        scopes: z.array(z.string()),
        issuer: z.string(),
        version: z.string(),
        console_session_lifetime: z.number(),
      }),
      handle: async ({ administrator }) => ({
        username: administrator.name,
        roles: [...administrator.user.roles],
        scopes: [...administrator.scopes],
        issuer: facts.issuer,
        version: facts.version,
        console_session_lifetime: facts.console_session_lifetime(),
      }),
    }),
  ];
}

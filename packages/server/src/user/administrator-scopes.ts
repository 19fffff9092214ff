import type { AdministratorRole } from './user.ts';

/** The scopes of the admin API: reading everything, and writing each area. */
export const ADMINISTRATOR_SCOPES = [
  'admin:read',
  'admin:clients',
  'admin:trust',
  'admin:users',
  'admin:keys',
] as const;
export type AdministratorScope = (typeof ADMINISTRATOR_SCOPES)[number];

/** Whether a scope is one of the admin API, also of a later version. */
export const isAdminScope = (scope: string): boolean => scope.startsWith('admin:');

const OF_ROLE: Readonly<Record<AdministratorRole, readonly AdministratorScope[]>> = {
  owner: ADMINISTRATOR_SCOPES,
  client_manager: ['admin:read', 'admin:clients', 'admin:trust'],
  auditor: ['admin:read'],
};

/** The admin API scopes that an account with these roles may have. */
export function administratorScopes(roles: readonly AdministratorRole[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => OF_ROLE[role]));
}

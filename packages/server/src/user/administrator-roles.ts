import { ADMINISTRATOR_PERMISSIONS, type AdministratorPermission } from './administrator-permissions.ts';
import { COARSE_SCOPES } from './administrator-scopes.ts';

type Definition = { readonly what: string; readonly permissions: readonly AdministratorPermission[] };

/** Administrator roles: those for the whole server, then one for each area to read, and one to read and write. */
export const ROLES_OF_ADMINISTRATORS = {
  owner: { what: 'does everything', permissions: ADMINISTRATOR_PERMISSIONS },
  client_manager: {
    what: 'reads everything, writes clients and trust, and has webhooks sent again',
    permissions: [
      ...COARSE_SCOPES['admin:read'],
      ...COARSE_SCOPES['admin:clients'],
      ...COARSE_SCOPES['admin:trust'],
    ],
  },
  auditor: { what: 'reads everything', permissions: COARSE_SCOPES['admin:read'] },
  clients_reader: { what: 'reads clients', permissions: ['clients:read'] },
  clients_writer: { what: 'reads and writes clients', permissions: ['clients:read', 'clients:write'] },
  people_reader: { what: 'reads people', permissions: ['people:read'] },
  people_writer: {
    what: 'reads people, and writes those who do not administer',
    permissions: ['people:read', 'people:write'],
  },
  keys_reader: { what: 'reads signing keys', permissions: ['keys:read'] },
  keys_writer: { what: 'reads and rotates signing keys', permissions: ['keys:read', 'keys:write'] },
  trust_reader: { what: 'reads trust', permissions: ['trust:read'] },
  trust_writer: { what: 'reads and writes trust', permissions: ['trust:read', 'trust:write'] },
  settings_reader: { what: 'reads settings', permissions: ['settings:read'] },
  settings_writer: {
    what: 'reads settings, and has webhooks sent again',
    permissions: ['settings:read', 'settings:write'],
  },
  audit_reader: { what: 'reads every event', permissions: ['audit:read'] },
} as const satisfies Readonly<Record<string, Definition>>;

export type AdministratorRole = keyof typeof ROLES_OF_ADMINISTRATORS;

export const isAdministratorRole = (name: string): name is AdministratorRole =>
  Object.hasOwn(ROLES_OF_ADMINISTRATORS, name);

export const ADMINISTRATOR_ROLES: readonly AdministratorRole[] =
  Object.keys(ROLES_OF_ADMINISTRATORS).filter(isAdministratorRole);

/** The roles that every version of the server knows. */
export const FIRST_ROLES = [
  'owner',
  'client_manager',
  'auditor',
] as const satisfies readonly AdministratorRole[];

/** The roles that may be limited to the clients of a group: those over what belongs to clients. */
export const LIMITABLE_ROLES = [
  'clients_reader',
  'clients_writer',
  'audit_reader',
] as const satisfies readonly AdministratorRole[];
export type LimitableRole = (typeof LIMITABLE_ROLES)[number];

export const isLimitableRole = (name: string): name is LimitableRole =>
  LIMITABLE_ROLES.some((role) => role === name);

/** A role that counts for the clients in a group alone, in the groups that it contains too. */
export type LimitedRole = { readonly role: LimitableRole; readonly group_id: string };

/** A limited role as events tell it. */
export const limitedRoleText = ({ role, group_id }: LimitedRole): string => `${role}@${group_id}`;

/** The administrator roles of an account. */
export type AdministratorRoles = {
  readonly roles: readonly AdministratorRole[];
  readonly limited_roles?: readonly LimitedRole[];
};

import { createContext, useContext } from 'react';
import type { LimitableRole, Me, Permission, Role } from '../api/admin-api.ts';

const Context = createContext<Me | undefined>(undefined);
export const MeProvider = Context.Provider;

/** Who is signed in. @throws when nobody is: only signed-in places ask */
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('nobody is signed in');
  return me;
}

/** Whether to offer something, if only for the clients of some groups; the server decides by itself. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.some((held) => held.permission === permission);
}

/** Whether to offer what is about everything, and not about the clients of some groups alone. */
export function useMayEverywhere(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) =>
    permissions.some((held) => held.permission === permission && held.group_ids === undefined);
}

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  client_manager: 'Client manager',
  auditor: 'Auditor',
  clients_reader: 'Clients: reader',
  clients_writer: 'Clients: writer',
  people_reader: 'People: reader',
  people_writer: 'People: writer',
  keys_reader: 'Keys: reader',
  keys_writer: 'Keys: writer',
  trust_reader: 'Trust: reader',
  trust_writer: 'Trust: writer',
  settings_reader: 'Settings: reader',
  settings_writer: 'Settings: writer',
  audit_reader: 'Audit trail: reader',
};

/** The roles that can be limited to the clients of a group. */
export const LIMITABLE_ROLES: readonly LimitableRole[] = ['clients_reader', 'clients_writer', 'audit_reader'];

/** Administrator roles in words, those that are limited with their group. */
export const rolesInWords = ({
  roles,
  limited_roles = [],
}: Pick<Me, 'roles' | 'limited_roles'>): readonly string[] => [
  ...roles.map((role) => ROLE_NAMES[role]),
  ...limited_roles.map(({ role, group }) => `${ROLE_NAMES[role]} in ${group ?? 'a group that is gone'}`),
];

import { createContext, useContext } from 'react';
import type { LimitableRole, Me, Permission, Role } from '../api/admin-api.ts';
import { text } from '../words/words.tsx';

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
  owner: text('session.owner'),
  client_manager: text('session.clientmanager'),
  auditor: text('session.auditor'),
  clients_reader: text('session.clientsreader'),
  clients_writer: text('session.clientswriter'),
  people_reader: text('session.peoplereader'),
  people_writer: text('session.peoplewriter'),
  keys_reader: text('session.keysreader'),
  keys_writer: text('session.keyswriter'),
  trust_reader: text('session.trustreader'),
  trust_writer: text('session.trustwriter'),
  settings_reader: text('session.settingsreader'),
  settings_writer: text('session.settingswriter'),
  audit_reader: text('session.auditreader'),
};

/** The roles that can be limited to the clients of a group. */
export const LIMITABLE_ROLES: readonly LimitableRole[] = ['clients_reader', 'clients_writer', 'audit_reader'];

/** Administrator roles in words, those that are limited with their group. */
export const rolesInWords = ({
  roles,
  limited_roles = [],
}: Pick<Me, 'roles' | 'limited_roles'>): readonly string[] => [
  ...roles.map((role) => ROLE_NAMES[role]),
  ...limited_roles.map(({ role, group }) =>
    text('session.rolein', { role: ROLE_NAMES[role], group: group ?? text('session.groupgone') }),
  ),
];

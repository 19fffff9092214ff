import { createContext, useContext } from 'react';
import type { Me, Role, Scope } from '../api/admin-api.ts';

const Context = createContext<Me | undefined>(undefined);
export const MeProvider = Context.Provider;

/** Who is signed in. @throws when nobody is: only signed-in places ask */
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('nobody is signed in');
  return me;
}

/** Whether to offer something; the server decides by itself. */
export function useMay(): (scope: Scope) => boolean {
  const { scopes } = useMe();
  return (scope) => scopes.includes(scope);
}

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  client_manager: 'Client manager',
  auditor: 'Auditor',
};

import {
  ADMINISTRATOR_PERMISSIONS,
  type AdministratorPermission,
  READING,
} from './administrator-permissions.ts';

/** Scopes of the admin API that stand for several permissions, or are called otherwise than theirs. */
export const COARSE_SCOPES = {
  'admin:read': READING,
  'admin:clients': ['clients:write'],
  'admin:trust': ['trust:write', 'settings:write'],
  'admin:users': ['people:write', 'administrators:write'],
  'admin:keys': ['keys:write'],
} as const satisfies Readonly<Record<string, readonly AdministratorPermission[]>>;
export type CoarseScope = keyof typeof COARSE_SCOPES;

export type AdministratorScope = CoarseScope | `admin:${AdministratorPermission}`;

export const isCoarseScope = (name: string): name is CoarseScope => Object.hasOwn(COARSE_SCOPES, name);

/** The scope of one permission. */
export const scopeOf = <Permission extends AdministratorPermission>(
  permission: Permission,
): `admin:${Permission}` => `admin:${permission}`;

const COARSE: readonly CoarseScope[] = Object.keys(COARSE_SCOPES).filter(isCoarseScope);

/** The scopes of the admin API: those for many permissions, then one a permission. */
export const ADMINISTRATOR_SCOPES: readonly AdministratorScope[] = [
  ...COARSE,
  ...ADMINISTRATOR_PERMISSIONS.map(scopeOf),
];

const PERMISSIONS_OF: ReadonlyMap<string, readonly AdministratorPermission[]> = new Map([
  ...COARSE.map((scope): [string, readonly AdministratorPermission[]] => [scope, COARSE_SCOPES[scope]]),
  ...ADMINISTRATOR_PERMISSIONS.map((permission): [string, readonly AdministratorPermission[]] => [
    scopeOf(permission),
    [permission],
  ]),
]);

/** What a scope stands for; nothing for one that is none of the admin API. */
export const permissionsOfScope = (scope: string): readonly AdministratorPermission[] =>
  PERMISSIONS_OF.get(scope) ?? [];

/** The scopes that each suffice for a permission, those for many first. */
export const scopesFor = (permission: AdministratorPermission): readonly AdministratorScope[] =>
  ADMINISTRATOR_SCOPES.filter((scope) => permissionsOfScope(scope).includes(permission));

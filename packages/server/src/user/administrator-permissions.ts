/**
 * One access to one area: what an operation of the admin API needs, and what roles and scopes give. The audit trail is
 * written by what happens alone. `administrators` has no roles of its own, so that owners alone have it.
 */
export const ADMINISTRATOR_PERMISSIONS = [
  'clients:read',
  'clients:write',
  'people:read',
  'people:write',
  'keys:read',
  'keys:write',
  'trust:read',
  'trust:write',
  'settings:read',
  'settings:write',
  'audit:read',
  'administrators:write',
] as const;
export type AdministratorPermission = (typeof ADMINISTRATOR_PERMISSIONS)[number];

type AreaOf<Permission> = Permission extends `${infer Area}:${string}` ? Area : never;
type AccessOf<Permission, Area extends string> = Permission extends `${Area}:${infer Access}`
  ? Access
  : never;

export type AdministratorArea = AreaOf<AdministratorPermission>;
/** The access that there is to an area. */
export type AccessTo<Area extends AdministratorArea> = AccessOf<AdministratorPermission, Area>;

/** What belongs to each area. */
export const ADMINISTRATOR_AREAS: Readonly<Record<AdministratorArea, string>> = {
  clients:
    'clients with their certificates and keys, registration tokens; to read it shows the grants at clients and the events that name one, too',
  people:
    'accounts of people with their second factors, sessions, consents and grants; groups, and roles of applications. Which clients a group holds, and which group contains which, is for who writes all clients, too',
  keys: 'the keys that tokens are signed with',
  trust: 'trust stores and trust groups, and what is known of revocation',
  settings: 'settings, nodes, and webhooks with what was sent to them',
  audit: 'events of every kind, and how many there were',
  administrators: 'who has which administrator role, and whatever is done to the account of one who has any',
};

export const isAdministratorArea = (name: string): name is AdministratorArea =>
  Object.hasOwn(ADMINISTRATOR_AREAS, name);

type Reading = Extract<AdministratorPermission, `${string}:read`>;
const isReading = (permission: AdministratorPermission): permission is Reading =>
  permission.endsWith(':read');

/** Those that only look. */
export const READING: readonly Reading[] = ADMINISTRATOR_PERMISSIONS.filter(isReading);

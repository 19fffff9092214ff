import type { ClaimRule } from '../../api/admin-api.ts';

/** What a claim can be made of, for people. */
export const SOURCES = {
  groups: 'Groups of the person or client',
  roles: 'Roles of the person or client',
  person_attribute: 'Attribute of the person',
  client_attribute: 'Attribute of the client',
  value: 'Fixed value',
  plug_in: 'Plug-in',
} as const;
export type SourceName = keyof typeof SOURCES;

/** Where a claim can go, for people. */
export const DESTINATIONS = {
  id_token: 'ID token',
  userinfo: 'UserInfo',
  access_token: 'Access token',
  introspection: 'Introspection',
} as const;
export type DestinationName = keyof typeof DESTINATIONS;
export const DESTINATION_NAMES: readonly DestinationName[] = [
  'id_token',
  'userinfo',
  'access_token',
  'introspection',
];

/** What a rule is made of, in words. */
export function sourceInWords(source: ClaimRule['source']): string {
  switch (source.from) {
    case 'person_attribute':
    case 'client_attribute':
      return `${SOURCES[source.from]}: ${source.attribute}`;
    case 'value':
      return `${SOURCES.value}: ${JSON.stringify(source.value)}`;
    case 'plug_in':
      return `${SOURCES.plug_in}: ${source.plug_in}`;
    default:
      return SOURCES[source.from];
  }
}

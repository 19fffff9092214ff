import type { ClaimRule } from '../../api/admin-api.ts';
import { text } from '../../words/words.tsx';

/** What a claim can be made of, for people. */
export const SOURCES = {
  groups: text('claims.source.groups'),
  roles: text('claims.source.roles'),
  person_attribute: text('claims.source.person'),
  client_attribute: text('claims.source.client'),
  value: text('claims.source.value'),
  plug_in: text('claims.plugin'),
} as const;
export type SourceName = keyof typeof SOURCES;

/** Where a claim can go, for people. */
export const DESTINATIONS = {
  id_token: text('claims.idtoken'),
  userinfo: text('claims.userinfo'),
  access_token: text('claims.accesstoken'),
  introspection: text('claims.introspection'),
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

import type { KeycloakClient } from './representation.ts';

/** The clients that every realm has. */
const OWN_CLIENTS = [
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
];

/** Whether a client is Keycloak's own: one of every realm, or one that stands for a realm. */
export const isOwnClient = ({
  clientId,
  attributes,
}: Pick<KeycloakClient, 'clientId' | 'attributes'>): boolean =>
  OWN_CLIENTS.includes(clientId) || attributes.get('realm_client') === 'true';

/** Roles that every realm has, beside its default role. */
export const OWN_ROLES: readonly string[] = ['offline_access', 'uma_authorization'];

/** What Keycloak writes where a text is looked up in its own language files, as for what every realm has. */
export const isPlaceholder = (text: string): boolean => /^\$\{.*\}$/.test(text);

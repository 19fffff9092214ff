import type { Event } from '../api/admin-api.ts';
import { pathOf, queryOf } from '../api/request.ts';
import { knownText, text } from '../words/words.tsx';

/** The audit trail, narrowed. */
export const auditOf = (narrowed: Readonly<Record<string, string>>): string => `/audit${queryOf(narrowed)}`;

/** The kind of an object in words; one of a later version as it is called. */
export const objectKind = (kind: string): string =>
  knownText(`audit.object.${kind}`) ?? kind.replaceAll('_', ' ');

/** The way somebody acted in words. */
export const throughText = (through: string): string => knownText(`audit.through.${through}`) ?? through;

/** Who acted, as people call them; what did so because it was due is the server itself. */
export const actorName = ({ name, through }: NonNullable<Event['actor']>): string =>
  through === 'server' ? text('audit.actor.server') : name;

const PLACES = new Map(
  Object.entries({
    signing_key: '/keys',
    truststore: '/trust',
    crl: '/trust',
    claim_rule: '/claims',
    attribute: '/claims',
    configuration: '/settings',
    grant: '/access?tab=grants',
    session: '/access',
    consent: '/access?tab=consents',
    webhook: '/webhooks',
    registration_token: '/registration-tokens',
  }),
);

/** Where the console shows what an event was done to; undefined where it does not. */
export function placeOfObject({ object, username }: Pick<Event, 'object' | 'username'>): string | undefined {
  if (object === undefined) return undefined;
  switch (object.kind) {
    case 'client':
      return pathOf('clients', object.id);
    case 'group':
      return pathOf('groups', object.id);
    case 'role':
      return pathOf('roles', object.id);
    case 'certificate':
      return auditOf({ certificate: object.id });
    case 'user':
    case 'credential':
      // The object is named by its `sub`, pages by the username.
      return username === undefined ? undefined : pathOf('users', username);
    default:
      return PLACES.get(object.kind);
  }
}

/** What an event was done to as people call it: the name where one is known, else the identifier. */
export function objectName({ object, username }: Pick<Event, 'object' | 'username'>): string | undefined {
  if (object === undefined) return undefined;
  return (object.kind === 'user' || object.kind === 'credential') && username !== undefined
    ? username
    : object.id;
}

/** The page of a person who acted; undefined where the actor is a client, the operating system's user or the server. */
export function personOf({ actor }: Pick<Event, 'actor'>): string | undefined {
  if (actor === undefined || actor.name === actor.client_id) return undefined;
  const isPerson = ['admin-api', 'import', 'account-page', 'sign-in'].includes(actor.through);
  return isPerson ? actor.name : undefined;
}

/** The thumbprint of the certificate that was presented. */
export const thumbprintOf = ({ certificate }: Pick<Event, 'certificate'>): string | undefined => {
  const thumbprint = certificate?.['x5t#S256'];
  return typeof thumbprint === 'string' ? thumbprint : undefined;
};

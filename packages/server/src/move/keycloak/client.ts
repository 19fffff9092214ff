import { InvalidClientMetadata, parseClientMetadata } from '../../client/client-registration.ts';
import { ownMember } from '../../own-member.ts';
import { shown } from '../finding.ts';
import type { MovedSecret } from '../record.ts';
import type { Answers, MovedItem } from '../source.ts';
import { isPlaceholder } from './built-in.ts';
import { readAddresses } from './client-addresses.ts';
import { readAuthentication } from './client-authentication.ts';
import { readGrants } from './client-grants.ts';
import { readPolicies } from './client-policies.ts';
import { readScopes, type ScopeMeanings } from './client-scopes.ts';
import { readSettings } from './client-settings.ts';
import type { ClientDraft } from './draft.ts';
import { CLIENT_ATTRIBUTES, CLIENT_FIELDS, type Field } from './fields.ts';
import type { Given } from './given-certificates.ts';
import type { Groups } from './groups.ts';
import type { Realm } from './input.ts';
import type { ClaimOfAttribute } from './mapped-claim.ts';
import { isFieldOf, isQuiet, noting } from './noting.ts';
import type { KeycloakClient, KeycloakUser } from './representation.ts';
import type { Roles } from './roles.ts';

/** What is known of the realm when its clients are read. */
export type ClientsContext = {
  readonly realm: Realm;
  readonly answers: Answers;
  readonly certificates: readonly Given[];
  readonly meanings: ScopeMeanings;
  readonly nameOf: ClaimOfAttribute;
  readonly roles: Roles;
  readonly groups: Groups;
  /** The service accounts, by the client they are of. */
  readonly serviceAccounts: ReadonlyMap<string, KeycloakUser>;
};

/** Members whose loss makes a client no weaker and keeps it from no token: one that cannot be taken is left out alone. */
const DISPENSABLE: readonly string[] = [
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'attributes',
  'default_acr_values',
  'request_uris',
  'scope_audiences',
  'allowed_resources',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
];

/** Leaves out what registration would refuse, where the client can do without it. */
function dispense({ metadata, fields }: ClientDraft): void {
  if (!DISPENSABLE.some((member) => metadata.has(member))) return;
  for (let tries = DISPENSABLE.length; tries > 0; tries--) {
    try {
      parseClientMetadata(Object.fromEntries(metadata));
      return;
    } catch (error) {
      if (!(error instanceof InvalidClientMetadata)) throw error;
      const [member = ''] = error.field.split('.');
      if (!DISPENSABLE.includes(member) || !metadata.delete(member)) return;
      fields.noteUnknown(member, 'lost', `is left out: ${error.message}`);
    }
  }
}

/** What may be a secret or a key, though nobody here knows the attribute. */
const MAY_BE_SECRET = /secret|passw|private|credential|token|key/i;
const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/;
const MOST_ATTRIBUTES = 100;

/** Whether something was said of a field of the table already. */
const isTold = (draft: Pick<ClientDraft, 'fields'>, name: string): boolean =>
  draft.fields.findings.some(({ field }) => field === name || field.startsWith(`${name}.`));

function tellOtherMembers(draft: ClientDraft): void {
  const { client, fields } = draft;
  for (const [name, value] of client.members) {
    if (!isFieldOf(CLIENT_FIELDS, name)) {
      if (!isQuiet(value)) fields.noteUnknown(name, 'lost', 'is not known here');
      continue;
    }
    const line: Field = CLIENT_FIELDS[name];
    const isLoss = line.outcome === 'lost' && !line.untold;
    if (isLoss && !isTold(draft, name) && !isQuiet(value, line)) fields.note(name);
  }
}

/** Attributes that nobody read: known losses are told, what the operator made up is kept. */
function readOtherAttributes(draft: ClientDraft): void {
  const { client, metadata, attributes, fields } = draft;
  const kept = new Map<string, string>();
  const { description } = client;
  if (description && !isPlaceholder(description)) {
    kept.set('description', description);
    fields.note('description');
  }
  for (const [name, value] of client.attributes) {
    if (isFieldOf(CLIENT_ATTRIBUTES, name)) {
      const line: Field = CLIENT_ATTRIBUTES[name];
      const isLoss = line.outcome === 'lost' && !line.untold;
      const isSaid = attributes.findings.some(({ field }) => field === name);
      if (isLoss && !isSaid && !isQuiet(value, line)) attributes.note(name);
      continue;
    }
    if (isQuiet(value) || name.startsWith('saml')) continue;
    if (
      MAY_BE_SECRET.test(name) ||
      !ATTRIBUTE.test(name) ||
      value.length > 1000 ||
      kept.size >= MOST_ATTRIBUTES
    ) {
      attributes.noteUnknown(name, 'lost', 'is not known here');
      continue;
    }
    kept.set(name, value);
    attributes.noteUnknown(
      name,
      'changed',
      'is not known here, and kept as an attribute of the client',
      `attributes.${name}`,
    );
  }
  if (kept.size > 0) metadata.set('attributes', Object.fromEntries(kept));
}

/** The name that people see: 200 characters at most, and one there must be. */
function nameOfClient({ name, clientId }: KeycloakClient): string {
  const shownName = name === undefined || name === '' || isPlaceholder(name) ? clientId : name;
  return shownName.slice(0, 200);
}

function itemOf(
  draft: ClientDraft,
  secret: MovedSecret | undefined,
  isLeftOut: boolean,
  context: ClientsContext,
): MovedItem {
  const { client, fields, attributes, metadata } = draft;
  const { roles, groups, serviceAccounts } = context;
  const account = serviceAccounts.get(client.clientId);
  const held = account && roles.of(account);
  if (held && held.ofKeycloak.length > 0) {
    fields.noteUnknown(
      'serviceAccount.clientRoles',
      'lost',
      `${held.ofKeycloak.map(shown).join(', ')}: who administers Keycloak does not administer this server`,
    );
  }
  if (held && held.names.length > 0) {
    fields.noteUnknown('serviceAccount.roles', 'same', held.names.map(shown).join(', '), 'roles');
  }
  const belongs = (account?.groups ?? [])
    .map((path) => groups.nameOf(path))
    .filter((name) => name !== undefined);
  return {
    kind: 'client',
    name: client.clientId,
    findings: [
      ...fields.findings,
      ...attributes.findings.map((finding) => ({ ...finding, field: `attributes.${finding.field}` })),
    ],
    ...(!isLeftOut && {
      record: {
        kind: 'client',
        client_id: client.clientId,
        enabled: client.enabled !== false,
        metadata: Object.fromEntries(metadata),
        ...(secret && { secret }),
        groups: belongs,
        roles: [...(held?.names ?? [])],
      },
    }),
  };
}

/** Reads one client, which is not one of Keycloak's own. */
export function clientItem(client: KeycloakClient, context: ClientsContext): MovedItem {
  const { realm, answers, certificates, meanings, nameOf } = context;
  const answer = ownMember(answers.clients, client.clientId);
  const fields = noting(CLIENT_FIELDS);
  const attributes = noting(CLIENT_ATTRIBUTES);
  if (client.protocol !== undefined && client.protocol !== 'openid-connect') {
    const why =
      client.protocol === 'saml'
        ? undefined
        : `${shown(client.protocol)} is not supported, and the client is left out`;
    fields.note('protocol', why === undefined ? {} : { why });
    return { kind: 'client', name: client.clientId, findings: fields.findings };
  }
  let isLeftOut = false;
  const draft: ClientDraft = {
    client,
    realm,
    answer: answer ?? {},
    certificates,
    metadata: new Map([['client_name', nameOfClient(client)]]),
    fields,
    attributes,
    leaveOut: () => {
      isLeftOut = true;
    },
  };
  fields.note('clientId');
  if (client.enabled === false) fields.note('enabled', { why: 'it is disabled' });
  const secret = readAuthentication(draft);
  const redirectUris = readAddresses(draft);
  const grants = readGrants(draft, redirectUris);
  readScopes(draft, grants, meanings, nameOf);
  readSettings(draft, grants);
  readPolicies(draft);
  readOtherAttributes(draft);
  tellOtherMembers(draft);
  dispense(draft);
  return itemOf(draft, secret, isLeftOut, context);
}

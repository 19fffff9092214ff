import { isoTime, parsePemCertificates } from '@countersign/x509';
import { z } from 'zod';
import { answeredMetadata, CERTIFICATE_BINDINGS, certificateBinding } from '../client/certificate-binding.ts';
import { describeForPeople } from '../client/certificate-for-people.ts';
import type { Client } from '../client/client.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import { hasClientSecret } from '../client/client-secret.ts';
import { ownCertificates } from '../client/own-certificates.ts';
import { isAdminScope, Scope } from '../client/scope.ts';
import { ManagedBy } from '../managed-by.ts';
import { insufficientScope } from '../refusal/error-codes.ts';
import type { ClientDelta } from '../registration/client-delta.ts';
import { type ClientRegistrar, type IssuedClient, shownSecret } from '../registration/client-registrar.ts';
import type { Idempotency, IdempotentRegistration } from '../registration/idempotency.ts';
import type { Expected } from '../registration/unit-of-change.ts';
import type { ClientFilter, ClientStore } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import {
  ADMINISTRATOR_SCOPES,
  type AdministratorScope,
  permissionsOfScope,
} from '../user/administrator-scopes.ts';
import { type Administrator, isOwner, namedIn, principalOf } from './administrator.ts';
import { CertificateAnswer } from './certificate-report.ts';
import type { ClientBounds } from './client-bounds.ts';
import { type ClientReach, withinReach } from './client-reach.ts';
import { CONSOLE_CLIENT_ID } from './console-client.ts';
import {
  matchingIn,
  matchingMember,
  pageAnswer,
  pageOf,
  pageRequest,
  searchOf,
  sortedQuery,
  sortingOf,
} from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound, PreconditionRequired } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const clientMembers = {
  ...ClientMetadata.shape,
  tls_client_certificate_bound_access_tokens: z
    .boolean()
    .describe('Whether the client asked for it (RFC 8705 §3.4); certificate_binding says what holds.'),
  certificate_binding: z
    .enum(CERTIFICATE_BINDINGS)
    .describe(
      'What tls_client_certificate_bound_access_tokens comes to: true is required, false is off; absent is when_presented: tokens are bound to the certificate that comes, or to the DPoP key alone where one is proved.',
    ),
  client_id: z.string(),
  client_id_issued_at: z.int().describe('Seconds since the epoch (RFC 7591 §3.2.1).'),
  enabled: z.boolean(),
  awaits_confirmation: z.literal(true).optional(),
  revision: z.int().describe('Grows with every change; the `ETag` of the client alone.'),
  has_client_secret: z.boolean(),
  built_in: z.boolean().describe('A client of the server itself, which cannot be changed.'),
  certificate_details: z.array(CertificateAnswer),
  certificates_end: Timestamp.optional().describe(
    'When the last of its certificates ends, those that its jwks holds included; absent where no end is known.',
  ),
};

/** A client as the admin API shows it: RFC 7591 names, never the secret's hash. */
export const ClientAnswer = z.object(clientMembers).meta({ id: 'Client' });

/** What is said once, of a client as it was just made or changed. */
export const issuedMembers = {
  client_secret: z.string().optional().describe('Shown once, in the answer to what generated it.'),
  client_secret_expires_at: z.literal(0).optional().describe('Never (RFC 7591 §3.2.1).'),
  client_secret_authenticates: z
    .enum(['client', 'nothing'])
    .optional()
    .describe(
      'Beside client_secret. With nothing the client proves itself by its method alone, and its secret is accepted nowhere.',
    ),
  warnings: z
    .array(z.object({ field: z.string(), message: z.string() }).meta({ id: 'RegistrationWarning' }))
    .optional(),
};

/** A client as it was just made or changed. */
export const IssuedClientAnswer = z
  .object({ ...clientMembers, ...issuedMembers })
  .meta({ id: 'IssuedClient' });

/** RFC 7591 §3.2.1: the registered metadata beside what the server assigned. */
function clientAnswer(client: Client): z.infer<typeof ClientAnswer> {
  return {
    client_id: client.client_id,
    client_id_issued_at: client.client_id_issued_at,
    enabled: client.enabled,
    ...(client.awaits_confirmation && { awaits_confirmation: client.awaits_confirmation }),
    revision: client.revision,
    has_client_secret: hasClientSecret(client),
    built_in: client.client_id === CONSOLE_CLIENT_ID,
    ...answeredMetadata(client.metadata),
    certificate_binding: certificateBinding(client.metadata),
    certificate_details: client.metadata.certificates.flatMap(parsePemCertificates).map(describeForPeople),
    ...lastEnd(client),
  };
}

/** The last known end of a client's own certificates. */
function lastEnd({ metadata }: Client): { certificates_end?: string } {
  const ends = ownCertificates(metadata).flatMap(({ certificate }) =>
    certificate !== undefined && isoTime(certificate.notAfter) !== undefined ? certificate.notAfter : [],
  );
  return ends.length === 0 ? {} : { certificates_end: timestamp(Math.max(...ends)) };
}

const issuedAnswer = (issued: IssuedClient): z.infer<typeof IssuedClientAnswer> => ({
  ...clientAnswer(issued.client),
  ...shownSecret(issued),
  warnings: [...issued.warnings],
});

/**
 * A client that may ask for scopes of the admin API is as powerful as they are, and may be an administrator itself: only
 * an owner, by a call that holds these scopes, makes it, changes it, renews its secret or takes it away. The console's
 * own client is changed by nobody.
 * @throws Refusal 403
 */
export function refuseMorePower(
  administrator: Administrator,
  client_id: string | undefined,
  scopes: readonly unknown[],
): void {
  const asked = new Set(scopes.flatMap((scope) => (typeof scope === 'string' ? [...Scope.of(scope)] : [])));
  const wanted = [...asked].filter(isAdminScope);
  const expected = ADMINISTRATOR_SCOPES.filter((scope) => asked.has(scope));
  const builtIn = client_id === CONSOLE_CLIENT_ID;
  const mayGrant = wanted.length === 0 || isOwner(administrator);
  const { power } = administrator;
  const isHeld = (scope: AdministratorScope) =>
    permissionsOfScope(scope).every((each) => power.hasEverywhere(each));
  if (!builtIn && mayGrant && expected.every(isHeld)) return;
  const description = mayGrant
    ? 'The client reaches further than the administrator.'
    : 'Only an owner gives a client scopes of the admin API, or changes a client that has them.';
  throw insufficientScope(
    builtIn ? 'The client of the console is built in.' : description,
    'role_insufficient',
    {
      ...namedIn(administrator),
      client_id,
      expected: mayGrant ? expected : ['the role owner', ...wanted],
      presented: [...power.scopes()],
    },
  );
}

type Judges = { readonly reach: ClientReach; readonly bounds: ClientBounds };

/**
 * What a registration by an administrator is made of, once it is known that they may make it.
 * @throws InvalidInput, NotFound; Refusal 403
 */
export async function registering(
  { reach, bounds }: Judges,
  {
    administrator,
    metadata,
    group,
    now,
    idempotent,
  }: {
    readonly administrator: Administrator;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly group: string | undefined;
    readonly now: number;
    readonly idempotent: IdempotentRegistration | undefined;
  },
) {
  const { enabled, ...asked } = metadata;
  checkEnabled(enabled);
  const wanted = typeof metadata.client_id === 'string' ? metadata.client_id : undefined;
  refuseMorePower(administrator, wanted, [metadata.scope]);
  if (idempotent?.made !== undefined) await reach.require(administrator, 'clients:write', idempotent.made);
  const place = await bounds.place(administrator, group, metadata, now, idempotent);
  return {
    metadata: { ...asked, client_id: metadata.client_id ?? place.client_id },
    options: {
      ...(enabled !== undefined && { enabled }),
      last: place.last,
      seen: reach.seenBy(administrator),
      check: (client: Client) => bounds.check(administrator, undefined, client),
    },
    placed: place.placed,
  };
}

/** What holds for a change of a client by an administrator who reaches it. */
export const changing = ({ reach, bounds }: Judges, administrator: Administrator, client_id: string) => ({
  seen: reach.seenBy(administrator),
  async check(before: Client, after: Client) {
    refuseMorePower(administrator, client_id, [before.metadata.scope, after.metadata.scope]);
    await bounds.check(administrator, before, after);
  },
});

const SORTED_BY = {
  client_name: 'texts',
  client_id: 'texts',
  client_id_issued_at: 'times',
  certificates_end: 'times',
  token_endpoint_auth_method: 'texts',
  enabled: 'states',
} as const;

const ClientQuery = sortedQuery(SORTED_BY).extend({
  enabled: z.enum(['true', 'false']).optional(),
  token_endpoint_auth_method: z.string().max(100).optional(),
  managed_by: ManagedBy.optional().describe('Those that the files of this label keep.'),
  expiring_within: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .optional()
    .describe('Days; 0 for certificates that have expired.'),
  certificates: z
    .literal('expired')
    .optional()
    .describe('Those with registered certificates of which none is valid any more.'),
});

export const ClientPage = pageOf('ClientPage', ClientAnswer)
  .extend({
    total: z.int().describe('Of all clients that the caller sees, whatever the listing is narrowed to.'),
    ...matchingMember,
  })
  .meta({ id: 'ClientPage' });

const DAY_MS = 24 * 3600 * 1000;

function filterOf(query: z.infer<typeof ClientQuery>, now: number): ClientFilter {
  const { enabled, token_endpoint_auth_method, managed_by, expiring_within, certificates } = query;
  return {
    ...(enabled !== undefined && { enabled: enabled === 'true' }),
    ...(token_endpoint_auth_method !== undefined && { token_endpoint_auth_method }),
    ...(managed_by !== undefined && { managed_by }),
    ...(expiring_within !== undefined && { certificateEndsBefore: now + expiring_within * DAY_MS }),
    ...(certificates !== undefined && { certificatesEndBefore: now }),
  };
}

const ById = z.object({ client_id: z.string() });

/** Which group a new client is put into. */
export const IntoGroup = z
  .string()
  .max(200)
  .optional()
  .describe(
    'The name of the group that the client is put into. Where the caller is limited to the clients of one group it is that one when absent.',
  );
/** The registrar judges every field, and its refusals are those of RFC 7591 §3.2.2. */
export const Metadata = z.record(z.string(), z.unknown());
const { client_name, token_endpoint_auth_method, grant_types } = ClientMetadata.shape;
const { response_types, scope, application_type } = ClientMetadata.shape;

/** The metadata to register: what is inferred from the rest when it is absent has no default of its own. */
export const ClientRegistration = ClientMetadata.extend({
  client_id: z
    .string()
    .regex(/^[\x21-\x7E]{1,200}$/)
    .optional()
    .describe('Generated when absent.'),
  token_endpoint_auth_method: token_endpoint_auth_method.optional(),
  grant_types: grant_types.optional(),
  response_types: response_types.unwrap().optional(),
  scope: scope.unwrap().optional(),
  application_type: application_type.unwrap().optional(),
  enabled: z.boolean().optional().describe('True when absent.'),
}).meta({ id: 'ClientRegistration' });

const withoutDefault = (field: z.core.$ZodType): z.core.$ZodType =>
  field instanceof z.ZodDefault || field instanceof z.ZodOptional ? withoutDefault(field.unwrap()) : field;

/** What `PATCH` takes: any of the metadata, null where it can be removed. */
export const ClientChanges = z
  .strictObject({
    ...Object.fromEntries(
      Object.entries(ClientMetadata.shape).map(([name, field]) => [name, z.nullish(withoutDefault(field))]),
    ),
    client_name: client_name.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'ClientChanges' });

const NewSecretQuery = z.object({
  end_tokens: z
    .enum(['true', 'false'])
    .default('true')
    .describe('Whether the access tokens that were issued before end with the old secret.'),
});

const tag = 'clients';

/** Lists that a caller replaces whole, and must have seen before. */
const REPLACED_WHOLE = ['certificates', 'jwks', 'trust_anchors'] as const;

const AddedCertificate = z
  .strictObject({ certificate: z.string().max(20_000).describe('One PEM certificate.') })
  .meta({ id: 'AddedCertificate' });

const deltaMembers = {
  add_certificates: z
    .array(AddedCertificate.shape.certificate)
    .max(20)
    .exactOptional()
    .describe('PEM certificates to register beside the others.'),
  remove_certificates: z
    .array(z.string().max(100))
    .max(20)
    .exactOptional()
    .describe('The `x5t#S256` of registered certificates to take away.'),
  enabled: z.boolean().exactOptional(),
  regenerate_secret: z.boolean().default(false),
  end_tokens: z
    .boolean()
    .exactOptional()
    .describe('Whether every access token there is ends; where nothing is said, with regenerate_secret.'),
};
const ClientDeltaBody = z.strictObject({ metadata: Metadata.default({}), ...deltaMembers });
const DescribedDelta = z
  .strictObject({ metadata: ClientChanges.omit({ enabled: true }).optional(), ...deltaMembers })
  .meta({ id: 'ClientDelta' });

/** @throws InvalidInput */
export function checkEnabled(enabled: unknown): asserts enabled is boolean | undefined {
  if (enabled === undefined || typeof enabled === 'boolean') return;
  throw new InvalidInput('enabled', 'must be true or false', 'invalid_client_metadata');
}

/** The delta of a `PATCH`. @throws InvalidInput, PreconditionRequired */
export function deltaOf(
  { enabled, ...metadata }: Readonly<Record<string, unknown>>,
  isConditional: boolean,
): ClientDelta {
  checkEnabled(enabled);
  const blind = REPLACED_WHOLE.find((field) => Object.hasOwn(metadata, field));
  if (blind !== undefined && !isConditional) throw new PreconditionRequired(blind);
  return { metadata, ...(enabled !== undefined && { enabled }) };
}

/** `/clients`: what WSO2 calls service providers. */
export function clientRoutes(
  clients: ClientStore,
  registrar: ClientRegistrar,
  idempotency: Idempotency,
  reach: ClientReach,
  bounds: ClientBounds,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/clients',
      summary:
        'List clients, by name unless sort says otherwise; a search finds any part of name or client_id, by name those that begin with it first; total counts all there are',
      tag,
      area: 'clients',
      access: 'read',
      query: ClientQuery,
      response: ClientPage,
      handle: async ({ query, administrator, now }) => {
        const { within } = withinReach(administrator, 'clients:read');
        const filter = { ...filterOf(query, now), ...(within && { within }) };
        const request = pageRequest(query);
        const [page, total, matching] = await Promise.all([
          clients.list({ ...request, ...sortingOf(SORTED_BY, query), ...filter }),
          clients.count(within),
          matchingIn(query, (most) => clients.countMatching({ ...searchOf(request), ...filter }, most)),
        ]);
        return { ...(await pageAnswer(page, clientAnswer)), total, ...matching };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/clients',
      summary: 'Register a client; the answer shows its secret, once',
      tag,
      area: 'clients',
      access: 'write',
      query: z.object({ group: IntoGroup }),
      body: Metadata,
      describedBody: ClientRegistration,
      response: IssuedClientAnswer,
      status: 201,
      versioned: 'shown',
      idempotent: true,
      handle: async ({ query: { group }, body, administrator, now, idempotency_key, showRevision }) => {
        const register = async (idempotent?: IdempotentRegistration) => {
          const { metadata, options, placed } = await registering(
            { reach, bounds },
            { administrator, metadata: body, group, now, idempotent },
          );
          return placed(
            registrar.register(metadata, administrator, { ...options, secret: 'always', idempotent }),
          );
        };
        // Without a group it is what it always was.
        const asked = group === undefined ? body : { ...body, group };
        const issued =
          idempotency_key === undefined
            ? await register()
            : await idempotency.once(principalOf(administrator), idempotency_key, asked, register);
        showRevision(issued.client.revision);
        return issuedAnswer(issued);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/clients/{client_id}',
      summary: 'Show a client',
      tag,
      area: 'clients',
      access: 'read',
      params: ById,
      response: ClientAnswer,
      versioned: 'shown',
      handle: async ({ params, administrator, showRevision }) => {
        await reach.require(administrator, 'clients:read', params.client_id);
        const client = await clients.find(params.client_id);
        if (!client) throw new NotFound(`no client is registered under ${params.client_id}`);
        showRevision(client.revision);
        return clientAnswer(client);
      },
    }),
    ...changingRoutes(registrar, reach, bounds),
    adminRoute({
      method: 'DELETE',
      path: '/clients/{client_id}',
      summary: 'Remove a client with its grants, tokens and consents',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      versioned: 'conditional',
      handle: async ({ params: { client_id }, administrator, expected }) => {
        await reach.require(administrator, 'clients:write', client_id);
        refuseMorePower(administrator, client_id, await scopesOf(clients, client_id));
        await registrar.remove(client_id, administrator, { expected });
      },
    }),
  ];
}

/** What a client may ask for; everything, where nobody can read what it is. */
export async function scopesOf(clients: ClientStore, client_id: string): Promise<readonly string[]> {
  try {
    const client = await clients.find(client_id);
    return client ? [client.metadata.scope] : [];
  } catch (error) {
    if (error instanceof UnreadableRecord) return ADMINISTRATOR_SCOPES;
    throw error;
  }
}

/** Every one of them is one delta: judged whole, written at once. */
function changingRoutes(
  registrar: ClientRegistrar,
  reach: ClientReach,
  bounds: ClientBounds,
): readonly AdminRoute[] {
  type Change = {
    readonly client_id: string;
    readonly administrator: Administrator;
    readonly expected: Expected;
    readonly showRevision: (revision: number) => void;
  };
  const changed = async (
    { client_id, administrator, expected, showRevision }: Change,
    delta: ClientDelta,
  ) => {
    await reach.require(administrator, 'clients:write', client_id);
    const issued = await registrar.change(client_id, delta, administrator, {
      expected,
      ...changing({ reach, bounds }, administrator, client_id),
    });
    showRevision(issued.client.revision);
    return issuedAnswer(issued);
  };

  return [
    adminRoute({
      method: 'PATCH',
      path: '/clients/{client_id}',
      summary:
        'Change metadata fields, null removes one; enabled switches the client off and on; certificates, jwks and trust_anchors only with If-Match',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      body: Metadata,
      describedBody: ClientChanges,
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params, body, isConditional, ...rest }) =>
        changed({ ...params, ...rest }, deltaOf(body, isConditional)),
    }),
    adminRoute({
      method: 'POST',
      path: '/clients/{client_id}/changes',
      summary:
        'Change several things of a client at once, as one revision with one event; certificates, jwks and trust_anchors are replaced only with If-Match',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      body: ClientDeltaBody,
      describedBody: DescribedDelta,
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params, body, isConditional, ...rest }) => {
        const { add_certificates, remove_certificates, regenerate_secret, end_tokens, enabled } = body;
        return changed(
          { ...params, ...rest },
          {
            ...deltaOf(body.metadata, isConditional),
            ...(enabled !== undefined && { enabled }),
            ...(add_certificates && { addCertificates: add_certificates }),
            ...(remove_certificates && { removeCertificates: remove_certificates }),
            regenerateSecret: regenerate_secret,
            ...(end_tokens !== undefined && { endTokens: end_tokens }),
          },
        );
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/clients/{client_id}/certificates',
      summary:
        'Register one more certificate; one that is registered already is told of and not stored twice',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      body: AddedCertificate,
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params, body, ...rest }) =>
        changed({ ...params, ...rest }, { addCertificates: [body.certificate] }),
    }),
    adminRoute({
      method: 'DELETE',
      path: '/clients/{client_id}/certificates/{thumbprint}',
      summary: 'Remove the certificate with this x5t#S256, and no other',
      tag,
      area: 'clients',
      access: 'write',
      params: ById.extend({ thumbprint: z.string() }),
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params: { client_id, thumbprint }, ...rest }) =>
        changed({ client_id, ...rest }, { removeCertificates: [thumbprint] }),
    }),
    adminRoute({
      method: 'POST',
      path: '/clients/{client_id}/secret',
      summary:
        'Generate a new client secret; the old one ends at once, and unless end_tokens is false every access token issued before',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      query: NewSecretQuery,
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params, query: { end_tokens }, ...rest }) =>
        changed({ ...params, ...rest }, { regenerateSecret: true, endTokens: end_tokens === 'true' }),
    }),
    adminRoute({
      method: 'DELETE',
      path: '/clients/{client_id}/tokens',
      summary: 'End every access token the client was issued before now, of every grant type',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      response: IssuedClientAnswer,
      versioned: 'conditional',
      handle: ({ params, ...rest }) => changed({ ...params, ...rest }, { endTokens: true }),
    }),
  ];
}

import { parsePemCertificates } from '@countersign/x509';
import { z } from 'zod';
import type { Client } from '../client/client.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import { Scope } from '../client/scope.ts';
import { insufficientScope } from '../refusal/error-codes.ts';
import type { ClientRegistrar, IssuedClient } from '../registration/client-registrar.ts';
import type { ClientFilter, ClientStore } from '../storage/storage.ts';
import { ADMINISTRATOR_SCOPES } from '../user/administrator-scopes.ts';
import type { Administrator } from './administrator.ts';
import { CertificateAnswer, describeForPeople } from './certificate-report.ts';
import { CONSOLE_CLIENT_ID } from './console-client.ts';
import { PageQuery, pageOf, pageRequest } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

const clientMembers = {
  ...ClientMetadata.shape,
  client_id: z.string(),
  client_id_issued_at: z.int().describe('Seconds since the epoch (RFC 7591 §3.2.1).'),
  enabled: z.boolean(),
  has_client_secret: z.boolean(),
  built_in: z.boolean().describe('A client of the server itself, which cannot be changed.'),
  certificate_details: z.array(CertificateAnswer),
};

/** A client as the admin API shows it: RFC 7591 names, never the secret's hash. */
const ClientAnswer = z.object(clientMembers).meta({ id: 'Client' });

/** A client as it was just made or changed. */
const IssuedClientAnswer = z
  .object({
    ...clientMembers,
    client_secret: z.string().optional().describe('Shown once, in the answer to what generated it.'),
    client_secret_expires_at: z.literal(0).optional().describe('Never (RFC 7591 §3.2.1).'),
    warnings: z
      .array(z.object({ field: z.string(), message: z.string() }).meta({ id: 'RegistrationWarning' }))
      .optional(),
  })
  .meta({ id: 'IssuedClient' });

/** RFC 7591 §3.2.1: the registered metadata beside what the server assigned. */
function clientAnswer(client: Client): z.infer<typeof ClientAnswer> {
  return {
    client_id: client.client_id,
    client_id_issued_at: client.client_id_issued_at,
    enabled: client.enabled,
    has_client_secret: client.client_secret_sha256 !== undefined,
    built_in: client.client_id === CONSOLE_CLIENT_ID,
    ...client.metadata,
    certificate_details: client.metadata.certificates.flatMap(parsePemCertificates).map(describeForPeople),
  };
}

const issuedAnswer = (issued: IssuedClient): z.infer<typeof IssuedClientAnswer> => ({
  ...clientAnswer(issued.client),
  ...(issued.client_secret !== undefined && {
    client_secret: issued.client_secret,
    client_secret_expires_at: 0,
  }),
  warnings: [...issued.warnings],
});

/**
 * A client that may ask for scopes of the admin API is as powerful as they are, so only who holds these scopes may
 * make it, change it or renew its secret. The console's own client is changed by nobody.
 * @throws Refusal 403
 */
function refuseMorePower(
  administrator: Administrator,
  client_id: string | undefined,
  scopes: readonly unknown[],
): void {
  const asked = new Set(scopes.flatMap((scope) => (typeof scope === 'string' ? [...Scope.of(scope)] : [])));
  const expected = ADMINISTRATOR_SCOPES.filter((scope) => asked.has(scope));
  const builtIn = client_id === CONSOLE_CLIENT_ID;
  if (!builtIn && expected.every((scope) => administrator.scopes.has(scope))) return;
  throw insufficientScope(
    builtIn ? 'The client of the console is built in.' : 'The client reaches further than the administrator.',
    'role_insufficient',
    { username: administrator.name, client_id, expected, presented: [...administrator.scopes] },
  );
}

const ClientQuery = PageQuery.extend({
  enabled: z.enum(['true', 'false']).optional(),
  token_endpoint_auth_method: z.string().max(100).optional(),
  expiring_within: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .optional()
    .describe('Days; 0 for certificates that have expired.'),
});

const ClientPage = pageOf('ClientPage', ClientAnswer)
  .extend({ total: z.int().describe('Of all clients, whatever the listing is narrowed to.') })
  .meta({ id: 'ClientPage' });

const DAY_MS = 24 * 3600 * 1000;

function filterOf(query: z.infer<typeof ClientQuery>, now: number): ClientFilter {
  const { enabled, token_endpoint_auth_method, expiring_within } = query;
  return {
    ...(enabled !== undefined && { enabled: enabled === 'true' }),
    ...(token_endpoint_auth_method !== undefined && { token_endpoint_auth_method }),
    ...(expiring_within !== undefined && { certificateEndsBefore: now + expiring_within * DAY_MS }),
  };
}

const ById = z.object({ client_id: z.string() });
/** The registrar judges every field, and its refusals are those of RFC 7591 §3.2.2. */
const Metadata = z.record(z.string(), z.unknown());
const { client_name, token_endpoint_auth_method, grant_types } = ClientMetadata.shape;
const { response_types, scope, application_type } = ClientMetadata.shape;

/** The metadata to register: what is inferred from the rest when it is absent has no default of its own. */
const ClientRegistration = ClientMetadata.extend({
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
}).meta({ id: 'ClientRegistration' });

const withoutDefault = (field: z.core.$ZodType): z.core.$ZodType =>
  field instanceof z.ZodDefault || field instanceof z.ZodOptional ? withoutDefault(field.unwrap()) : field;

/** What `PATCH` takes: any of the metadata, null where it can be removed. */
const ClientChanges = z
  .strictObject({
    ...Object.fromEntries(
      Object.entries(ClientMetadata.shape).map(([name, field]) => [name, z.nullish(withoutDefault(field))]),
    ),
    client_name: client_name.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'ClientChanges' });

const tag = 'clients';

/** `/clients`: what WSO2 calls service providers. */
export function clientRoutes(clients: ClientStore, registrar: ClientRegistrar): readonly AdminRoute[] {
  const checkPower = async (administrator: Administrator, client_id: string, scope?: unknown) => {
    const client = await clients.find(client_id);
    refuseMorePower(administrator, client_id, [client?.metadata.scope, scope]);
  };

  return [
    adminRoute({
      method: 'GET',
      path: '/clients',
      summary: 'List clients by name, searched by name or client_id; total counts all there are',
      tag,
      scope: 'admin:read',
      query: ClientQuery,
      response: ClientPage,
      handle: async ({ query, now }) => {
        const [{ items, next }, total] = await Promise.all([
          clients.list({ ...pageRequest(query), ...filterOf(query, now) }),
          clients.count(),
        ]);
        return { items: items.map(clientAnswer), total, ...(next !== undefined && { next }) };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/clients',
      summary: 'Register a client; the answer shows its secret, once',
      tag,
      scope: 'admin:clients',
      body: Metadata,
      describedBody: ClientRegistration,
      response: IssuedClientAnswer,
      status: 201,
      handle: async ({ body, administrator }) => {
        const wanted = typeof body.client_id === 'string' ? body.client_id : undefined;
        refuseMorePower(administrator, wanted, [body.scope]);
        return issuedAnswer(await registrar.register(body, administrator));
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/clients/{client_id}',
      summary: 'Show a client',
      tag,
      scope: 'admin:read',
      params: ById,
      response: ClientAnswer,
      handle: async ({ params }) => {
        const client = await clients.find(params.client_id);
        if (!client) throw new NotFound(`no client is registered under ${params.client_id}`);
        return clientAnswer(client);
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/clients/{client_id}',
      summary: 'Change metadata fields, null removes one; enabled switches the client off and on',
      tag,
      scope: 'admin:clients',
      params: ById,
      body: Metadata,
      describedBody: ClientChanges,
      response: IssuedClientAnswer,
      handle: async ({ params, body, administrator }) => {
        const { enabled, ...changes } = body;
        await checkPower(administrator, params.client_id, body.scope);
        if (typeof enabled === 'boolean')
          await registrar.setEnabled(params.client_id, enabled, administrator);
        if (Object.keys(changes).length === 0 && typeof enabled === 'boolean') {
          const client = await clients.find(params.client_id);
          if (client) return clientAnswer(client);
        }
        return issuedAnswer(await registrar.update(params.client_id, changes, administrator));
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/clients/{client_id}/secret',
      summary: 'Generate a new client secret; the old one ends at once',
      tag,
      scope: 'admin:clients',
      params: ById,
      response: IssuedClientAnswer,
      handle: async ({ params, administrator }) => {
        await checkPower(administrator, params.client_id);
        return issuedAnswer(await registrar.regenerateSecret(params.client_id, administrator));
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/clients/{client_id}',
      summary: 'Remove a client with its grants, tokens and consents',
      tag,
      scope: 'admin:clients',
      params: ById,
      handle: async ({ params, administrator }) => {
        await checkPower(administrator, params.client_id);
        await registrar.remove(params.client_id, administrator);
      },
    }),
  ];
}

import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { usesClientSecret } from '../client/token-endpoint-auth-method.ts';
import {
  type ClientOperation,
  type OperationDone,
  performOperation,
  wavesOf,
} from '../registration/client-operations.ts';
import { type ClientRegistrar, shownSecret } from '../registration/client-registrar.ts';
import type { Idempotency, IdempotentRegistration } from '../registration/idempotency.ts';
import type { ClientStore } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { type Administrator, principalOf } from './administrator.ts';
import type { ClientBounds } from './client-bounds.ts';
import type { ClientReach } from './client-reach.ts';
import {
  ClientChanges,
  ClientRegistration,
  changing,
  checkEnabled,
  deltaOf,
  IntoGroup,
  issuedMembers,
  Metadata,
  refuseMorePower,
  registering,
  scopesOf,
} from './client-resource.ts';
import { type AdminRoute, adminRoute, type Failure } from './route.ts';

/** With a certificate each they fill the largest body there is by default. */
const MOST_OPERATIONS = 500;

const revision = z
  .int()
  .min(1)
  .optional()
  .describe(
    'What the client must be at, as with If-Match; certificates, jwks and trust_anchors are replaced only with it.',
  );
const operationsOf = (
  client: z.ZodType<Record<string, unknown>>,
  changes: z.ZodType<Record<string, unknown>>,
) =>
  z.strictObject({
    operations: z
      .array(
        z.discriminatedUnion('operation', [
          z.strictObject({ operation: z.literal('register'), client, group: IntoGroup }),
          z.strictObject({ operation: z.literal('change'), client_id: z.string(), changes, revision }),
          z.strictObject({ operation: z.literal('remove'), client_id: z.string(), revision }),
        ]),
      )
      .min(1)
      .max(MOST_OPERATIONS)
      .describe(
        'Each is done whole or not at all, whatever becomes of the others; those of one client one after the other.',
      ),
  });
const Operations = operationsOf(Metadata, Metadata);
type Operation = z.infer<typeof Operations>['operations'][number];

const Result = z
  .object({
    status: z.int().describe('What the operation alone would have been answered with.'),
    client_id: z.string().optional(),
    revision: z.int().optional(),
    ...issuedMembers,
    error: z.string().optional(),
    error_description: z.string().optional(),
    field: z.string().optional(),
    event_id: z.string().optional(),
  })
  .meta({ id: 'ClientOperationResult' });
type Result = z.infer<typeof Result>;

const checkOf = (client: z.ZodType<Record<string, unknown>>) =>
  z.strictObject({ clients: z.array(client).min(1).max(MOST_OPERATIONS), group: IntoGroup });
const Check = checkOf(Metadata);

const Checked = z
  .object({
    outcome: z
      .enum(['new', 'same', 'differs', 'refused'])
      .describe(
        'Whether the client would be registered. `same`: it is there as it is asked for; `differs`: another one of its client_id is there, and a registration would be refused.',
      ),
    client_id: z.string().optional().describe('Absent where it would be generated.'),
    differs: z.array(z.string()).optional().describe('The members that are not as they are asked for.'),
    makes_secret: z
      .boolean()
      .optional()
      .describe('Of a new one: whether it would authenticate by a secret, which is made then.'),
    error: z.string().optional(),
    error_description: z.string().optional(),
    field: z.string().optional(),
    event_id: z.string().optional(),
  })
  .meta({ id: 'CheckedClient' });
type Checked = z.infer<typeof Checked>;

const STATUS = { registered: 201, changed: 200, removed: 204 } as const;

function resultOf(done: OperationDone): Result {
  const status = STATUS[done.done];
  if (done.done === 'removed') return { status, client_id: done.client_id };
  const { client_id, revision } = done.client;
  return {
    status,
    client_id,
    revision,
    ...shownSecret(done),
    ...(done.warnings.length > 0 && { warnings: [...done.warnings] }),
  };
}

/** Who is meant, as far as the operation says. */
const clientIdOf = (operation: Operation): string | undefined => {
  if (operation.operation !== 'register') return operation.client_id;
  return typeof operation.client.client_id === 'string' ? operation.client.client_id : undefined;
};

/** @throws InvalidInput, PreconditionRequired */
function toPerform(operation: Operation): ClientOperation {
  if (operation.operation === 'register') return { operation: 'register', metadata: operation.client };
  const { client_id, revision } = operation;
  const expected = revision !== undefined && { expected: [revision] };
  return operation.operation === 'remove'
    ? { operation: 'remove', client_id, ...expected }
    : {
        operation: 'change',
        client_id,
        delta: deltaOf(operation.changes, revision !== undefined),
        ...expected,
      };
}

/** `/bulk/clients`: many at once, for whoever brings them from elsewhere. */
export function clientBulkRoutes(
  clients: ClientStore,
  registrar: ClientRegistrar,
  idempotency: Idempotency,
  reach: ClientReach,
  bounds: ClientBounds,
): readonly AdminRoute[] {
  const perform = async (
    asked: Operation,
    administrator: Administrator,
    now: number,
    idempotent?: IdempotentRegistration,
  ): Promise<Result> => {
    const operation = toPerform(asked);
    const again = idempotent && { idempotent };
    if (operation.operation === 'register') {
      const group = asked.operation === 'register' ? asked.group : undefined;
      const { metadata, options, placed } = await registering(
        { reach, bounds },
        { administrator, metadata: operation.metadata, group, now, idempotent },
      );
      const whole = { ...operation, metadata };
      return resultOf(
        await placed(performOperation(registrar, whole, administrator, { registering: options, ...again })),
      );
    }
    const { client_id } = operation;
    // One that this very request removed is there no more.
    const isRemoved = operation.operation === 'remove' && idempotent?.made !== undefined;
    if (!isRemoved) await reach.require(administrator, 'clients:write', client_id);
    if (operation.operation === 'remove') {
      refuseMorePower(administrator, client_id, await scopesOf(clients, client_id));
    }
    return resultOf(
      await performOperation(registrar, operation, administrator, {
        changing: changing({ reach, bounds }, administrator, client_id),
        ...again,
      }),
    );
  };

  const check = async (
    metadata: Readonly<Record<string, unknown>>,
    group: string | undefined,
    administrator: Administrator,
    now: number,
  ): Promise<Checked> => {
    const { client_id, enabled, ...asked } = metadata;
    checkEnabled(enabled);
    if (typeof client_id === 'string' && (await reach.includes(administrator, 'clients:read', client_id))) {
      const differs = await registrar.differences(client_id, asked, enabled);
      if (differs?.length === 0) return { outcome: 'same', client_id };
      if (differs) return { outcome: 'differs', client_id, differs: [...differs] };
    }
    const { metadata: whole, options } = await registering(
      { reach, bounds },
      { administrator, metadata, group, now, idempotent: undefined },
    );
    const judged = await registrar.judge(whole, options);
    return {
      outcome: 'new',
      ...(typeof client_id === 'string' && { client_id }),
      makes_secret: usesClientSecret(judged.metadata.token_endpoint_auth_method),
    };
  };

  return [
    adminRoute({
      method: 'POST',
      path: '/bulk/clients/check',
      summary:
        'Say of many clients what their registration would come to, and register none: which are new, there already, or refused and why',
      tag: 'clients',
      area: 'clients',
      access: 'write',
      body: Check,
      describedBody: checkOf(ClientRegistration).meta({ id: 'ClientsToCheck' }),
      response: z.object({ results: z.array(Checked) }).meta({ id: 'CheckedClients' }),
      handle: async ({ body: { clients: asked, group }, administrator, now, failureOf }) => {
        const results: Checked[] = [];
        for (const metadata of asked) {
          try {
            results.push(await check(metadata, group, administrator, now));
          } catch (error) {
            if (!(error instanceof Error) || error instanceof StorageUnavailable) throw error;
            const { status: _status, ...failure } = failureOf(error);
            const { client_id } = metadata;
            results.push({
              outcome: 'refused',
              ...(typeof client_id === 'string' && { client_id }),
              ...failure,
            });
          }
          // What others ask is answered between two of them.
          await setImmediate();
        }
        return { results };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/bulk/clients',
      summary:
        'Register, change and remove many clients; every operation has its own result, in the order asked, and its own event',
      tag: 'clients',
      area: 'clients',
      access: 'write',
      body: Operations,
      describedBody: operationsOf(ClientRegistration, ClientChanges).meta({ id: 'ClientOperations' }),
      response: z.object({ results: z.array(Result) }).meta({ id: 'ClientOperationResults' }),
      idempotent: true,
      handle: async ({ body: { operations }, administrator, now, idempotency_key, failureOf }) => {
        const principal = principalOf(administrator);
        if (idempotency_key !== undefined) await idempotency.hold(principal, idempotency_key, operations);
        let unavailable: Failure | undefined;
        const resultAt = async (index: number, operation: Operation): Promise<Result> => {
          if (unavailable) return { ...unavailable, ...named(operation) };
          try {
            return await (idempotency_key === undefined
              ? perform(operation, administrator, now)
              : idempotency.once(principal, `${idempotency_key} ${index}`, operation, (idempotent) =>
                  perform(operation, administrator, now, idempotent),
                ));
          } catch (error) {
            if (!(error instanceof Error)) throw error;
            const failure = failureOf(error);
            if (error instanceof StorageUnavailable) unavailable = failure;
            return { ...failure, ...named(operation) };
          }
        };
        const results: Result[] = [];
        for (const wave of wavesOf(operations, clientIdOf)) {
          const from = results.length;
          results.push(...(await Promise.all(wave.map((each, place) => resultAt(from + place, each)))));
          // What others ask is answered between two waves.
          await setImmediate();
        }
        return { results };
      },
    }),
  ];
}

function named(operation: Operation): { client_id?: string } {
  const client_id = clientIdOf(operation);
  return client_id === undefined ? {} : { client_id };
}

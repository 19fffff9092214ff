import type { Actor } from './actor.ts';
import type { ClientDelta } from './client-delta.ts';
import type { ChangeOptions, ClientRegistrar, IssuedClient, RegisterOptions } from './client-registrar.ts';
import type { IdempotentRegistration } from './idempotency.ts';
import type { Expected } from './unit-of-change.ts';

/** One of many things to be done with clients. */
export type ClientOperation =
  | { readonly operation: 'register'; readonly metadata: Readonly<Record<string, unknown>> }
  | {
      readonly operation: 'change';
      readonly client_id: string;
      readonly delta: ClientDelta;
      readonly expected?: Expected;
    }
  | { readonly operation: 'remove'; readonly client_id: string; readonly expected?: Expected };

/** What became of one; `client_secret` and warnings as for one that is done alone. */
export type OperationDone =
  | ({ readonly done: 'registered' | 'changed' } & IssuedClient)
  | { readonly done: 'removed'; readonly client_id: string };

/** Operations that are done at once: enough to share the waits for the disk, and few enough for others to come between. */
const AT_ONCE = 16;

/**
 * Operations in the order asked, in lists of those that are done at once: they wait for the disk together. Of one client no
 * two are in one list.
 * @param clientIdOf whom an operation names; undefined for one that gets its name by it
 */
export function* wavesOf<Operation>(
  operations: readonly Operation[],
  clientIdOf: (operation: Operation) => string | undefined,
): Generator<readonly Operation[]> {
  let from = 0;
  while (from < operations.length) {
    const clients = new Set<string>();
    const wave: Operation[] = [];
    for (const operation of operations.slice(from, from + AT_ONCE)) {
      const client_id = clientIdOf(operation);
      if (client_id !== undefined && clients.has(client_id)) break;
      if (client_id !== undefined) clients.add(client_id);
      wave.push(operation);
    }
    yield wave;
    from += wave.length;
  }
}

/** Whom an operation names. */
export function clientIn(operation: ClientOperation): string | undefined {
  if (operation.operation !== 'register') return operation.client_id;
  const { client_id } = operation.metadata;
  return typeof client_id === 'string' ? client_id : undefined;
}

/**
 * Does one of many: whole or not at all, as one unit of work with one event, exactly as when it is asked for alone.
 * @param idempotent where the same may be asked for again
 * @param registering, changing what else holds for what is registered, and for what is changed
 * @throws what the registrar throws
 */
export async function performOperation(
  registrar: ClientRegistrar,
  operation: ClientOperation,
  by: Actor,
  {
    idempotent,
    registering,
    changing,
  }: {
    readonly idempotent?: IdempotentRegistration;
    readonly registering?: Omit<RegisterOptions, 'secret' | 'idempotent'>;
    readonly changing?: Pick<ChangeOptions, 'check' | 'seen'>;
  } = {},
): Promise<OperationDone> {
  const again = idempotent && { idempotent };
  switch (operation.operation) {
    case 'register':
      return {
        done: 'registered',
        ...(await registrar.register(operation.metadata, by, { ...registering, secret: 'always', ...again })),
      };
    case 'change': {
      const { client_id, delta, expected } = operation;
      const options = { ...changing, ...(expected && { expected }), ...again };
      return { done: 'changed', ...(await registrar.change(client_id, delta, by, options)) };
    }
    case 'remove': {
      const { client_id, expected } = operation;
      if (idempotent?.made === undefined) {
        const first = idempotent ? [idempotent.remember(client_id)] : [];
        await registrar.remove(client_id, by, { expected, first });
      }
      return { done: 'removed', client_id };
    }
  }
}

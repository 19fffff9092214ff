import type { CheckedClient, ClientOperationResult } from '../../../api/admin-api.ts';
import { changes, checkedClients } from '../../../api/queries.ts';
import type { GivenClient, GivenProblem } from './given-clients.ts';

/** What becomes of a client of a file, or would. */
export type Fate =
  | { readonly outcome: 'new'; readonly makesSecret: boolean }
  /** It is there already as it is asked for. */
  | { readonly outcome: 'same' }
  /** Another one of its client_id is there, and stays; `fields` are not the same. */
  | { readonly outcome: 'differs'; readonly fields: readonly string[] }
  | { readonly outcome: 'unreadable'; readonly problem: GivenProblem }
  | Refused
  | { readonly outcome: 'added'; readonly client_id: string; readonly client_secret?: string };
type Refused = {
  readonly outcome: 'refused';
  readonly field?: string | undefined;
  readonly why: string;
  readonly event_id?: string | undefined;
};

/** A client of a file, and what becomes of it. */
export type FatedClient = { readonly client: GivenClient; readonly fate: Fate };

/** Clients that are sent at once: a request with a certificate each stays within what a server takes by default. */
const AT_ONCE = 100;

const refusedBy = ({
  error,
  error_description,
  field,
  event_id,
}: Pick<CheckedClient, 'error' | 'error_description' | 'field' | 'event_id'>): Refused => ({
  outcome: 'refused',
  field,
  why: error_description ?? error ?? '',
  event_id,
});

function fateOf(checked: CheckedClient | undefined): Fate {
  switch (checked?.outcome) {
    case 'new':
      return { outcome: 'new', makesSecret: checked.makes_secret === true };
    case 'same':
      return { outcome: 'same' };
    case 'differs':
      return { outcome: 'differs', fields: checked.differs ?? [] };
    default:
      return refusedBy(checked ?? {});
  }
}

/** What would be made of each, looked at by the server some at a time. @throws ApiError; what an aborted request throws */
export async function judged(
  clients: readonly GivenClient[],
  group: string | undefined,
  signal: AbortSignal,
  onMore: (count: number) => void,
): Promise<readonly FatedClient[]> {
  const fates = new Map<number, Fate>();
  const asked = clients.flatMap((client) => ('metadata' in client ? [client] : []));
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    onMore(from);
    const some = asked.slice(from, from + AT_ONCE);
    const given = { clients: some.map(({ metadata }) => metadata), group };
    const results = await checkedClients(given, signal);
    some.forEach(({ place }, index) => {
      fates.set(place, fateOf(results[index]));
    });
  }
  return clients.map((client) => ({
    client,
    fate:
      'problem' in client
        ? { outcome: 'unreadable', problem: client.problem }
        : (fates.get(client.place) ?? refusedBy({})),
  }));
}

/** Clients that are registered by one request, which may be sent again under its key: nothing is made twice, no secret lost. */
export type Batch = { readonly key: string; readonly places: readonly number[] };

/** What is new of what was judged, in requests. */
export function batchesOf(clients: readonly FatedClient[]): readonly Batch[] {
  const places = clients.flatMap(({ client, fate }) => (fate.outcome === 'new' ? [client.place] : []));
  return Array.from({ length: Math.ceil(places.length / AT_ONCE) }, (_, index) => ({
    key: crypto.randomUUID(),
    places: places.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  }));
}

/** What was made of an operation; undefined where the server could not come to it and may be asked again. */
function madeOf(result: ClientOperationResult | undefined): Fate | undefined {
  if (!result || result.status >= 500) return undefined;
  const { status, client_id, client_secret, client_secret_authenticates } = result;
  if (status !== 201 || client_id === undefined) return refusedBy(result);
  return {
    outcome: 'added',
    client_id,
    ...(client_secret !== undefined && client_secret_authenticates === 'client' && { client_secret }),
  };
}

/**
 * Registers the clients of one request.
 * @returns what became of each it came to, by place, and why it did not come to the others
 */
export async function registered(
  { key, places }: Batch,
  clients: readonly FatedClient[],
  group: string | undefined,
): Promise<{ readonly fates: ReadonlyMap<number, Fate>; readonly broke?: string }> {
  const inBatch = new Set(places);
  const asked = clients.flatMap(({ client }) =>
    inBatch.has(client.place) && 'metadata' in client ? [client] : [],
  );
  const given = { clients: asked.map(({ metadata }) => metadata), group, key };
  try {
    const results = await changes.importClients.mutationFn(given);
    const made = asked.map(({ place }, index) => ({ place, result: results[index] }));
    const fates = new Map(
      made.flatMap(({ place, result }) => {
        const fate = madeOf(result);
        return fate ? [[place, fate] as const] : [];
      }),
    );
    const left = made.find(({ place }) => !fates.has(place))?.result;
    return { fates, ...(left && { broke: left.error_description ?? left.error ?? '' }) };
  } catch (error) {
    return { fates: new Map(), broke: error instanceof Error ? error.message : String(error) };
  }
}

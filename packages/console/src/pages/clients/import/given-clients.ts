import { csvRows } from '../../../components/csv.ts';

/** Why nothing can be registered of what a file has. */
export type GivenProblem =
  | { readonly because: 'no JSON' | 'no object' }
  /** An earlier one has its client_id. */
  | { readonly because: 'twice'; readonly first: number };

/** Thrown for a file that is neither JSON nor a table of clients. */
export class NoClients extends Error {
  override readonly name = 'NoClients';
  readonly because: 'no JSON' | 'no columns';

  constructor(because: NoClients['because']) {
    super(because);
    this.because = because;
  }
}

/** A client of a file: what would be registered, or why nothing can be. */
export type GivenClient = {
  /** Which one of the file it is, from 1. */
  readonly place: number;
  readonly client_id: string | undefined;
  readonly client_name: string | undefined;
} & ({ readonly metadata: Readonly<Record<string, unknown>> } | { readonly problem: GivenProblem });

/** What the server says of a client and nobody registers; who keeps it by files says so there. */
const ANSWERED: ReadonlySet<string> = new Set([
  'client_id_issued_at',
  'revision',
  'has_client_secret',
  'built_in',
  'awaits_confirmation',
  'certificate_binding',
  'certificate_details',
  'certificates_end',
  'managed_by',
  'client_secret',
  'client_secret_expires_at',
  'client_secret_authenticates',
  'registration_access_token',
  'registration_client_uri',
  'warnings',
]);
const BOUND = 'tls_client_certificate_bound_access_tokens';

/** What is to be registered of a client as a file has it, be it as the admin API answered it. */
function registered(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  // It is answered too where nobody asked for it.
  const unasked = given.certificate_binding === 'when_presented';
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => !ANSWERED.has(name) && !(unasked && name === BOUND)),
  );
}

const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function clientOf(value: unknown, place: number): GivenClient {
  if (!isObject(value))
    return { place, client_id: undefined, client_name: undefined, problem: { because: 'no object' } };
  const { client_id, client_name } = value;
  return {
    place,
    client_id: textIn(client_id),
    client_name: textIn(client_name),
    metadata: registered(value),
  };
}

function parsed(json: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return { value };
  } catch {
    return undefined;
  }
}

/** What an answer of a listing, or a file of the one client, holds. */
function listed(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) && Array.isArray(value.items) ? value.items : [value];
}

const fromLines = (content: string): readonly GivenClient[] =>
  content
    .split(/\r?\n/)
    .map((line, index) => ({ line, place: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => {
      const found = parsed(line);
      const nobody = { place, client_id: undefined, client_name: undefined };
      return found ? clientOf(found.value, place) : { ...nobody, problem: { because: 'no JSON' } };
    });

const TEXTS: ReadonlySet<string> = new Set(['client_id', 'client_name', 'scope', 'default_scope']);
const LISTS =
  /^(?:grant_types|response_types|response_modes|contacts|default_acr_values|authorization_details_types|allowed_resources|allowed_cors_origins|\w*_uris)$/;
const NUMBERS = /_(?:lifetime|age|window)$/;

/** The value of a cell, by the member that its column is of. */
function valueIn(name: string, cell: string): unknown {
  if (TEXTS.has(name)) return cell;
  if (/^[[{]/.test(cell)) return parsed(cell)?.value ?? cell;
  if (LISTS.test(name)) return cell.split(/\s+/).filter((part) => part !== '');
  if (name === 'certificates' || name === 'trust_anchors') return [cell];
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return NUMBERS.test(name) && /^[0-9]{1,9}$/.test(cell) ? Number(cell) : cell;
}

function fromTable(content: string): readonly GivenClient[] {
  const [names = [], ...rows] = csvRows(content);
  if (!names.includes('client_name') && !names.includes('client_id')) throw new NoClients('no columns');
  return rows.map((cells, index) =>
    clientOf(
      Object.fromEntries(
        names.flatMap((name, column) => {
          const cell = cells[column] ?? '';
          return cell === '' ? [] : [[name, valueIn(name, cell)] as const];
        }),
      ),
      index + 1,
    ),
  );
}

/** Each client_id once: of two the second would be refused in any case. */
function eachOnce(clients: readonly GivenClient[]): readonly GivenClient[] {
  const places = new Map<string, number>();
  return clients.map((client) => {
    const { place, client_id, client_name } = client;
    if (client_id === undefined) return client;
    const first = places.get(client_id);
    if (first === undefined) {
      places.set(client_id, place);
      return client;
    }
    return { place, client_id, client_name, problem: { because: 'twice', first } };
  });
}

/**
 * The clients of a file: a list or lines of JSON with the names of RFC 7591, or CSV with them at the head of its columns; the
 * files that *Export* saves among them.
 * @throws NoClients, UnreadableCsv when it is neither
 */
export function givenClients(file: string): readonly GivenClient[] {
  const content = file.replace(/^\uFEFF/, '').trim();
  if (content === '') return [];
  if (!/^[[{]/.test(content)) return eachOnce(fromTable(content));
  const whole = parsed(content);
  if (whole) return eachOnce(listed(whole.value).map((each, index) => clientOf(each, index + 1)));
  if (content.startsWith('[')) throw new NoClients('no JSON');
  return eachOnce(fromLines(content));
}

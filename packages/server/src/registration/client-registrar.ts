import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../client/client.ts';
import type { LifetimeMaxima } from '../client/client-lifetimes.ts';
import { type ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../client/client-registration.ts';
import {
  clientSecretPurpose,
  generateClientId,
  generateClientSecret,
  hashClientSecret,
} from '../client/client-secret.ts';
import { ownClaims } from '../client/own-certificates.ts';
import type { RegistrationDefaults } from '../client/response-algorithm.ts';
import { usesClientSecret } from '../client/token-endpoint-auth-method.ts';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import type { ClientStore, Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import { seal } from '../token/sealing.ts';
import type { Step } from '../unit-of-work.ts';
import type { Actor } from './actor.ts';
import {
  applyDelta,
  askedMetadata,
  type ClientDelta,
  lacksSecret,
  withEnds,
  withMetadata,
} from './client-delta.ts';
import { checkLifetimes, clientTaken } from './client-rules.ts';
import { IdempotencyKeyReused, type IdempotentRegistration } from './idempotency.ts';
import { lostMemberships } from './lost-memberships.ts';
import { type JudgeMovedClient, judgementOfMoved } from './moved-client.ts';
import { type RegistrationWarning, registrationWarnings } from './registration-warnings.ts';
import type { CheckSector } from './sector-document.ts';
import { changeAgain, checkRevision, type Expected, RevisionMismatch } from './unit-of-change.ts';

/** A client as just registered or changed; a new secret is shown now and never again. */
export type IssuedClient = {
  readonly client: Client;
  readonly client_secret?: string;
  readonly warnings: readonly RegistrationWarning[];
};

/** A new secret as it is shown: the names of RFC 7591 §3.2.1, and whether it is good for anything. */
export type ShownSecret = {
  readonly client_secret: string;
  /** Never. */
  readonly client_secret_expires_at: 0;
  /** `nothing` where the client proves itself by a method that has no use for a secret. */
  readonly client_secret_authenticates: 'client' | 'nothing';
};

/** The new secret of a client, for whoever shows it; empty when there is none. */
export function shownSecret({ client, client_secret }: IssuedClient): ShownSecret | Record<never, never> {
  if (client_secret === undefined) return {};
  const isUsed = usesClientSecret(client.metadata.token_endpoint_auth_method);
  return {
    client_secret,
    client_secret_expires_at: 0,
    client_secret_authenticates: isUsed ? 'client' : 'nothing',
  };
}

/** Thrown when there is no client under this client_id. */
export class ClientNotFound extends Error {
  override readonly name = 'ClientNotFound';
}

/** Clients as somebody sees them. */
export type SeenClients = Pick<ClientStore, 'findByThumbprint'>;

export type RegisterOptions = {
  /**
   * Whether every client but a public one gets a secret, as where a person adds it by hand; otherwise only one whose
   * method uses it.
   */
  readonly secret?: 'always' | 'by method';
  /** False for a client that is refused everywhere from the beginning. */
  readonly enabled?: boolean;
  /** For a request that may come again. */
  readonly idempotent?: IdempotentRegistration | undefined;
  /** Judges the client before it is written, and throws what the registration must fail with. */
  readonly check?: (client: Client) => Promise<void>;
  /** The clients that warnings may speak of; all of them when absent. */
  readonly seen?: SeenClients | undefined;
  /** What else is written or nothing: before the client, and after it. */
  readonly first?: readonly Step[];
  readonly last?: readonly Step[];
};

export type ChangeOptions = {
  readonly expected?: Expected;
  /** Judges the client before and after, and throws what the change must fail with. */
  readonly check?: (before: Client, after: Client) => void | Promise<void>;
  /** The clients that warnings may speak of; all of them when absent. */
  readonly seen?: SeenClients | undefined;
  /** For a request that may come again: what was changed once is answered, and not changed anew. */
  readonly idempotent?: IdempotentRegistration | undefined;
};

export type ClientRegistrar = {
  /**
   * Judges a registration whole, as `register` does, and writes nothing. Whether its client_id is taken is not asked.
   * @returns the client as it would be, without a secret
   * @throws InvalidClientMetadata, SectorUnverified among them
   */
  judge(
    input: Readonly<Record<string, unknown>>,
    options?: Pick<RegisterOptions, 'enabled' | 'check'>,
  ): Promise<Client>;
  /**
   * What would have to be changed of the client that is there for it to be as a registration asks; members that are not
   * given stay as they are.
   * @returns undefined where no client has the client_id
   * @throws InvalidClientMetadata
   */
  differences(
    client_id: string,
    metadata: Readonly<Record<string, unknown>>,
    enabled?: boolean,
  ): Promise<readonly string[] | undefined>;
  /**
   * Registers a client (RFC 7591 §3.1).
   * @param input RFC 7591 metadata; absent fields are inferred as `parseClientMetadata` says
   * @throws InvalidClientMetadata, SectorUnverified among them, IdempotencyKeyReused; UnitRefused for a step given
   */
  register(
    input: Readonly<Record<string, unknown>>,
    by: Actor,
    options?: RegisterOptions,
  ): Promise<IssuedClient>;
  /**
   * Changes what the delta names and leaves the rest: whole or not at all, as one revision and one event. Without an
   * expected revision it is made of whatever the client is then. A secret that the new method has no use for ends, and a
   * client whose new method needs one that it does not have gets one.
   * @throws ClientNotFound, InvalidClientMetadata, CertificateNotRegistered, RevisionMismatch
   */
  change(client_id: string, delta: ClientDelta, by: Actor, options?: ChangeOptions): Promise<IssuedClient>;
  /**
   * Replaces all metadata but what only the operator decides (RFC 7592 §2.2). A client whose new method needs a
   * secret that it does not have gets one. Asked once more, it is answered the same and changes nothing.
   * @param secretAt the secret that a client of a revision gets
   * @param first what else is written or nothing
   * @throws ClientNotFound, InvalidClientMetadata; UnitRefused for a step given
   */
  replace(
    client_id: string,
    input: Readonly<Record<string, unknown>>,
    by: Actor,
    secretAt: (revision: number) => string,
    first: readonly Step[],
  ): Promise<IssuedClient>;
  /**
   * @param first what else is written or nothing
   * @throws ClientNotFound, RevisionMismatch; UnitRefused for a step given
   */
  remove(
    client_id: string,
    by: Actor,
    options?: { readonly expected?: Expected; readonly first?: readonly Step[] },
  ): Promise<void>;
  /** Judges a client that another server registered, whole, and prepares it; nothing is written. @throws InvalidClientMetadata */
  readonly judgeMoved: JudgeMovedClient;
};

type Method = ClientMetadata['token_endpoint_auth_method'];

/** What warnings go by beside what was written. */
type Warned = {
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
  /** The client as it was, of a change. */
  readonly before?: Client | undefined;
  readonly seen?: SeenClients | undefined;
};

/** A client as its audit trail compares it; the hash of the secret says that it changed, and is left out. */
const audited = ({
  metadata,
  enabled,
  client_secret_sha256,
  client_secret_argon2id,
  token_ends,
}: Client) => ({
  ...metadata,
  enabled,
  client_secret: client_secret_sha256 ?? client_secret_argon2id,
  ended_tokens: token_ends,
});

/** What of a client somebody asks for; its secret and the ends of its tokens follow from that. */
const asAsked = ({ metadata, enabled }: Client) => ({ ...metadata, enabled });

/** What happened, by the one thing that changed; several are an update. */
function typeOfChange(changed: readonly string[], { enabled }: Client): EventType {
  const [only, ...others] = changed.filter((name) => name !== 'ended_tokens');
  if (only === undefined) return 'client.tokens_ended';
  if (others.length > 0) return 'client.updated';
  if (only === 'enabled') return enabled ? 'client.enabled' : 'client.disabled';
  return only === 'client_secret' ? 'client.secret_regenerated' : 'client.updated';
}

/** The event that tells of a change of a client. */
export function clientEvent(
  type: EventType,
  client_id: string,
  by: Actor,
  before: Client | undefined,
  after: Client | undefined,
): EventDraft {
  return {
    type,
    outcome: 'success',
    client_id,
    actor: by,
    object: { kind: 'client', id: client_id },
    changes: changesBetween(before && audited(before), after && audited(after)),
  };
}

/** What an administrator says is a client's own; of a client that registers itself only what it proves counts. */
const claimsBy = ({ through }: Actor, { metadata }: Client) =>
  through === 'dynamic-registration' ? [] : ownClaims(metadata);

/**
 * The client_id that a registration asks for. In tokens of its own a client is the `sub`: it must not be taken for a
 * person (RFC 9068 §5).
 * @throws InvalidClientMetadata
 */
async function wantedClientId(
  wanted: unknown,
  isSubject: (identifier: string) => Promise<boolean>,
): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  if (typeof wanted !== 'string' || !/^[\x21-\x7E]{1,200}$/.test(wanted)) {
    throw new InvalidClientMetadata(
      'client_id',
      'must be 1 to 200 printable ASCII characters without spaces',
    );
  }
  if (wanted === '.' || wanted === '..') {
    throw new InvalidClientMetadata(
      'client_id',
      `must not be ${wanted}: no URL can name it, since paths are resolved without it (RFC 3986 §5.2.4)`,
    );
  }
  if (await isSubject(wanted)) throw clientTaken(wanted);
  return wanted;
}

/** @throws ClientNotFound */
async function presentClient(clients: Pick<ClientStore, 'find'>, client_id: string): Promise<Client> {
  const client = await clients.find(client_id);
  if (!client) throw new ClientNotFound(`no client is registered under ${client_id}`);
  return client;
}

/** What a request was answered that has been answered before. @throws IdempotencyKeyReused */
async function answeredBefore(
  clients: Pick<ClientStore, 'find'>,
  client_id: string,
  { secret }: IdempotentRegistration,
): Promise<Omit<IssuedClient, 'warnings'>> {
  const client = await clients.find(client_id);
  if (!client) throw new IdempotencyKeyReused(`the client of the Idempotency-Key is removed`);
  return withSecret(client, secret('client secret').toString('base64url'));
}

/** The client, and the secret where that is its own now. */
const withSecret = (client: Client, client_secret: string): Omit<IssuedClient, 'warnings'> => ({
  client,
  ...(client.client_secret_sha256 === hashClientSecret(client_secret) && { client_secret }),
});

/** What only the operator decides about a client, and stays when it replaces the rest. */
const operatorMetadata = ({ metadata }: Client): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    OPERATOR_METADATA.flatMap((field) =>
      metadata[field] === undefined ? [] : [[field, metadata[field]] as const],
    ),
  );

/** What is stored of a client's secret; the secret itself, sealed, only for the method that computes with it. */
const secretFieldsBy =
  (encryptionKey: Uint8Array) => (client_id: string, secret: string, method: Method) => ({
    client_secret_sha256: hashClientSecret(secret),
    ...(method === 'client_secret_jwt' && {
      client_secret_sealed: seal(secret, encryptionKey, clientSecretPurpose(client_id)),
    }),
  });

/** Removes clients: see `ClientRegistrar.remove`. */
function removalOf(
  storage: Pick<Storage, 'clients' | 'groups' | 'commit'>,
  events: EventRecorder,
): ClientRegistrar['remove'] {
  const { clients } = storage;
  return async (client_id, by, { expected, first = [] } = {}) => {
    // One that cannot be read can be removed all the same.
    const before = expected
      ? await presentClient(clients, client_id)
      : await unlessUnreadable(clients.find(client_id));
    if (before) checkRevision(`client ${client_id}`, before.revision, expected);
    const removes = clients.steps.remove(client_id, expected && before?.revision);
    const detail = await lostMemberships(storage.groups, { kind: 'client', id: client_id });
    const event = {
      ...clientEvent('client.removed', client_id, by, before, undefined),
      ...(detail && { detail }),
    };
    try {
      await commitChange({ storage, events }, [...first, ...removes], event);
    } catch (error) {
      const isGone =
        error instanceof UnitRefused && removes.some(({ condition }) => condition === error.condition);
      if (!isGone) throw error;
      const { revision } = await presentClient(clients, client_id);
      throw new RevisionMismatch(`client ${client_id}`, revision);
    }
  };
}

/**
 * Registers clients and changes them: each change is judged whole before anything is written, and written with its one
 * event.
 * @param isSubject whether an identifier is the `sub` of a person
 * @param checkSector whether the document of its sector lists a client
 * @param defaults what the deployment says of what a client does not
 * @param maxima `[oauth]` of now: how long the lifetimes may be that are written into a registration
 */
export function createClientRegistrar(
  storage: Pick<Storage, 'clients' | 'authorities' | 'groups' | 'commit'>,
  events: EventRecorder,
  encryptionKey: Uint8Array,
  isSubject: (identifier: string) => Promise<boolean>,
  checkSector: CheckSector,
  clock: Clock,
  defaults: RegistrationDefaults = {},
  maxima: () => Partial<LifetimeMaxima> = () => ({}),
): ClientRegistrar {
  const { clients, authorities } = storage;
  const secretFields = secretFieldsBy(encryptionKey);

  const warningsFor = (
    client: Client,
    written: Readonly<Record<string, unknown>>,
    { asked = written, before, seen = clients }: Warned = {},
  ) => registrationWarnings(seen, client, { written, asked, before }, clock());

  /** The client that a registration asks for, judged whole; it has no secret yet. */
  const asked = async (
    input: Readonly<Record<string, unknown>>,
    { enabled = true, check }: Pick<RegisterOptions, 'enabled' | 'check'>,
  ): Promise<Client> => {
    const { client_id: wanted, ...fields } = input;
    const metadata = parseClientMetadata(fields, defaults);
    checkLifetimes(fields, maxima());
    const client_id = (await wantedClientId(wanted, isSubject)) ?? generateClientId();
    const client_id_issued_at = Math.floor(clock() / 1000);
    const client: Client = { client_id, client_id_issued_at, metadata, enabled, revision: 1 };
    await check?.(client);
    await checkSector(client);
    return client;
  };

  return {
    judge: (input, options = {}) => asked(input, options),

    async differences(client_id, metadata, enabled) {
      const present = await clients.find(client_id);
      if (!present) return undefined;
      const delta = { metadata, ...(enabled !== undefined && { enabled }) };
      const after = applyDelta(present, delta, () => ({}), defaults);
      return Object.keys(changesBetween(asAsked(present), asAsked(after)));
    },

    async register(input, by, options = {}) {
      const { secret = 'by method', idempotent, seen, first = [], last = [] } = options;
      const { client_id: _wanted, ...fields } = input;
      if (idempotent?.made !== undefined) {
        const before = await answeredBefore(clients, idempotent.made, idempotent);
        return { ...before, warnings: await warningsFor(before.client, fields, { seen }) };
      }
      const judged = await asked(input, options);
      const { client_id } = judged;
      const method = judged.metadata.token_endpoint_auth_method;
      const issues = secret === 'always' ? method !== 'none' : usesClientSecret(method);
      const newSecret = idempotent?.secret('client secret').toString('base64url') ?? generateClientSecret();
      const client_secret = issues ? newSecret : undefined;
      const client: Client = {
        ...judged,
        ...(client_secret !== undefined && secretFields(client_id, client_secret, method)),
      };
      const inserts = clients.steps.insert(client);
      try {
        await commitChange(
          { storage, events },
          [
            ...(idempotent ? [idempotent.remember(client_id)] : []),
            ...first,
            ...inserts,
            ...authorities.steps.claim(client_id, claimsBy(by, client), clock()),
            ...last,
          ],
          clientEvent('client.created', client_id, by, undefined, client),
        );
      } catch (error) {
        if (error instanceof UnitRefused && error.condition === inserts[0]?.condition)
          throw clientTaken(client_id);
        throw error;
      }
      const warnings = await warningsFor(client, fields, { seen });
      return { client, ...(client_secret !== undefined && { client_secret }), warnings };
    },

    async change(client_id, delta, by, { expected, check, seen, idempotent } = {}) {
      if (idempotent?.made !== undefined) {
        const before = await answeredBefore(clients, idempotent.made, idempotent);
        return { ...before, warnings: await warningsFor(before.client, delta.metadata ?? {}, { seen }) };
      }
      const client_secret =
        idempotent?.secret('client secret').toString('base64url') ?? generateClientSecret();
      const remembered = idempotent ? [idempotent.remember(client_id)] : [];
      const secretOf = (method: Method) => secretFields(client_id, client_secret, method);
      const { client, before, asked } = await changeAgain(async () => {
        const before = await presentClient(clients, client_id);
        checkRevision(`client ${client_id}`, before.revision, expected);
        const changed = applyDelta(before, delta, secretOf, defaults);
        checkLifetimes(delta.metadata, maxima());
        await check?.(before, changed);
        await checkSector(changed, before.metadata);
        const made = { client: before, before, asked: askedMetadata(before, delta) };
        if (isDeepStrictEqual(changed, before)) {
          if (remembered.length > 0) await commitChange({ storage, events }, remembered);
          return made;
        }
        const after = { ...changed, revision: before.revision + 1 };
        const differing = Object.keys(changesBetween(audited(before), audited(after)));
        const event = clientEvent(typeOfChange(differing, after), client_id, by, before, after);
        const claims = authorities.steps.claim(client_id, claimsBy(by, after), clock());
        const steps = [...remembered, ...clients.steps.update(after), ...claims];
        await commitChange({ storage, events }, steps, event);
        return { ...made, client: after };
      }, remembered);
      const warnings = await warningsFor(client, delta.metadata ?? {}, { asked, before, seen });
      return { ...withSecret(client, client_secret), warnings };
    },

    async replace(client_id, input, by, secretAt, first) {
      const { client, client_secret } = await changeAgain(async () => {
        const before = await presentClient(clients, client_id);
        const { revision } = before;
        const metadata = parseClientMetadata({ ...input, ...operatorMetadata(before) }, defaults);
        const replaced = withMetadata(before, metadata);
        await checkSector(replaced, before.metadata);
        const issues = lacksSecret(replaced);
        if (!issues && isDeepStrictEqual(replaced, before)) {
          await commitChange({ storage, events }, first);
          return { client: before, client_secret: secretAt(revision - 1) };
        }
        const client_secret = secretAt(revision);
        const fields = issues
          ? secretFields(client_id, client_secret, metadata.token_endpoint_auth_method)
          : {};
        const after = withEnds(before, { ...replaced, ...fields, revision: revision + 1 });
        const event = clientEvent('client.updated', client_id, by, before, after);
        await commitChange({ storage, events }, [...first, ...clients.steps.update(after)], event);
        return { client: after, client_secret };
      }, first);
      return { ...withSecret(client, client_secret), warnings: await warningsFor(client, input) };
    },

    remove: removalOf(storage, events),
    judgeMoved: judgementOfMoved(storage, encryptionKey, isSubject, clock, defaults, maxima),
  };
}

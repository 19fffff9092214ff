import type { Certificate } from '@countersign/x509';
import type { Client } from '../client/client.ts';
import { generateClientId, isKept } from '../client/client-secret.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { RegistrationDefaults } from '../client/response-algorithm.ts';
import type { Clock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { invalidClientMetadata, invalidRequest } from '../refusal/error-codes.ts';
import { UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { SuccessorOf } from '../token/succession.ts';
import type { Actor } from './actor.ts';
import { checkPossession, type ReservedClaims } from './certificate-possession.ts';
import type { ClientRegistrar } from './client-registrar.ts';
import { type Idempotency, IdempotencyKeyReused, type IdempotentRegistration } from './idempotency.ts';
import { RegistrationAccess, type RegistrationHolder } from './registration-access.ts';
import { RegistrationAdmission } from './registration-admission.ts';
import { withoutRepeatedAnswer } from './registration-answer.ts';
import { metadataWithin, type RegistrationPolicy } from './registration-policy.ts';
import { SectorUnverified } from './sector-document.ts';
import type { ReadSignedRegistration } from './signed-registration.ts';
import type { ReadSoftwareStatement } from './software-statement.ts';
import { claimsOf, type SentMetadata, statedMetadata } from './stated-metadata.ts';

/** A client as its registration answers it (RFC 7591 §3.2.1); secret and token are shown now and never again. */
export type RegisteredClient = {
  readonly client: Client;
  readonly client_secret?: string;
  readonly registration_access_token: string;
  readonly software_statement?: string;
  readonly scope_asked?: boolean;
};

/** What a client sends: its metadata, or a JWT that holds them. */
export type SentRegistration =
  | { readonly kind: 'metadata'; readonly metadata: SentMetadata }
  | { readonly kind: 'jwt'; readonly jwt: string };

export type RegistrationRequest = {
  readonly sent: SentRegistration;
  /** The bearer token of the request. */
  readonly initial_access_token: string | undefined;
  readonly remote_address: string;
  /** The client certificate of the request. */
  readonly certificate: Certificate | undefined;
  /** For a request that may come again. */
  readonly idempotency_key: string | undefined;
};

/** Lets clients register and manage themselves (RFC 7591, RFC 7592). Every method throws Refusal; `register` IdempotencyKeyReused. */
export type DynamicRegistrar = {
  register(request: RegistrationRequest): Promise<RegisteredClient>;
  read(holder: RegistrationHolder): Promise<RegisteredClient>;
  /** Replaces all metadata (RFC 7592 §2.2). */
  update(
    holder: RegistrationHolder,
    sent: SentRegistration,
    certificate: Certificate | undefined,
  ): Promise<RegisteredClient>;
  remove(holder: RegistrationHolder): Promise<void>;
};

export type DynamicRegistrarContext = {
  readonly storage: Pick<
    Storage,
    | 'clients'
    | 'authorities'
    | 'initialAccessTokens'
    | 'groups'
    | 'dynamicRegistrations'
    | 'ephemerals'
    | 'guesses'
    | 'commit'
  >;
  readonly clients: ClientRegistrar;
  readonly events: EventRecorder;
  readonly readSoftwareStatement: ReadSoftwareStatement;
  readonly readSignedRegistration: ReadSignedRegistration;
  /** `[registration]` of now. */
  readonly policy: () => RegistrationPolicy;
  /** What the deployment says of what a client does not. */
  readonly defaults: RegistrationDefaults;
  readonly reserved: ReservedClaims;
  readonly idempotency: Idempotency;
  /** Of registration access tokens. */
  readonly successorOf: SuccessorOf;
  readonly clock: Clock;
};

const registeredWith = (token: InitialAccessToken | undefined, remote_address: string): Actor => ({
  name: token ? `initial access token ${token.token_id} (${token.label})` : 'anybody',
  through: 'dynamic-registration',
  remote_address,
});
const itself = ({ client_id, remote_address }: RegistrationHolder): Actor => ({
  name: client_id,
  through: 'dynamic-registration',
  remote_address,
});

/** The registration access token of a registration that may be answered again. */
const accessTokenOf = ({ secret }: IdempotentRegistration): string =>
  secret('registration access token').subarray(0, 32).toString('base64url');

/** Who asks, so that the same Idempotency-Key of somebody else is another one. */
const principalOf = ({ initial_access_token, remote_address, certificate }: RegistrationRequest): string =>
  initial_access_token === undefined
    ? `anybody at ${remote_address} with ${certificate?.thumbprint ?? 'no certificate'}`
    : `initial access token ${hashOpaqueToken(initial_access_token)}`;

/** What the client said, as far as it stands beside its metadata. */
const saidBy = ({
  software_statement,
  scope_asked,
}: {
  readonly software_statement?: string | undefined;
  readonly scope_asked?: boolean | undefined;
}) => ({
  ...(software_statement !== undefined && { software_statement }),
  ...(scope_asked !== undefined && { scope_asked }),
});

/** What is told of a registration: with which token, and whose statement. */
const registeredEvent = (
  { client_id, remote_address }: { readonly client_id: string; readonly remote_address: string },
  by: Actor,
  token: InitialAccessToken | undefined,
  statement: string | undefined,
): EventDraft => ({
  type: 'client.registered',
  outcome: 'success',
  client_id,
  remote_address,
  actor: by,
  object: { kind: 'client', id: client_id },
  detail: {
    ...(token && { initial_access_token: token.token_id }),
    ...(statement !== undefined && { software_statement_authority: claimsOf(statement).iss }),
  },
});

/** The name of what is registered, for people. */
const nameIn = ({ client_name }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof client_name === 'string' ? client_name : undefined;

/** What a registrar refuses that asked others first, told to the client without what it must not learn. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof SectorUnverified)) return error;
  const { publicMessage, evidence, field } = error;
  return invalidClientMetadata(publicMessage, 'sector_unverified', { field, ...evidence });
}

/** Makes the dynamic registrar; each registration and change is one event. */
export function createDynamicRegistrar(context: DynamicRegistrarContext): DynamicRegistrar {
  const { storage, clients, events, policy, defaults, reserved } = context;
  const { readSoftwareStatement, readSignedRegistration } = context;
  const { dynamicRegistrations } = storage;
  const { idempotency, successorOf, clock } = context;
  const admission = new RegistrationAdmission(storage, policy, clock);
  const reuseWindow = () => policy().registration_access_token_reuse_window * 1000;
  const access = new RegistrationAccess({ storage, events, successorOf, reuseWindow, clock });
  const within = (asked: Readonly<Record<string, unknown>>) => metadataWithin(asked, policy(), defaults);
  const wordsOf = async (sent: SentRegistration, isAgain = false): Promise<SentMetadata> =>
    sent.kind === 'metadata' ? sent.metadata : readSignedRegistration(sent.jwt, isAgain);
  const stated = (words: SentMetadata, kept?: string) =>
    statedMetadata(words, kept, policy().require_software_statement, readSoftwareStatement);

  /** What a request was answered that has been answered before. */
  const registeredBefore = async (
    client_id: string,
    idempotent: IdempotentRegistration,
    metadata: Readonly<Record<string, unknown>>,
    by: Actor,
  ): Promise<RegisteredClient> => {
    const { client, client_secret } = await clients.register(metadata, by, { idempotent });
    const registration_access_token = accessTokenOf(idempotent);
    const registration = await dynamicRegistrations.find(client_id);
    if (registration?.registration_access_token_sha256 !== hashOpaqueToken(registration_access_token)) {
      throw new IdempotencyKeyReused('the registration that the Idempotency-Key made has been used since');
    }
    return {
      client,
      registration_access_token,
      ...(client_secret !== undefined && { client_secret }),
      ...saidBy(registration),
    };
  };

  const registerOnce = async (
    { sent, initial_access_token, remote_address, certificate }: RegistrationRequest,
    idempotent?: IdempotentRegistration,
  ): Promise<RegisteredClient> => {
    const isRepeated = idempotent?.made !== undefined;
    // A token that was spent on the first request is not asked for another client.
    const token = isRepeated ? undefined : await admission.admit(initial_access_token);
    const { asked, statement } = await stated(await wordsOf(sent, isRepeated));
    const client_id = idempotent?.made ?? generateClientId();
    const metadata = within({ client_name: client_id, ...asked });
    const by = registeredWith(token, remote_address);
    if (idempotent?.made !== undefined) return registeredBefore(client_id, idempotent, metadata, by);
    const proven = await checkPossession(metadata, certificate, reserved);
    const registration_access_token = idempotent ? accessTokenOf(idempotent) : generateOpaqueToken();
    const said = saidBy({ software_statement: statement, scope_asked: asked.scope !== undefined });
    const registration: DynamicRegistration = {
      client_id,
      registration_access_token_sha256: hashOpaqueToken(registration_access_token),
      registered_at: clock(),
      ...(token && { initial_access_token_id: token.token_id }),
      ...said,
    };
    const spends = token && admission.spending(token);
    const joins = token && (await admission.joining(token, { client_id, client_name: nameIn(metadata) }, by));
    const joined = joins && events.prepare(joins.event);
    const event = events.prepare(registeredEvent({ client_id, remote_address }, by, token, statement));
    try {
      const { client, client_secret } = await clients.register({ ...metadata, client_id }, by, {
        idempotent,
        first: spends ? [spends.step] : [],
        last: [
          dynamicRegistrations.steps.insert(registration),
          ...storage.authorities.steps.claim(client_id, proven, clock()),
          ...event.steps,
          ...(joins ? [joins.step] : []),
          ...(joined?.steps ?? []),
        ],
      });
      event.settle();
      joined?.settle();
      return {
        client,
        registration_access_token,
        ...(client_secret !== undefined && { client_secret }),
        ...said,
      };
    } catch (error) {
      if (error instanceof UnitRefused && error.condition === spends?.step.condition) throw spends.refusal;
      if (error instanceof UnitRefused && error.condition === joins?.step.condition) throw joins.refusal;
      throw asRefusal(error);
    }
  };

  return {
    async register(request) {
      const { remote_address, idempotency_key: key } = request;
      await admission.countAttempt(remote_address);
      if (key === undefined) return registerOnce(request);
      return idempotency.once(principalOf(request), key, request.sent, (idempotent) =>
        registerOnce(request, idempotent),
      );
    },

    read: (holder) =>
      access.open(holder, async (opened) => {
        const { client, registration } = opened;
        const rotates = policy().registration_access_token_rotation === 'always';
        const registration_access_token = rotates ? await access.renew(opened) : holder.presented;
        return { client, registration_access_token, ...saidBy(registration) };
      }),

    update: (holder, sent, certificate) =>
      access.open(holder, async ({ client: before, registration, rewriting }) => {
        const words = await wordsOf(sent);
        await checkIdentity(words, before);
        const { client_id } = holder;
        const own = withoutRepeatedAnswer(words, before.metadata, registration);
        const { asked, statement } = await stated(own, registration.software_statement);
        const metadata = within({ client_name: client_id, ...asked });
        const proven = await checkPossession(metadata, certificate, reserved, before.metadata);
        const changes = saidBy({ software_statement: statement, scope_asked: asked.scope !== undefined });
        const rotates = policy().registration_access_token_rotation !== 'never';
        const { token: registration_access_token, steps } = rewriting(changes, rotates);
        // An answer that was lost had a secret in it: the same request is answered the same.
        const secretAt = (revision: number) =>
          successorOf(JSON.stringify(['client secret', client_id, revision, holder.presented]));
        const { client, client_secret } = await clients
          .replace(client_id, metadata, itself(holder), secretAt, [
            ...steps,
            ...storage.authorities.steps.claim(client_id, proven, clock()),
          ])
          .catch((error: unknown) => {
            throw asRefusal(error);
          });
        return {
          client,
          registration_access_token,
          ...changes,
          ...(client_secret !== undefined && { client_secret }),
        };
      }),

    remove: (holder) =>
      access.open(holder, ({ ending }) =>
        clients.remove(holder.client_id, itself(holder), { first: ending() }),
      ),
  };
}

/** The client repeats who it is, and its secret if it sends one (RFC 7592 §2.2). */
async function checkIdentity(words: SentMetadata, client: Client): Promise<void> {
  const { client_id, client_secret } = words;
  if (client_id !== client.client_id) {
    throw invalidRequest('client_id is not that of the registration.', 'client_ids_differ', {
      client_id: client.client_id,
      expected: client.client_id,
      presented: typeof client_id === 'string' ? client_id.slice(0, 200) : 'none',
    });
  }
  if (client_secret === undefined || client_secret === null) return;
  if (typeof client_secret === 'string' && (await isKept({ form: 'text', value: client_secret }, client)))
    return;
  throw invalidClientMetadata(
    'client_secret is not the present one; a client cannot choose its secret (RFC 7592 §2.2).',
    'client_secret_wrong',
    { client_id: client.client_id },
  );
}

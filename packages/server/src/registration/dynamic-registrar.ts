import { timingSafeEqual } from 'node:crypto';
import type { Certificate } from '@countersign/x509';
import type { Client } from '../client/client.ts';
import { ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { clientSecretMatches, generateClientId } from '../client/client-secret.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Cause } from '../refusal/causes.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import type { Actor } from './actor.ts';
import { checkPossession, type ReservedCertificates } from './certificate-possession.ts';
import type { ClientRegistrar } from './client-registrar.ts';
import { metadataWithin, type RegistrationPolicy } from './registration-policy.ts';
import type { ReadSoftwareStatement } from './software-statement.ts';

/** A client as its registration answers it (RFC 7591 §3.2.1); secret and token are shown now and never again. */
export type RegisteredClient = {
  readonly client: Client;
  readonly client_secret?: string;
  readonly registration_access_token: string;
  readonly software_statement?: string;
};

/** What a client sends: RFC 7591 metadata as JSON. */
export type SentMetadata = Readonly<Record<string, unknown>>;

/** Lets clients register and manage themselves (RFC 7591, RFC 7592). Every method throws Refusal. */
export type DynamicRegistrar = {
  register(request: {
    readonly metadata: SentMetadata;
    /** The bearer token of the request. */
    readonly initial_access_token: string | undefined;
    readonly remote_address: string;
    /** The client certificate of the request. */
    readonly certificate: Certificate | undefined;
  }): Promise<RegisteredClient>;
  read(client_id: string, registration_access_token: string): Promise<RegisteredClient>;
  /** Replaces all metadata (RFC 7592 §2.2). */
  update(
    client_id: string,
    registration_access_token: string,
    metadata: SentMetadata,
    certificate: Certificate | undefined,
  ): Promise<RegisteredClient>;
  remove(client_id: string, registration_access_token: string): Promise<void>;
};

export type DynamicRegistrarContext = {
  readonly storage: Pick<Storage, 'clients' | 'initialAccessTokens' | 'dynamicRegistrations' | 'guesses'>;
  readonly clients: ClientRegistrar;
  readonly events: EventRecorder;
  readonly readSoftwareStatement: ReadSoftwareStatement;
  /** `[registration]` of now. */
  readonly policy: () => RegistrationPolicy;
  readonly isReserved: ReservedCertificates;
};

const HOUR = 3_600_000;
const OPERATOR_FIELDS = new Set<string>(OPERATOR_METADATA);
const FIELDS = Object.keys(ClientMetadata.shape).filter((field) => !OPERATOR_FIELDS.has(field));

/** What of a client's or an authority's words this server reads; it ignores the rest (RFC 7591 §2). */
function knownFields(words: SentMetadata): Record<string, unknown> {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = Object.hasOwn(words, field) ? words[field] : undefined;
      return value === undefined || value === null ? [] : [[field, value]];
    }),
  );
}

const tokenRefused = (because: Cause, evidence: object) =>
  new Refusal('invalid_token', 'The access token does not allow this.', because, { ...evidence });

function hashesEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Makes the dynamic registrar; each registration and change is one event. */
export function createDynamicRegistrar(context: DynamicRegistrarContext): DynamicRegistrar {
  const { storage, clients, events, readSoftwareStatement, policy, isReserved } = context;
  const { initialAccessTokens, dynamicRegistrations } = storage;

  const limitRate = async (remote_address: string) => {
    const { max_requests_per_address: most } = policy();
    const key = `registration:${addressBlock(remote_address)}`;
    const now = Date.now();
    // Beyond the limit nothing is written down: a flood must not fill the database that counts it.
    const before = await storage.guesses.count(key, now, HOUR);
    const tried = before < most ? await storage.guesses.fail(key, now, HOUR) : before + 1;
    if (tried <= most) return;
    throw new Refusal(
      'temporarily_unavailable',
      'Too many registrations; try again later.',
      'registration_limited',
      { expected: `at most ${most} within an hour`, presented: tried },
      429,
    );
  };

  const spent = (token: InitialAccessToken) =>
    tokenRefused('initial_access_token_spent', {
      token_id: token.token_id,
      label: token.label,
      expired_at: new Date(token.expires_at).toISOString(),
      clients: `${token.clients_registered} of ${token.clients_allowed}`,
    });

  /** @returns undefined where none is needed */
  const initialAccessToken = async (
    presented: string | undefined,
  ): Promise<InitialAccessToken | undefined> => {
    const { mode } = policy();
    if (mode === 'closed') {
      throw new Refusal(
        'access_denied',
        'This server does not register clients.',
        'registration_closed',
        {},
        403,
      );
    }
    if (mode === 'open') return undefined;
    if (presented === undefined) {
      throw new Refusal('invalid_token', 'An initial access token is needed.', 'token_absent', {
        expected: 'Authorization: Bearer with an initial access token',
      });
    }
    const token = await initialAccessTokens.find(hashOpaqueToken(presented));
    if (!token) throw tokenRefused('initial_access_token_unknown', {});
    if (token.expires_at <= Date.now() || token.clients_registered >= token.clients_allowed) {
      throw spent(token);
    }
    return token;
  };

  /** The statement of a request, verified, and the metadata with its claims standing above the client's words. */
  const underStatement = async (words: SentMetadata, kept: string | undefined) => {
    const asked = knownFields(words);
    const { software_statement } = words;
    if (software_statement === undefined || software_statement === null) {
      if (kept !== undefined) {
        // Believed when it came; that it has ended since takes nothing back.
        return { asked: { ...asked, ...knownFields(claimsOf(kept)) }, statement: kept };
      }
      if (!policy().require_software_statement) return { asked, statement: undefined };
      throw new Refusal(
        'invalid_software_statement',
        'A software statement is needed.',
        'software_statement_absent',
        { expected: 'software_statement' },
      );
    }
    if (typeof software_statement !== 'string') {
      throw new Refusal(
        'invalid_software_statement',
        'The software statement is not a JWT.',
        'software_statement_invalid',
        { expected: 'a JWT', presented: typeof software_statement },
      );
    }
    const claims = knownFields(await readSoftwareStatement(software_statement));
    return { asked: { ...asked, ...claims }, statement: software_statement };
  };

  const actor = (token: InitialAccessToken | undefined): Actor => ({
    name: token ? `initial access token ${token.token_id} (${token.label})` : 'anybody',
    through: 'dynamic-registration',
  });
  const itself = (client_id: string): Actor => ({ name: client_id, through: 'dynamic-registration' });

  const authenticated = async (client_id: string, presented: string) => {
    const registration = await dynamicRegistrations.find(client_id);
    const hash = hashOpaqueToken(presented);
    if (!registration || !hashesEqual(registration.registration_access_token_sha256, hash)) {
      throw tokenRefused('registration_access_token_wrong', { client_id: client_id.slice(0, 200) });
    }
    const client = await storage.clients.find(client_id);
    if (!client) throw tokenRefused('registration_access_token_wrong', { client_id });
    if (!client.enabled) {
      throw new Refusal('access_denied', 'The client is disabled.', 'client_disabled', { client_id }, 403);
    }
    return { registration, client };
  };

  /** Writes the registration under a new token if it is due. Of callers with the same token one succeeds. */
  const rewritten = async (
    before: DynamicRegistration,
    changes: Pick<DynamicRegistration, 'software_statement'>,
    presented: string,
    rotates: boolean,
  ): Promise<string> => {
    const token = rotates ? generateOpaqueToken() : presented;
    const after = { ...before, ...changes, registration_access_token_sha256: hashOpaqueToken(token) };
    if (await dynamicRegistrations.replace(after, before.registration_access_token_sha256)) return token;
    throw tokenRefused('registration_access_token_wrong', { client_id: before.client_id });
  };

  const statementOf = ({ software_statement }: DynamicRegistration) =>
    software_statement === undefined ? {} : { software_statement };

  return {
    async register({ metadata: words, initial_access_token, remote_address, certificate }) {
      await limitRate(remote_address);
      const token = await initialAccessToken(initial_access_token);
      const { asked, statement } = await underStatement(words, undefined);
      const client_id = generateClientId();
      const metadata = metadataWithin({ client_name: client_id, ...asked }, policy());
      checkPossession(metadata, certificate, isReserved);
      // Counted last, so that a mistake in the metadata costs no registration.
      if (token && !(await initialAccessTokens.use(token.token_sha256, Date.now()))) throw spent(token);
      const by = actor(token);
      const { client, client_secret } = await clients.register({ ...metadata, client_id }, by, {
        secret: 'by method',
      });
      const registration_access_token = generateOpaqueToken();
      await dynamicRegistrations.insert({
        client_id,
        registration_access_token_sha256: hashOpaqueToken(registration_access_token),
        registered_at: Date.now(),
        ...(token && { initial_access_token_id: token.token_id }),
        ...(statement !== undefined && { software_statement: statement }),
      });
      events.record({
        type: 'client.registered',
        outcome: 'success',
        client_id,
        remote_address,
        detail: {
          by: by.name,
          ...(token && { initial_access_token: token.token_id }),
          ...(statement !== undefined && { software_statement_authority: claimsOf(statement).iss }),
        },
      });
      return {
        client,
        registration_access_token,
        ...(client_secret !== undefined && { client_secret }),
        ...(statement !== undefined && { software_statement: statement }),
      };
    },

    async read(client_id, presented) {
      const { registration, client } = await authenticated(client_id, presented);
      const rotates = policy().registration_access_token_rotation === 'always';
      const registration_access_token = rotates
        ? await rewritten(registration, {}, presented, true)
        : presented;
      return { client, registration_access_token, ...statementOf(registration) };
    },

    async update(client_id, presented, words, certificate) {
      const { registration, client: before } = await authenticated(client_id, presented);
      checkIdentity(words, before);
      const { asked, statement } = await underStatement(words, registration.software_statement);
      const metadata = metadataWithin({ client_name: client_id, ...asked }, policy());
      checkPossession(metadata, certificate, isReserved, before.metadata);
      const changes = statement === undefined ? {} : { software_statement: statement };
      const rotates = policy().registration_access_token_rotation !== 'never';
      // The token is spent only by a change that can be made.
      const registration_access_token = await rewritten(registration, changes, presented, rotates);
      const { client, client_secret } = await clients.replace(client_id, metadata, itself(client_id));
      return {
        client,
        registration_access_token,
        ...changes,
        ...(client_secret !== undefined && { client_secret }),
      };
    },

    async remove(client_id, presented) {
      const { registration } = await authenticated(client_id, presented);
      await rewritten(registration, {}, presented, true);
      await clients.remove(client_id, itself(client_id));
    },
  };
}

/** The client repeats who it is, and its secret if it sends one (RFC 7592 §2.2). */
function checkIdentity(words: SentMetadata, client: Client): void {
  const { client_id, client_secret } = words;
  if (client_id !== client.client_id) {
    throw new Refusal('invalid_request', 'client_id is not that of the registration.', 'client_ids_differ', {
      client_id: client.client_id,
      expected: client.client_id,
      presented: typeof client_id === 'string' ? client_id.slice(0, 200) : 'none',
    });
  }
  if (client_secret === undefined || client_secret === null) return;
  const { client_secret_sha256: stored } = client;
  const matches =
    typeof client_secret === 'string' && stored !== undefined && clientSecretMatches(client_secret, stored);
  if (matches) return;
  throw new Refusal(
    'invalid_client_metadata',
    'client_secret is not the present one; a client cannot choose its secret (RFC 7592 §2.2).',
    'client_secret_wrong',
    { client_id: client.client_id },
  );
}

/** The claims of a statement that was verified when it came. */
function claimsOf(statement: string): SentMetadata {
  const claims: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}

import { X509Certificate } from 'node:crypto';
import { normaliseRegisteredSubjectDn, parsePemCertificates } from '@countersign/x509';
import type { Client } from '../client/client.ts';
import { type ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../client/client-registration.ts';
import {
  clientSecretPurpose,
  generateClientId,
  generateClientSecret,
  hashClientSecret,
} from '../client/client-secret.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { type ClientStore, StorageConflict } from '../storage/storage.ts';
import { seal } from '../token/sealing.ts';
import type { Actor } from './actor.ts';
import { changeOptimistically } from './optimistic-change.ts';

/** Something worth knowing about metadata that was accepted all the same. */
export type RegistrationWarning = { readonly field: string; readonly message: string };

/** A client as just registered or given a new secret; the secret is shown now and never again. */
export type IssuedClient = {
  readonly client: Client;
  readonly client_secret?: string;
  readonly warnings: readonly RegistrationWarning[];
};

/** Thrown when there is no client under this client_id. */
export class ClientNotFound extends Error {
  override readonly name = 'ClientNotFound';
}

export type ClientRegistrar = {
  /**
   * Registers a client (RFC 7591 §3.1).
   * @param input RFC 7591 metadata; absent fields are inferred as `parseClientMetadata` says
   * @param options whether every client but a public one gets a secret, or only one whose method uses it
   * @throws InvalidClientMetadata
   */
  register(
    input: Readonly<Record<string, unknown>>,
    by: Actor,
    options?: { readonly secret?: 'always' | 'by method' },
  ): Promise<IssuedClient>;
  /**
   * Replaces all metadata but what only the operator decides (RFC 7592 §2.2). A client whose new method needs a
   * secret that it does not have gets one.
   * @throws ClientNotFound, InvalidClientMetadata
   */
  replace(client_id: string, input: Readonly<Record<string, unknown>>, by: Actor): Promise<IssuedClient>;
  /**
   * Changes the given metadata fields and leaves the others; `null` removes one.
   * @throws ClientNotFound, InvalidClientMetadata
   */
  update(client_id: string, changes: Readonly<Record<string, unknown>>, by: Actor): Promise<IssuedClient>;
  /** @throws ClientNotFound */
  setEnabled(client_id: string, enabled: boolean, by: Actor): Promise<Client>;
  /** Gives the client a new secret; the old one ends at once. @throws ClientNotFound */
  regenerateSecret(client_id: string, by: Actor): Promise<IssuedClient>;
  /** @throws ClientNotFound */
  remove(client_id: string, by: Actor): Promise<void>;
};

const SOON_MS = 30 * 24 * 3600 * 1000;

/** What an operator should know of a certificate before clients fail because of it. */
async function certificateWarnings(
  pem: string,
  field: string,
  client_id: string,
  clients: ClientStore,
  now: number,
): Promise<RegistrationWarning[]> {
  const [certificate] = parsePemCertificates(pem);
  if (!certificate) return [];
  const warnings: string[] = [];
  const until = new Date(certificate.notAfter).toISOString();
  if (now > certificate.notAfter) warnings.push(`expired at ${until}`);
  else if (now + SOON_MS > certificate.notAfter) warnings.push(`expires soon, at ${until}`);
  if (now < certificate.notBefore)
    warnings.push(`is not valid before ${new Date(certificate.notBefore).toISOString()}`);
  const { publicKey } = new X509Certificate(certificate.der);
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (publicKey.asymmetricKeyType === 'rsa' && bits !== undefined && bits < 2048) {
    warnings.push(`has a weak key: RSA ${bits} bits, 2048 are the least`);
  }
  const others = (await clients.findByThumbprint(certificate.thumbprint)).filter(
    (other) => other.client_id !== client_id,
  );
  if (others.length > 0) {
    warnings.push(
      `is registered for other clients too: ${others.map((other) => other.client_id).join(', ')}`,
    );
  }
  return warnings.map((message) => ({ field, message }));
}

/** How the written subject DN was read, when it could have been read otherwise. */
function subjectDnWarnings(written: unknown): RegistrationWarning[] {
  if (typeof written !== 'string') return [];
  const { warning } = normaliseRegisteredSubjectDn(written);
  return warning === undefined ? [] : [{ field: 'tls_client_auth_subject_dn', message: warning }];
}

const usesSecret = (method: ClientMetadata['token_endpoint_auth_method']) =>
  method.startsWith('client_secret_');

/** The client with other metadata; the secret itself is kept only where the new method still needs it. */
function withMetadata(before: Client, metadata: ClientMetadata): Client {
  const { client_secret_sealed, ...rest } = before;
  const keepsSealed =
    client_secret_sealed !== undefined && metadata.token_endpoint_auth_method === 'client_secret_jwt';
  return { ...rest, metadata, ...(keepsSealed && { client_secret_sealed }) };
}

/**
 * Registers clients and changes them; each change is one event.
 * @param isSubject whether an identifier is the `sub` of a person
 */
export function createClientRegistrar(
  clients: ClientStore,
  events: EventRecorder,
  encryptionKey: Uint8Array,
  isSubject: (identifier: string) => Promise<boolean>,
  clock: Clock,
): ClientRegistrar {
  const secretFields = (
    client_id: string,
    secret: string,
    method: ClientMetadata['token_endpoint_auth_method'],
  ) => ({
    client_secret_sha256: hashClientSecret(secret),
    ...(method === 'client_secret_jwt' && {
      client_secret_sealed: seal(secret, encryptionKey, clientSecretPurpose(client_id)),
    }),
  });

  const warningsFor = async (
    client_id: string,
    metadata: ClientMetadata,
    written: Readonly<Record<string, unknown>>,
  ) => [
    ...subjectDnWarnings(written.tls_client_auth_subject_dn),
    ...(
      await Promise.all(
        metadata.certificates.map((pem, index) =>
          certificateWarnings(pem, `certificates.${index}`, client_id, clients, clock()),
        ),
      )
    ).flat(),
  ];

  const recordChange = (type: string, client_id: string, by: Actor, detail: Record<string, unknown> = {}) =>
    events.record({
      type,
      outcome: 'success',
      client_id,
      actor: by,
      object: { kind: 'client', id: client_id },
      ...(Object.keys(detail).length > 0 && { detail }),
    });

  const findOrThrow = async (client_id: string): Promise<Client> => {
    const client = await clients.find(client_id);
    if (!client) throw new ClientNotFound(`no client is registered under ${client_id}`);
    return client;
  };

  const change = (client_id: string, apply: (client: Client) => Client): Promise<Client> =>
    changeOptimistically(
      () => findOrThrow(client_id),
      apply,
      (client) => clients.update(client),
    );

  return {
    async register(input, by, { secret = 'always' } = {}) {
      const { client_id: wanted, ...fields } = input;
      const metadata = parseClientMetadata(fields);
      if (wanted !== undefined && (typeof wanted !== 'string' || !/^[\x21-\x7E]{1,200}$/.test(wanted))) {
        throw new InvalidClientMetadata(
          'client_id',
          'must be 1 to 200 printable ASCII characters without spaces',
        );
      }
      // In tokens of its own a client is the `sub`: it must not be taken for a person (RFC 9068 §5).
      if (wanted !== undefined && (await isSubject(wanted))) {
        throw new InvalidClientMetadata('client_id', `${JSON.stringify(wanted)} is taken`);
      }
      const client_id = wanted ?? generateClientId();
      const method = metadata.token_endpoint_auth_method;
      const issues = secret === 'always' ? method !== 'none' : usesSecret(method);
      const client_secret = issues ? generateClientSecret() : undefined;
      const client: Client = {
        client_id,
        client_id_issued_at: Math.floor(clock() / 1000),
        metadata,
        ...(client_secret !== undefined && secretFields(client_id, client_secret, method)),
        enabled: true,
        revision: 1,
      };
      try {
        await clients.insert(client);
      } catch (error) {
        if (!(error instanceof StorageConflict)) throw error;
        throw new InvalidClientMetadata('client_id', `${JSON.stringify(client_id)} is taken`);
      }
      recordChange('client.created', client_id, by, { client_name: metadata.client_name });
      const warnings = await warningsFor(client_id, metadata, fields);
      return { client, ...(client_secret !== undefined && { client_secret }), warnings };
    },

    async update(client_id, changes, by) {
      const client = await change(client_id, (before) => {
        const merged: Record<string, unknown> = { ...before.metadata, ...changes };
        for (const [field, value] of Object.entries(changes)) if (value === null) delete merged[field];
        return withMetadata(before, parseClientMetadata(merged));
      });
      recordChange('client.updated', client_id, by, { fields: Object.keys(changes) });
      return { client, warnings: await warningsFor(client_id, client.metadata, changes) };
    },

    async replace(client_id, input, by) {
      const client_secret = generateClientSecret();
      const client = await change(client_id, (before) => {
        const kept = OPERATOR_METADATA.flatMap((field) =>
          before.metadata[field] === undefined ? [] : [[field, before.metadata[field]]],
        );
        const metadata = parseClientMetadata({ ...input, ...Object.fromEntries(kept) });
        const after = withMetadata(before, metadata);
        const method = metadata.token_endpoint_auth_method;
        const has = method === 'client_secret_jwt' ? after.client_secret_sealed : after.client_secret_sha256;
        return usesSecret(method) && has === undefined
          ? { ...after, ...secretFields(client_id, client_secret, method) }
          : after;
      });
      const issues = client.client_secret_sha256 === hashClientSecret(client_secret);
      recordChange('client.updated', client_id, by, { fields: Object.keys(input) });
      return {
        client,
        ...(issues && { client_secret }),
        warnings: await warningsFor(client_id, client.metadata, input),
      };
    },

    async setEnabled(client_id, enabled, by) {
      const client = await change(client_id, (before) => ({ ...before, enabled }));
      recordChange(enabled ? 'client.enabled' : 'client.disabled', client_id, by);
      return client;
    },

    async regenerateSecret(client_id, by) {
      const client_secret = generateClientSecret();
      const client = await change(client_id, (before) => ({
        ...before,
        ...secretFields(client_id, client_secret, before.metadata.token_endpoint_auth_method),
      }));
      recordChange('client.secret_regenerated', client_id, by);
      return { client, client_secret, warnings: [] };
    },

    async remove(client_id, by) {
      if (!(await clients.remove(client_id)))
        throw new ClientNotFound(`no client is registered under ${client_id}`);
      recordChange('client.removed', client_id, by);
    },
  };
}

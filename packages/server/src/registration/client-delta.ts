import { certificatesIn } from '@countersign/x509';
import type { Client } from '../client/client.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import { parseClientMetadata } from '../client/client-registration.ts';
import { hasClientSecret } from '../client/client-secret.ts';
import { forbiddenDefaults, type RegistrationDefaults } from '../client/response-algorithm.ts';
import { usesClientSecret } from '../client/token-endpoint-auth-method.ts';
import { endsAfter, NO_ENDS } from '../client/token-ends.ts';

/** What is to change about a client; everything else stays as whoever was before left it. */
export type ClientDelta = {
  /** Metadata fields (RFC 7591 §2) with their new values; `null` removes one. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** PEM certificates to register beside the others. */
  readonly addCertificates?: readonly string[];
  /** Thumbprints (RFC 8705 §3.1 form) of registered certificates to remove. */
  readonly removeCertificates?: readonly string[];
  readonly enabled?: boolean;
  /** Whether the client gets a new secret; the old one ends at once. */
  readonly regenerateSecret?: boolean;
  /** Whether its access tokens end; by default with the secret, unless `false`. */
  readonly endTokens?: boolean;
};

/** Thrown when a certificate is to be removed that the client has not registered. */
export class CertificateNotRegistered extends Error {
  override readonly name = 'CertificateNotRegistered';
}

const thumbprintsIn = (pem: string) => certificatesIn(pem).map(({ thumbprint }) => thumbprint);

function withoutCertificates(
  certificates: unknown,
  removed: readonly string[],
  client_id: string,
): readonly unknown[] {
  const left = new Set(removed);
  const kept = (Array.isArray(certificates) ? certificates : []).filter(
    (pem: unknown) => typeof pem !== 'string' || !thumbprintsIn(pem).some((print) => left.delete(print)),
  );
  if (left.size === 0) return kept;
  throw new CertificateNotRegistered(`${client_id} has no certificate ${[...left].join(', ')}`);
}

/** What the client never asked for does not keep it from a profile: it is left out, and chosen anew. */
function withoutForbiddenDefaults(
  asked: Readonly<Record<string, unknown>>,
  before: ClientMetadata,
  changes: ClientDelta['metadata'] = {},
  defaults: RegistrationDefaults,
): Record<string, unknown> {
  const { data: profile } = ClientMetadata.shape.profile.safeParse(asked.profile);
  if (profile === undefined || profile === before.profile) return { ...asked };
  const forbidden: readonly string[] = forbiddenDefaults(before, profile, defaults);
  return Object.fromEntries(
    Object.entries(asked).filter(([field]) => Object.hasOwn(changes, field) || !forbidden.includes(field)),
  );
}

/** The metadata as the delta asks for it, before any rule has judged it. */
export function askedMetadata(
  { client_id, metadata: before }: Pick<Client, 'client_id' | 'metadata'>,
  { metadata = {}, addCertificates = [], removeCertificates = [] }: ClientDelta,
): Readonly<Record<string, unknown>> {
  const asked: Record<string, unknown> = { ...before, ...metadata };
  for (const [field, value] of Object.entries(metadata)) if (value === null) delete asked[field];
  if (removeCertificates.length > 0) {
    asked.certificates = withoutCertificates(asked.certificates, removeCertificates, client_id);
  }
  if (addCertificates.length > 0) {
    const held = Array.isArray(asked.certificates) ? asked.certificates : [];
    asked.certificates = [...held, ...addCertificates];
  }
  return asked;
}

/**
 * The client with other metadata. Its secret ends where the new method has no use for one, and where only the new method
 * has: what authenticated nothing does not begin to. The secret itself is kept only for `client_secret_jwt`.
 */
export function withMetadata(before: Client, metadata: ClientMetadata): Client {
  const { client_secret_sha256, client_secret_argon2id, client_secret_sealed, ...rest } = before;
  const method = metadata.token_endpoint_auth_method;
  const keepsHash =
    hasClientSecret(before) &&
    usesClientSecret(method) === usesClientSecret(before.metadata.token_endpoint_auth_method);
  const keepsSealed = client_secret_sealed !== undefined && method === 'client_secret_jwt';
  return {
    ...rest,
    metadata,
    ...(keepsHash && client_secret_sha256 !== undefined && { client_secret_sha256 }),
    ...(keepsHash && client_secret_argon2id !== undefined && { client_secret_argon2id }),
    ...(keepsSealed && { client_secret_sealed }),
  };
}

/** Whether a client lacks the secret that its method needs. */
export function lacksSecret(client: Client): boolean {
  const method = client.metadata.token_endpoint_auth_method;
  const holds =
    method === 'client_secret_jwt' ? client.client_secret_sealed !== undefined : hasClientSecret(client);
  return usesClientSecret(method) && !holds;
}

/** The client with what ends by the change. @param all whether every access token does */
export function withEnds(before: Client, after: Client, all = false): Client {
  const token_ends = endsAfter(before, after, all);
  return token_ends === before.token_ends || token_ends === NO_ENDS ? after : { ...after, token_ends };
}

/**
 * The client as it is after the delta, judged whole; its revision is that of before.
 * @param secret the fields of a new secret under the given method, where the delta asks for one or a new method needs one
 * @param defaults what the deployment says of what the client does not
 * @throws InvalidClientMetadata, CertificateNotRegistered
 */
export function applyDelta(
  before: Client,
  delta: ClientDelta,
  secret: (method: ClientMetadata['token_endpoint_auth_method']) => Partial<Client>,
  defaults: RegistrationDefaults,
): Client {
  const touchesMetadata =
    Object.keys(delta.metadata ?? {}).length > 0 ||
    delta.addCertificates !== undefined ||
    delta.removeCertificates !== undefined;
  const asked = () =>
    withoutForbiddenDefaults(askedMetadata(before, delta), before.metadata, delta.metadata, defaults);
  const after = touchesMetadata ? withMetadata(before, parseClientMetadata(asked(), defaults)) : before;
  const method = after.metadata.token_endpoint_auth_method;
  const comesToNeedOne = method !== before.metadata.token_endpoint_auth_method && lacksSecret(after);
  const { awaits_confirmation, client_secret_argon2id, ...known } = after;
  const awaits = awaits_confirmation && delta.enabled !== true;
  const getsOne = delta.regenerateSecret || comesToNeedOne;
  const changed: Client = {
    ...known,
    ...(awaits && { awaits_confirmation }),
    ...(delta.enabled !== undefined && { enabled: delta.enabled }),
    ...(getsOne ? secret(method) : client_secret_argon2id !== undefined && { client_secret_argon2id }),
  };
  return withEnds(before, changed, delta.endTokens ?? delta.regenerateSecret ?? false);
}

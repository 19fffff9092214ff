import {
  certificatesIn,
  clientKeyUse,
  normaliseRegisteredSubjectDn,
  parsePemCertificates,
} from '@countersign/x509';
import { certificateKeyUse, keyUseWarning } from '../client/certificate-key.ts';
import type { Client } from '../client/client.ts';
import { describeRegistered } from '../client/registered-certificate.ts';
import { unusedAudiences } from '../client/scope-registration.ts';
import { sectorOf } from '../client/sector.ts';
import { parseJwks } from '../outbound/json-web-key-set.ts';
import type { ClientStore } from '../storage/storage.ts';

/** Something worth knowing about metadata that was accepted all the same. */
export type RegistrationWarning = { readonly field: string; readonly message: string };

const SOON_MS = 30 * 24 * 3600 * 1000;

/** What an operator should know of a certificate before clients fail because of it. */
async function certificateWarnings(
  pem: string,
  field: string,
  client_id: string,
  clients: Pick<ClientStore, 'findByThumbprint'>,
  now: number,
): Promise<RegistrationWarning[]> {
  const [certificate] = parsePemCertificates(pem);
  if (!certificate) return [];
  const warnings: string[] = [];
  const { not_before, not_after, key_type, key_bits, unreadable = [] } = describeRegistered(certificate);
  if (now > certificate.notAfter) warnings.push(`expired at ${not_after}`);
  else if (now + SOON_MS > certificate.notAfter) warnings.push(`expires soon, at ${not_after}`);
  if (now < certificate.notBefore) warnings.push(`is not valid before ${not_before}`);
  if (key_type === 'rsa' && key_bits !== undefined && key_bits < 2048) {
    warnings.push(`has a weak key: RSA ${key_bits} bits, 2048 are the least`);
  }
  for (const part of unreadable) warnings.push(`cannot be read whole: ${part.field}: ${part.reason}`);
  const unusable = keyUseWarning(certificateKeyUse(certificate));
  if (unusable !== undefined) warnings.push(unusable);
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

/** The keys of a JWK set by which a client proves itself in TLS, where it cannot. */
function jwksWarnings({ jwks, token_endpoint_auth_method }: Client['metadata']): RegistrationWarning[] {
  if (jwks === undefined || token_endpoint_auth_method !== 'self_signed_tls_client_auth') return [];
  return parseJwks(jwks).keys.flatMap(({ publicKey }, index) => {
    const message = keyUseWarning(clientKeyUse(publicKey));
    return message === undefined ? [] : [{ field: `jwks.keys.${index}`, message }];
  });
}

/** How the written subject DN was read, when it could have been read otherwise. */
function subjectDnWarnings(written: unknown): RegistrationWarning[] {
  if (typeof written !== 'string') return [];
  const { warning } = normaliseRegisteredSubjectDn(written);
  return warning === undefined ? [] : [{ field: 'tls_client_auth_subject_dn', message: warning }];
}

/** The certificates that were given more than once, of which one is stored. */
function duplicateWarnings(asked: unknown): RegistrationWarning[] {
  const seen = new Set<string>();
  return (Array.isArray(asked) ? asked : []).flatMap((pem: unknown) => {
    const [certificate] = typeof pem === 'string' ? certificatesIn(pem) : [];
    if (!certificate) return [];
    if (!seen.has(certificate.thumbprint)) {
      seen.add(certificate.thumbprint);
      return [];
    }
    const message = `${certificate.thumbprint} is registered for this client already; it is not stored twice`;
    return [{ field: 'certificates', message }];
  });
}

/** Scopes whose audiences were written and which the client cannot have. */
const audienceWarnings = (metadata: Client['metadata'], written: unknown): RegistrationWarning[] =>
  written === undefined
    ? []
    : unusedAudiences(metadata).map((scope) => ({
        field: 'scope_audiences',
        message: `${JSON.stringify(scope)} is not in scope, so that no token of the client has it`,
      }));

/** The keys of a registered JWK Set that are not used. */
function skippedKeyWarnings({ jwks }: Client['metadata'], written: unknown): RegistrationWarning[] {
  if (jwks === undefined || written === undefined) return [];
  return parseJwks(jwks).skipped.map(({ index, because, message }) => ({
    field: `jwks.keys.${index}`,
    message: `is not used (${because}): ${message}`,
  }));
}

const subjectsOf = (client: Pick<Client, 'client_id' | 'metadata'>): string =>
  client.metadata.subject_type === 'pairwise' ? `those of the sector ${sectorOf(client)}` : 'public';

/** That people are other people to the client from now on. */
function subjectWarnings(
  client: Pick<Client, 'client_id' | 'metadata'>,
  before: Client | undefined,
): RegistrationWarning[] {
  if (before === undefined || subjectsOf(before) === subjectsOf(client)) return [];
  const message = `every person has another sub at this client from now on: subjects were ${subjectsOf(before)}, and are ${subjectsOf(client)}`;
  return [{ field: 'subject_type', message }];
}

/** What a registration or a change was made from. */
export type RegistrationWords = {
  /** The fields that were given. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The metadata as it was asked for, before duplicates were left out. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** The client before the change. */
  readonly before?: Client | undefined;
};

/**
 * What is worth knowing about a client that was registered or changed.
 * @param now milliseconds since the epoch
 */
export async function registrationWarnings(
  clients: Pick<ClientStore, 'findByThumbprint'>,
  { client_id, metadata }: Pick<Client, 'client_id' | 'metadata'>,
  { written, asked, before }: RegistrationWords,
  now: number,
): Promise<readonly RegistrationWarning[]> {
  const ofCertificates = await Promise.all(
    metadata.certificates.map((pem, index) =>
      certificateWarnings(pem, `certificates.${index}`, client_id, clients, now),
    ),
  );
  return [
    ...subjectDnWarnings(written.tls_client_auth_subject_dn),
    ...audienceWarnings(metadata, written.scope_audiences),
    ...skippedKeyWarnings(metadata, written.jwks),
    ...duplicateWarnings(asked.certificates),
    ...ofCertificates.flat(),
    ...jwksWarnings(metadata),
    ...subjectWarnings({ client_id, metadata }, before),
  ];
}

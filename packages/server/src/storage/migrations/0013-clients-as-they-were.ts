import { sql } from 'kysely';
import { ownMember } from '../../own-member.ts';
import { type ClientRecord, clientRecords } from './client-records.ts';
import type { Migration } from './migration.ts';

const SIGNED_RESPONSES = [
  'id_token_signed_response_alg',
  'authorization_signed_response_alg',
  'introspection_signed_response_alg',
] as const;

/** The algorithms each profile allowed. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'fapi2-security': ['PS256', 'ES256', 'EdDSA'],
  'fapi2-message-signing': ['PS256', 'ES256', 'EdDSA'],
  'fapi1-advanced': ['PS256', 'ES256'],
};

type Metadata = ClientRecord['metadata'];

/** What was signed for the client so far where it named no algorithm. */
function algorithmOf({ profile }: Metadata, deployment: string): string {
  const allowed = typeof profile === 'string' ? ownMember(ALLOWED, profile) : undefined;
  return allowed === undefined || allowed.includes(deployment) ? deployment : 'ES256';
}

/**
 * Whether `true` was the client's own word. It was the default, so that only a profile makes it one; but a client that
 * signs its authentication under FAPI 2.0 may never have shown a certificate, and been bound to its DPoP key alone.
 */
function asksForBinding({ profile, token_endpoint_auth_method: method }: Metadata): boolean {
  if (typeof profile !== 'string') return false;
  return !profile.startsWith('fapi2-') || method !== 'private_key_jwt';
}

/** The client as it stood, in the words of now; undefined when they are the same. */
function restated(metadata: Metadata, deployment: string): Metadata | undefined {
  const { tls_client_certificate_bound_access_tokens: bound, ...rest } = metadata;
  const alg = algorithmOf(metadata, deployment);
  const added = SIGNED_RESPONSES.filter((field) => (metadata[field] ?? undefined) === undefined);
  const isUnsaid = bound === true && !asksForBinding(metadata);
  if (added.length === 0 && !isUnsaid) return undefined;
  return { ...(isUnsaid ? rest : metadata), ...Object.fromEntries(added.map((field) => [field, alg])) };
}

/**
 * What clients did not say has another meaning from here on, so that their records say what they had. One that named no
 * algorithm was signed for with the deployment's own, ES256 unless `[oauth] signing_algorithm` said otherwise. One that
 * said nothing of binding was written down as having asked for it, which is refused without a certificate from here on: it
 * said nothing. A record that cannot be read stays as it is. Clients that registered themselves were told every scope they
 * were given, and go on being told.
 */
export const clientsAsTheyWere: Migration = {
  version: 13,
  statements(dialect) {
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    return [`alter table dynamic_registration add column scope_asked ${integer} not null default 1`];
  },
  async changeRecords(transaction, dialect, { signing_algorithm = 'ES256' }) {
    for await (const { client_id, metadata } of clientRecords(transaction, dialect)) {
      const changed = restated(metadata, signing_algorithm);
      if (!changed) continue;
      await sql`update client set metadata = ${JSON.stringify(changed)}, revision = revision + 1
        where client_id = ${client_id}`.execute(transaction);
    }
  },
};

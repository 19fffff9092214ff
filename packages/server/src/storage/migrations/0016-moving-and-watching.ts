import { sql } from 'kysely';
import { type OwnCertificate, ownCertificates } from '../../client/own-certificates.ts';
import { clientRecords } from './client-records.ts';
import type { Migration } from './migration.ts';

/** The certificates that a record of any version names; none where they cannot be read. */
function namedIn({ certificates, jwks }: Readonly<Record<string, unknown>>): readonly OwnCertificate[] {
  const texts = Array.isArray(certificates) ? certificates.filter((each) => typeof each === 'string') : [];
  const keys =
    typeof jwks === 'object' && jwks !== null && 'keys' in jwks && Array.isArray(jwks.keys) ? jwks.keys : [];
  try {
    return ownCertificates({ certificates: texts, jwks: { keys } });
  } catch {
    return [];
  }
}

/**
 * The oldest version of the schema whose servers may use the database; what moves into the database or out of it; who
 * waits for confirmation after a restore; and when the certificates end that were registered before that was written down.
 */
export const movingAndWatching: Migration = {
  version: 16,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    const ifNot = dialect === 'sqlite' ? '' : 'if not exists';
    return [
      `alter table schema_version add column ${ifNot} oldest integer`,
      `alter table schema_version add column ${ifNot} oldest_of integer`,
      `create table if not exists relocation (id integer primary key check (id = 1), relocation_id ${text} not null,
        state ${text} not null, place ${text} not null, changed_at ${integer} not null)${strict}`,
      ...['client', 'user_account'].map(
        (table) =>
          `alter table ${table} add column ${ifNot} awaits_confirmation ${integer} not null default 0`,
      ),
    ];
  },
  async changeRecords(transaction, dialect) {
    const unknown = sql<{ client_id: string }>`
      select client_id from client_certificate where not_after is null group by client_id`;
    const { rows } = await unknown.execute(transaction);
    const concerned = new Set(rows.map(({ client_id }) => client_id));
    if (concerned.size === 0) return;
    for await (const { client_id, metadata } of clientRecords(transaction, dialect)) {
      if (!concerned.has(client_id)) continue;
      for (const { thumbprint, certificate } of namedIn(metadata)) {
        if (!certificate || !Number.isSafeInteger(certificate.notAfter)) continue;
        await transaction
          .updateTable('client_certificate')
          .set({ not_after: certificate.notAfter })
          .where('client_id', '=', client_id)
          .where('thumbprint', '=', thumbprint)
          .execute();
      }
    }
  },
};

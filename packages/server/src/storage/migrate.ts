import { type Kysely, sql } from 'kysely';
import { initial } from './migrations/0001-initial.ts';
import { credentials } from './migrations/0002-credentials.ts';
import { sealedClientSecret } from './migrations/0003-sealed-client-secret.ts';
import { registrationAndDeferredAuthorization } from './migrations/0004-registration-and-deferred-authorization.ts';
import { clientFilters } from './migrations/0005-client-filters.ts';
import { unitsOfWork } from './migrations/0006-units-of-work.ts';
import { auditTrail } from './migrations/0007-audit-trail.ts';
import { furtherMembers } from './migrations/0008-further-members.ts';
import { authorities } from './migrations/0009-authorities.ts';
import { tokenEnds } from './migrations/0010-token-ends.ts';
import { registryOfTrust } from './migrations/0011-registry-of-trust.ts';
import { passwords } from './migrations/0012-passwords.ts';
import { clientsAsTheyWere } from './migrations/0013-clients-as-they-were.ts';
import { clientOrigins } from './migrations/0014-client-origins.ts';
import { registryChanges } from './migrations/0015-registry-changes.ts';
import { trustStores } from './migrations/0018-trust-stores.ts';
import type { Dialect, Migration, Upgraded } from './migrations/migration.ts';
import type { Schema } from './schema.ts';
import { NewerSchema } from './storage-errors.ts';

/** Every step of the schema, oldest first. */
const MIGRATIONS: readonly Migration[] = [
  initial,
  credentials,
  sealedClientSecret,
  registrationAndDeferredAuthorization,
  clientFilters,
  unitsOfWork,
  auditTrail,
  furtherMembers,
  authorities,
  tokenEnds,
  registryOfTrust,
  passwords,
  clientsAsTheyWere,
  clientOrigins,
  registryChanges,
  trustStores,
];

/** The schema version this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** Any fixed number of ours: whoever migrates a PostgreSQL database holds the advisory lock of this name. */
const MIGRATION_LOCK = 8_705_9443;

/**
 * Brings the schema to {@link SCHEMA_VERSION} in one transaction, under a lock: of many processes starting at
 * once one does the work and the others find it done.
 * @param name how errors call the database
 * @param deployment what the records are of
 * @returns the versions before (0 for an empty database) and after
 * @throws NewerSchema, having changed nothing
 */
export async function migrate(
  db: Kysely<Schema>,
  dialect: Dialect,
  name: string,
  deployment: Upgraded,
): Promise<{ from: number; to: number }> {
  return await db.transaction().execute(async (transaction) => {
    // SQLite took its one write lock when the transaction began.
    if (dialect === 'postgres')
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
      transaction,
    );
    const row = await transaction.selectFrom('schema_version').select('version').executeTakeFirst();
    const from = row?.version ?? 0;
    if (from > SCHEMA_VERSION) throw new NewerSchema(name, from, SCHEMA_VERSION);
    if (from === SCHEMA_VERSION) return { from, to: from };

    for (const migration of MIGRATIONS.filter(({ version }) => version > from)) {
      for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(transaction);
      await migration.changeRecords?.(transaction, dialect, deployment);
    }
    await transaction
      .insertInto('schema_version')
      .values({ id: 1, version: SCHEMA_VERSION })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ version: SCHEMA_VERSION }))
      .execute();
    return { from, to: SCHEMA_VERSION };
  });
}

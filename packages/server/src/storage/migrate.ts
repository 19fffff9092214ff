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
import { movingAndWatching } from './migrations/0017-moving-and-watching.ts';
import type { Dialect, Migration, Upgraded } from './migrations/migration.ts';
import type { Schema } from './schema.ts';
import { checkUsable, OLDEST_SINCE, versionIn } from './usable.ts';

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
  movingAndWatching,
];

/** The schema version this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** The oldest version of the schema whose servers may use a database of this one. */
const oldestAt = (version: number): number =>
  Math.max(
    ...MIGRATIONS.filter((each) => each.version <= version).map((each) => each.oldest ?? each.version),
  );

/** Any fixed number of ours: whoever migrates a PostgreSQL database holds the advisory lock of this name. */
const MIGRATION_LOCK = 8_705_9443;

/**
 * Brings the schema to {@link SCHEMA_VERSION} in one transaction, under a lock: of many processes starting at
 * once one does the work and the others find it done.
 * @param name how errors call the database
 * @param deployment what the records are of
 * @returns the versions before (0 for an empty database) and after; those of a newer server's schema are alike
 * @throws NewerSchema, DataElsewhere, having changed nothing
 */
export async function migrate(
  db: Kysely<Schema>,
  dialect: Dialect,
  name: string,
  deployment: Upgraded,
): Promise<{ from: number; to: number }> {
  const { until = SCHEMA_VERSION } = deployment;
  return await db.transaction().execute(async (transaction) => {
    // SQLite took its one write lock when the transaction began.
    if (dialect === 'postgres')
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
      transaction,
    );
    const found = await versionIn(transaction);
    const from = found.version;
    await checkUsable(transaction, name, found, SCHEMA_VERSION, deployment.relocating);
    if (from >= until) return { from, to: from };

    const steps = MIGRATIONS.filter(({ version }) => version > from && version <= until);
    for (const migration of steps) {
      for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(transaction);
      await migration.changeRecords?.(transaction, dialect, deployment);
    }
    const to = steps.at(-1)?.version ?? from;
    const row = { version: to, ...(to >= OLDEST_SINCE && { oldest: oldestAt(to), oldest_of: to }) };
    await transaction
      .insertInto('schema_version')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    return { from, to };
  });
}

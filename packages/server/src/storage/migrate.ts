import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
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
import { leaseTable, registryChanges } from './migrations/0015-registry-changes.ts';
import { movingAndWatching } from './migrations/0016-moving-and-watching.ts';
import { trustStores } from './migrations/0017-trust-stores.ts';
import { searchIndex } from './migrations/0018-search-index.ts';
import { watching } from './migrations/0019-watching.ts';
import { groups } from './migrations/0020-groups.ts';
import { claims } from './migrations/0021-claims.ts';
import { pairwiseSubjects } from './migrations/0022-pairwise-subjects.ts';
import { chosenClientSecrets } from './migrations/0023-chosen-client-secrets.ts';
import { managedBy } from './migrations/0027-managed-by.ts';
import { listingOrders } from './migrations/0028-listing-orders.ts';
import { clientUse } from './migrations/0029-client-use.ts';
import { eventsByKind } from './migrations/0031-events-by-kind.ts';
import { ordersByState } from './migrations/0032-orders-by-state.ts';
import type { Dialect, Migration, Upgraded } from './migrations/migration.ts';
import type { Schema } from './schema.ts';
import { OlderSchema, StorageUnavailable } from './storage-errors.ts';
import { leaseStore } from './stores/lease-store.ts';
import { checkUsable, OLDEST_SINCE, type SchemaFound, versionIn } from './usable.ts';

/** Every step of the schema, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
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
  movingAndWatching,
  trustStores,
  searchIndex,
  watching,
  groups,
  claims,
  pairwiseSubjects,
  chosenClientSecrets,
  managedBy,
  listingOrders,
  clientUse,
  eventsByKind,
  ordersByState,
];

/** The schema version this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** The first step that commits changes of tables apart from changes of rows, as not every engine has them in one. */
const APART = 15;

/** The lease of whoever migrates, in milliseconds: how long it is had, kept, and waited for between two questions. */
const MIGRATING = 'migration';
const LEASE = 30_000;
const RENEWAL = 10_000;
const WAIT = 100;

/** Two processes that make the same table at once: one is told that it is there, whatever it asked. */
const PRELUDE_ATTEMPTS = 5;

type Versions = { readonly from: number; readonly to: number };

type Migrated = {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly name: string;
  readonly deployment: Upgraded;
};

/** @throws NewerSchema, DataElsewhere */
const requireUsable = (db: Kysely<Schema>, found: SchemaFound, { name, deployment }: Migrated) =>
  checkUsable(db, name, found, SCHEMA_VERSION, deployment.relocating);

/** The oldest version of the schema whose servers may use a database of this one. */
const oldestAt = (version: number): number =>
  Math.max(
    ...MIGRATIONS.filter((each) => each.version <= version).map((each) => each.oldest ?? each.version),
  );

async function setVersion(db: Kysely<Schema>, version: number): Promise<void> {
  const row = {
    version,
    ...(version >= OLDEST_SINCE && { oldest: oldestAt(version), oldest_of: version }),
  };
  await db
    .insertInto('schema_version')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

/** What processes remember may be changed by a step without its being written down by key. */
async function everythingChanged(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('registry_version')
    .set((row) => ({ version: row('version', '+', 1) }))
    .execute();
}

const VERSION_TABLE =
  'create table if not exists schema_version (id integer primary key, version integer not null)';

/** Runs steps in the transaction given, changes of tables and of rows together. */
async function runTogether(
  transaction: Transaction<Schema>,
  { dialect, deployment }: Migrated,
  migrations: readonly Migration[],
): Promise<void> {
  for (const migration of migrations) {
    deployment.onStep?.(migration.version);
    for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(transaction);
    await migration.changeRecords?.(transaction, dialect, deployment);
    await setVersion(transaction, migration.version);
  }
}

const between = (from: number, to: number) =>
  MIGRATIONS.filter(({ version }) => version > from && version <= to);

/** The version to come to. */
const targetOf = ({ deployment }: Migrated): number => {
  const { until = SCHEMA_VERSION } = deployment;
  return between(0, until).at(-1)?.version ?? 0;
};

/** One transaction: SQLite takes its one write lock when it begins. */
async function migrateSqlite(migrated: Migrated): Promise<Versions> {
  return await migrated.db.transaction().execute(async (transaction) => {
    await sql.raw(VERSION_TABLE).execute(transaction);
    const found = await versionIn(transaction);
    await requireUsable(transaction, found, migrated);
    const { version: from } = found;
    const to = Math.max(from, targetOf(migrated));
    if (from < to) {
      await runTogether(transaction, migrated, between(from, to));
      await everythingChanged(transaction);
    }
    return { from, to };
  });
}

/** What stands before the first step. */
async function prelude(db: Kysely<Schema>): Promise<SchemaFound> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const statement of [VERSION_TABLE, leaseTable('postgres')]) await sql.raw(statement).execute(db);
      return await versionIn(db);
    } catch (error) {
      if (attempt === PRELUDE_ATTEMPTS || error instanceof StorageUnavailable) throw error;
      await delay(WAIT * Math.random());
    }
  }
}

/** Each change of a table alone; each step's changes of rows in a transaction with its version, of whoever has the lease. */
async function runApart(migrated: Migrated, from: number, to: number, holder: string): Promise<void> {
  const { db, dialect, deployment } = migrated;
  const inTurn = (work: (transaction: Transaction<Schema>) => Promise<void>) =>
    db.transaction().execute(async (transaction) => {
      await work(transaction);
      if (await leaseStore({ db: transaction, dialect }, holder).take(MIGRATING, LEASE)) return;
      throw new StorageUnavailable(`${migrated.name}: another process took the migration over`);
    });
  if (from < APART)
    await inTurn((transaction) => runTogether(transaction, migrated, between(from, Math.min(to, APART - 1))));
  for (const migration of between(Math.max(from, APART - 1), to)) {
    deployment.onStep?.(migration.version);
    for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(db);
    await inTurn(async (transaction) => {
      await migration.changeRecords?.(transaction, dialect, deployment);
      await setVersion(transaction, migration.version);
      await everythingChanged(transaction);
    });
  }
}

/** Of many processes one has the lease; where it ends amid its work another goes on from the last step that is whole. */
async function migratePostgres(migrated: Migrated): Promise<Versions> {
  const { db } = migrated;
  const to = targetOf(migrated);
  const holder = randomUUID();
  const leases = leaseStore(migrated, holder);
  // An empty database has no table to ask.
  const found = await versionIn(db).catch((error) => {
    if (error instanceof StorageUnavailable) throw error;
    return prelude(db);
  });
  await requireUsable(db, found, migrated);
  if (found.version >= to) return { from: found.version, to: found.version };
  await prelude(db);
  while (!(await leases.take(MIGRATING, LEASE))) {
    await delay(WAIT);
    const { version } = await versionIn(db);
    if (version >= to) return { from: version, to: version };
  }
  const renewing = setInterval(() => void leases.take(MIGRATING, LEASE).catch(() => {}), RENEWAL).unref();
  try {
    const now = await versionIn(db);
    await requireUsable(db, now, migrated);
    await runApart(migrated, now.version, to, holder);
    return { from: now.version, to: Math.max(now.version, to) };
  } finally {
    clearInterval(renewing);
    await leases.giveUp(MIGRATING).catch(() => {});
  }
}

/**
 * Makes sure that a database may be read as it is.
 * @throws NewerSchema, DataElsewhere, OlderSchema
 */
async function look(migrated: Migrated): Promise<Versions> {
  const { db, name } = migrated;
  // An empty database has no table to ask.
  const found = await versionIn(db).catch((error): SchemaFound => {
    if (error instanceof StorageUnavailable) throw error;
    return { version: 0, oldest: 0 };
  });
  await requireUsable(db, found, migrated);
  if (found.version < SCHEMA_VERSION) throw new OlderSchema(name, found.version, SCHEMA_VERSION);
  return { from: found.version, to: found.version };
}

/**
 * Brings the schema to {@link SCHEMA_VERSION}: of many processes starting at once one does the work and the others find
 * it done.
 * @param name how errors call the database
 * @param deployment what the records are of
 * @returns the versions before (0 for an empty database) and after; those of a newer server's schema are alike
 * @throws NewerSchema, DataElsewhere, having changed nothing; OlderSchema where it is only looked at
 */
export async function migrate(
  db: Kysely<Schema>,
  dialect: Dialect,
  name: string,
  deployment: Upgraded,
): Promise<Versions> {
  const migrated = { db, dialect, name, deployment };
  if (deployment.looksOnly) return await look(migrated);
  return dialect === 'sqlite' ? await migrateSqlite(migrated) : await migratePostgres(migrated);
}

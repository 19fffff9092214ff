import { randomUUID } from 'node:crypto';
import { access, link, rename, rm } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import pg from 'pg';
import type { Clock } from '../../clock.ts';
import type { AuditCut, AuditHead } from '../../event/audit-store.ts';
import type { Event } from '../../event/event.ts';
import type { Database } from '../database.ts';
import { SCHEMA_VERSION } from '../migrate.ts';
import type { Upgraded } from '../migrations/migration.ts';
import { migrateStorage, openDatabase, openStorage, type StorageOptions } from '../open-storage.ts';
import type { Schema } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { NewerSchema, StorageUnavailable } from '../storage-errors.ts';
import { auditStore } from '../stores/audit-store.ts';
import { eventStore } from '../stores/event-store.ts';
import { rowsIn, UnusableBackup, type WholeBackup } from './backup-format.ts';
import { setRelocation } from './move.ts';
import { placeOf } from './place.ts';
import { RelocationRefused } from './relocation-errors.ts';
import { emptyTables, insertRows, type Row } from './rows.ts';
import { alone } from './source-lock.ts';
import { type Table, tablesOf } from './tables.ts';

const ROWS_AT_ONCE = 1_000;
/** Events that wait for the audit file for seconds, or minutes where a process was killed. */
const MOST_UNAUDITED = 100_000;

/** What the database that is to be replaced says of the audit trail; nothing where it cannot be read. */
export type Remains = {
  readonly heads: readonly AuditHead[];
  readonly cuts: readonly AuditCut[];
  /** Events that the audit file may lack. */
  readonly unaudited: readonly Event[];
};

/** A restore of one backup into the database of a deployment. */
export type Restore = {
  readonly backup: WholeBackup;
  readonly database: StorageOptions;
  readonly clock: Clock;
  /** Whether what is there may go. */
  readonly overwrite: boolean;
};

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** @throws UnusableBackup when a later version made it */
export function checkSchema({ file, header }: WholeBackup): void {
  if (header.schema <= SCHEMA_VERSION) return;
  throw new UnusableBackup(
    `${file} was made by Countersign ${header.program} of schema version ${header.schema}; this version knows those up to ${SCHEMA_VERSION}`,
  );
}

/** What was found where a restore goes. */
type Found = { readonly isLivedIn: boolean; readonly version: number };

/** @throws RelocationRefused where somebody uses the file */
async function foundInFile(file: string): Promise<Found> {
  if (!(await exists(file))) return { isLivedIn: false, version: 0 };
  try {
    alone(file, () => {});
  } catch (error) {
    // What cannot be read is used by nobody.
    if (!(error instanceof StorageUnavailable)) throw error;
  }
  return { isLivedIn: true, version: 0 };
}

/** @throws RelocationRefused where somebody uses the database */
async function foundAt(database: StorageOptions & { readonly type: 'postgres' }): Promise<Found> {
  const connection = new pg.Client({ connectionString: database.url, application_name: 'restore' });
  try {
    await connection.connect();
    const { rows: users } = await connection.query(
      `select pid from pg_stat_activity where datname = current_database() and application_name like 'countersign%'`,
    );
    if (users.length > 0) {
      throw new RelocationRefused(
        `${placeOf(database)} is in use by ${users.length} connections of Countersign: stop every node first`,
      );
    }
    const tables = `select to_regclass('client') is not null as there`;
    if (!(await connection.query(tables)).rows[0].there) return { isLivedIn: false, version: 0 };
    const { rows } = await connection.query(
      `select version, exists (select 1 from client) or exists (select 1 from user_account)
         or exists (select 1 from event) as lived_in from schema_version`,
    );
    return { isLivedIn: rows[0]?.lived_in === true, version: Number(rows[0]?.version ?? 0) };
  } catch (error) {
    if (error instanceof RelocationRefused) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StorageUnavailable(`${placeOf(database)}: ${why}`, { cause: error });
  } finally {
    await connection.end().catch(() => {});
  }
}

/**
 * Reads what the present database says of the audit trail.
 * @returns undefined where there is none, or none that this version can read
 */
export async function remainsOf({
  database,
  clock,
}: Pick<Restore, 'database' | 'clock'>): Promise<Remains | undefined> {
  if (database.type === 'sqlite' && !(await exists(database.file))) return undefined;
  let there: Database | undefined;
  try {
    there = await openDatabase({ ...database, until: 0, relocating: true }, clock);
    const audit = auditStore(there);
    return {
      heads: await audit.heads(),
      cuts: await audit.cuts(),
      unaudited: await eventStore(there).unaudited(Number.MAX_SAFE_INTEGER, MOST_UNAUDITED),
    };
  } catch (error) {
    if (error instanceof StorageUnavailable || error instanceof NewerSchema) return undefined;
    if (error instanceof Error && /no such (table|column)|does not exist/.test(error.message))
      return undefined;
    throw error;
  } finally {
    await there?.close();
  }
}

/**
 * Looks whether a restore could be made, and changes nothing.
 * @throws RelocationRefused, UnusableBackup, StorageUnavailable
 */
export async function checkRestore(restore: Restore): Promise<void> {
  const { backup, database, overwrite } = restore;
  checkSchema(backup);
  const { isLivedIn, version } =
    database.type === 'sqlite' ? await foundInFile(database.file) : await foundAt(database);
  if (isLivedIn && !overwrite) {
    throw new RelocationRefused(
      `${placeOf(database)} holds data already; with --overwrite the backup takes their place`,
    );
  }
  if (version !== 0 && version !== backup.header.schema) {
    throw new RelocationRefused(
      `${placeOf(database)} has schema version ${version}, the backup ${backup.header.schema}: restore it into an empty database`,
    );
  }
}

/** Writes the rows of a backup into empty tables of its own schema version. */
async function fill({ db, dialect }: Database, { file, header }: WholeBackup): Promise<void> {
  const tables = await tablesOf(db, dialect, header.schema);
  let table: Table | undefined;
  let rows: Row[] = [];
  const write = async () => {
    const [into, batch] = [table, rows];
    rows = [];
    if (into && batch.length > 0) {
      await db.transaction().execute((transaction) => insertRows(transaction, into, batch));
    }
  };
  for await (const entry of rowsIn(file)) {
    if (entry.kind === 'row') {
      rows.push(entry.row);
      if (rows.length >= ROWS_AT_ONCE) await write();
      continue;
    }
    await write();
    table = tables.find(({ name }) => name === entry.table);
    if (table?.columns.join() !== entry.columns.join()) {
      throw new UnusableBackup(
        `${file} has a table ${entry.table} that schema version ${header.schema} does not have`,
      );
    }
  }
  await write();
}

/** Has a database hold what the backup holds, and nothing else, in the schema of now. It is not used before `settle`. */
async function filled(options: StorageOptions & Upgraded, { backup, clock }: Restore): Promise<void> {
  const { schema } = backup.header;
  const database = await openDatabase({ ...options, until: schema, relocating: true }, clock);
  try {
    if (database.to !== schema) {
      throw new RelocationRefused(
        `${placeOf(options)} has schema version ${database.to}, the backup ${schema}: give the restore an empty database`,
      );
    }
    const tables = await tablesOf(database.db, database.dialect, schema);
    await emptyTables(database.db, tables);
    await fill(database, backup);
  } finally {
    await database.close();
  }
  await migrateStorage({ ...options, relocating: true });
}

const arriving = ({ backup }: Restore) => ({
  relocation_id: randomUUID(),
  place: `the backup ${backup.file}`,
});

/** Marks a database that the latest schema made, so that no server starts on a part of it. */
async function mark(db: Kysely<Schema>, restore: Restore, state: 'arriving' | 'arrived'): Promise<void> {
  await setRelocation(db, arriving(restore), state, restore.clock());
}

const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/**
 * Makes a database of the backup, has `finish` do to it what is to be done, and only then puts it in the place of the
 * present one. With SQLite the present file is kept beside it; with PostgreSQL the database is not used by anybody
 * until everything is done.
 * @returns where the database that was replaced is kept, and what `finish` returns
 * @throws RelocationRefused, StorageUnavailable
 */
export async function restoreDatabase<T>(
  restore: Restore,
  finish: (storage: Storage, database: Database) => Promise<T>,
): Promise<{ readonly kept: string | undefined; readonly result: T }> {
  await checkRestore(restore);
  const { database, clock } = restore;
  const finished = async (options: StorageOptions): Promise<T> => {
    const opened = await openDatabase({ ...options, relocating: true }, clock);
    const storage = await openStorage({ ...options, relocating: true }, undefined, clock);
    try {
      const result = await finish(storage, opened);
      await mark(opened.db, restore, 'arrived');
      return result;
    } finally {
      await storage.close();
      await opened.close();
    }
  };
  if (database.type === 'postgres') {
    const there = await openDatabase(
      { ...database, until: restore.backup.header.schema, relocating: true },
      clock,
    );
    try {
      // An earlier schema has no place for the mark.
      if (there.to >= SCHEMA_VERSION) await mark(there.db, restore, 'arriving');
    } finally {
      await there.close();
    }
    await filled(database, restore);
    return { kept: undefined, result: await finished(database) };
  }
  const { file } = database;
  const made = `${file}.restoring`;
  const remove = () => Promise.all(COMPANIONS.map((each) => rm(`${made}${each}`, { force: true })));
  await remove();
  try {
    const options = { ...database, file: made };
    await filled(options, restore);
    const result = await finished(options);
    alone(made, () => {});
    const kept = (await exists(file))
      ? `${file}.replaced-${new Date(clock()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
      : undefined;
    if (kept !== undefined) await link(file, kept);
    // The companions of another file would be taken for this one's.
    for (const each of COMPANIONS.slice(1)) await rm(`${file}${each}`, { force: true });
    await rename(made, file);
    return { kept, result };
  } finally {
    await remove();
  }
}

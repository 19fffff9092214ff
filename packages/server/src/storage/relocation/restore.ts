import { randomUUID } from 'node:crypto';
import { access, link, rename, rm } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { AuditCut, AuditHead } from '../../event/audit-store.ts';
import type { Event } from '../../event/event.ts';
import { EventRecord, eventOf } from '../../event/event-record.ts';
import { SCHEMA_VERSION } from '../migrate.ts';
import type { Upgraded } from '../migrations/migration.ts';
import { migrateStorage, openStorage } from '../open-storage.ts';
import type { Schema } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { NewerSchema, StorageUnavailable } from '../storage-errors.ts';
import type { StorageOptions } from '../storage-options.ts';
import { rowsIn, UnusableBackup, type WholeBackup } from './backup-format.ts';
import { isEmpty, setRelocation } from './move.ts';
import { openRows, type RowDatabase } from './open-rows.ts';
import { placeOf } from './place.ts';
import { RelocationRefused } from './relocation-errors.ts';
import { emptyTables, insertRows, type Row, type RowProgress } from './rows.ts';
import { alone } from './source-lock.ts';
import { type Table, tablesOf } from './tables.ts';

const ROWS_AT_ONCE = 1_000;

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
  /** Told as rows arrive. */
  readonly progress?: RowProgress;
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

/** A database as it is; nothing is upgraded. */
const asItIs = (database: StorageOptions) => openRows({ ...database, until: 0, relocating: true });

/** @throws RelocationRefused where somebody uses the database */
async function foundAt(database: StorageOptions): Promise<Found> {
  const there = await asItIs(database);
  try {
    // Of the connections of Countersign one is this.
    const { rows: users } = await sql`select pid from pg_stat_activity
      where datname = current_database() and application_name like 'countersign%' and pid <> pg_backend_pid()`.execute(
      there.db,
    );
    if (users.length > 0) {
      throw new RelocationRefused(
        `${placeOf(database)} is in use by ${users.length} connections of Countersign: stop every node first`,
      );
    }
    return { isLivedIn: there.from > 0 && !(await isEmpty(there.db)), version: there.from };
  } finally {
    await there.close();
  }
}

/**
 * Reads what the present database says of the audit trail.
 * @returns undefined where there is none, or none that this version can read
 */
export async function remainsOf(database: StorageOptions): Promise<Remains | undefined> {
  if (database.type === 'sqlite' && !(await exists(database.file))) return undefined;
  let there: RowDatabase | undefined;
  try {
    there = await asItIs(database);
    const { db } = there;
    const heads = await db.selectFrom('audit_head').selectAll().execute();
    const cuts = await db.selectFrom('audit_cut').selectAll().execute();
    const events = await db.selectFrom('event').select('record').where('unaudited', '=', 1).execute();
    return {
      heads: heads.map((head) => ({ ...head, closed: head.closed === 1 })),
      cuts: cuts.map((cut) => ({ ...cut, removed: cut.removed === 1 })),
      unaudited: events.flatMap(({ record }) => {
        const read = EventRecord.safeParse(JSON.parse(record));
        return read.success ? [eventOf(read.data)] : [];
      }),
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
async function fill({ db, dialect }: RowDatabase, { backup, progress }: Restore): Promise<void> {
  const { file, header, manifest } = backup;
  const tables = await tablesOf(db, dialect, header.schema);
  let table: Table | undefined;
  let rows: Row[] = [];
  let arrived = 0;
  const write = async () => {
    const [into, batch] = [table, rows];
    rows = [];
    if (into && batch.length > 0) {
      await db.transaction().execute((transaction) => insertRows(transaction, into, batch));
      arrived += batch.length;
      progress?.(into.name, arrived, manifest.tables[into.name]?.rows);
    }
  };
  for await (const entry of rowsIn(file)) {
    if (entry.kind === 'row') {
      rows.push(entry.row);
      if (rows.length >= ROWS_AT_ONCE) await write();
      continue;
    }
    await write();
    arrived = 0;
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
async function filled(options: StorageOptions & Upgraded, restore: Restore): Promise<void> {
  const { schema } = restore.backup.header;
  const database = await openRows({ ...options, until: schema, relocating: true });
  try {
    if (database.to !== schema) {
      throw new RelocationRefused(
        `${placeOf(options)} has schema version ${database.to}, the backup ${schema}: give the restore an empty database`,
      );
    }
    const tables = await tablesOf(database.db, database.dialect, schema);
    await emptyTables(database.db, database.dialect, tables);
    await fill(database, restore);
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
  finish: (storage: Storage, database: RowDatabase) => Promise<T>,
): Promise<{ readonly kept: string | undefined; readonly result: T }> {
  await checkRestore(restore);
  const { database, clock } = restore;
  const finished = async (options: StorageOptions): Promise<T> => {
    const opened = await openRows({ ...options, relocating: true });
    const storage = await openStorage({ ...options, relocating: true }, undefined, clock);
    try {
      await mark(opened.db, restore, 'arriving');
      const result = await finish(storage, opened);
      await mark(opened.db, restore, 'arrived');
      return result;
    } finally {
      await storage.close();
      await opened.close();
    }
  };
  if (database.type === 'postgres') {
    const { schema } = restore.backup.header;
    const there = await openRows({ ...database, until: schema, relocating: true });
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
      ? `${file}.replaced-${new Date(clock()).toISOString().replaceAll(/[-:.]/g, '')}`
      : undefined;
    // A server may have started meanwhile.
    await foundInFile(file);
    if (kept !== undefined) await link(file, kept);
    // The companions of another file would be taken for this one's.
    for (const each of COMPANIONS.slice(1)) await rm(`${file}${each}`, { force: true });
    await rename(made, file);
    return { kept, result };
  } finally {
    await remove();
  }
}

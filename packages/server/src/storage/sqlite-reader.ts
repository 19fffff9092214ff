import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, SqliteDialect } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import type { StorageNotice } from './reach.ts';
import type { HistoryPosition } from './registry-log.ts';
import type { Schema } from './schema.ts';
import { embedded, openRegistry } from './sqlite-embedded.ts';
import { BUSY_TIMEOUT, CachingDatabase, typed } from './sqlite-file.ts';
import { SplitDialect, statementOf, writtenStep } from './sqlite-split.ts';
import type { SqliteWriter } from './sqlite-writer.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** @throws StorageUnavailable */
function openForReading(file: string, place: string | URL = file): CachingDatabase {
  try {
    return new CachingDatabase(new DatabaseSync(place, { readOnly: true, timeout: BUSY_TIMEOUT }), file);
  } catch (error) {
    throw typed(error, file);
  }
}

/** Where a look at a file leads that leaves nothing beside it: whoever has it open has made its log, which is read then. */
function placeToLookAt(file: string): string | URL {
  if (existsSync(`${file}-wal`)) return file;
  const place = pathToFileURL(file);
  place.searchParams.set('immutable', '1');
  return place;
}

/**
 * Opens the embedded database for a look that changes neither it nor its folder, which may be read-only.
 * @throws StorageUnavailable where it is not there or cannot be read, OlderSchema, NewerSchema, DataElsewhere
 */
export async function openSqliteToLook(
  file: string,
  deployment: Upgraded,
  clock: Clock,
  tell: (notice: StorageNotice) => void,
): Promise<Database & { readonly from: number; readonly to: number }> {
  const refuse = async (): Promise<never> => {
    throw new StorageUnavailable(`${file} is only looked at: nothing is written`);
  };
  const place = placeToLookAt(file);
  const reading = openForReading(file, place);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: reading }) });
  try {
    const versions = await migrate(db, 'sqlite', file, { ...deployment, looksOnly: true });
    return {
      ...embedded(db, reading, openRegistry(file, tell, undefined, place), clock),
      ...versions,
      attempt: refuse,
      together: refuse,
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * Opens a database whose schema is in place for reading, and has every write done by the connection that writes it.
 * @param lastKnown where the registry was when this home was open last
 * @throws StorageUnavailable
 */
export async function openSqliteReader(
  file: string,
  writer: SqliteWriter,
  clock: Clock,
  tell: (notice: StorageNotice) => void,
  lastKnown?: HistoryPosition,
): Promise<Database> {
  const reading = openForReading(file);
  const db = new Kysely<Schema>({ dialect: new SplitDialect(reading, writer) });
  const registry = openRegistry(file, tell, lastKnown);
  return {
    ...embedded(db, reading, registry, clock),
    async attempt(steps, unit_id) {
      try {
        return await writer.attempt(steps.map(writtenStep), unit_id);
      } finally {
        registry.readAnew();
      }
    },
    together: (queries) => writer.together(queries.map(statementOf)),
  };
}

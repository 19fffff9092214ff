import { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import type { StorageNotice } from './reach.ts';
import type { LastKnown } from './registry-log.ts';
import type { Schema } from './schema.ts';
import { CachingDatabase, openFile } from './sqlite-file.ts';
import { SqliteGroup } from './sqlite-group.ts';
import { ImmediateDialect } from './sqlite-immediate.ts';
import { openSqliteReader } from './sqlite-reader.ts';
import type { SqliteWriter } from './sqlite-writer.ts';
import { startWritingThread } from './sqlite-writing.ts';

/** Whoever writes, and how it ends: what waits is written first. */
type ClosedWriter = { readonly writer: SqliteWriter; close(): Promise<void> };

/** @param migrated its one connection so far */
async function writerOf(
  file: string,
  caching: CachingDatabase,
  migrated: Kysely<Schema>,
  isApart: boolean,
): Promise<ClosedWriter> {
  if (isApart) {
    await migrated.destroy();
    const writer = startWritingThread(file);
    return { writer, close: () => writer.close() };
  }
  const writer = new SqliteGroup(caching);
  return {
    writer,
    async close() {
      writer.flush();
      await migrated.destroy();
    },
  };
}

/**
 * Opens the embedded database and brings its schema up to date.
 * @param isApart whether a thread of its own writes, so that nobody in this one waits for the disk
 * @throws StorageUnavailable, NewerSchema
 */
export async function openSqlite(
  file: string,
  deployment: Upgraded & LastKnown,
  clock: Clock,
  tell: (notice: StorageNotice) => void = () => {},
  isApart = false,
): Promise<Database & { readonly from: number; readonly to: number; readonly writer: SqliteWriter }> {
  const caching = new CachingDatabase(await openFile(file), file);
  const migrated = new Kysely<Schema>({ dialect: new ImmediateDialect(caching) });
  try {
    const { from, to } = await migrate(migrated, 'sqlite', file, deployment);
    const { writer, close } = await writerOf(file, caching, migrated, isApart);
    const reader = await openSqliteReader(file, writer, clock, tell, deployment.lastKnown);
    return {
      ...reader,
      from,
      to,
      writer,
      async close() {
        // The last to leave tidies up, which takes the writer.
        await reader.close();
        await close();
      },
    };
  } catch (error) {
    await migrated.destroy();
    throw error;
  }
}

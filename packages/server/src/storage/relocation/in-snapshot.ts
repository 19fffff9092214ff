import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import type { RowDatabase } from './open-rows.ts';

/** Reads everything as of one moment, and hinders nobody who writes meanwhile. */
export async function inSnapshot<T>(
  { db, dialect }: Pick<RowDatabase, 'db' | 'dialect'>,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return await db.connection().execute(async (connection) => {
    // With SQLite the moment is that of the first read.
    const begin =
      dialect === 'sqlite' ? sql`begin deferred` : sql`begin isolation level repeatable read read only`;
    await begin.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`rollback`.execute(connection).catch(() => {});
    }
  });
}

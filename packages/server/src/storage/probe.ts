import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Connections, Durability } from './reach.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** Milliseconds: when the answer is no because there is none, and how long the row of a probe is kept. */
const PATIENCE = 2_900;
const KEPT = 60_000;

/** Writes a row that the sweep removes, as any unit of work does. @returns whether it was written, in time */
export async function canWrite({ db, clock }: Pick<Database, 'db' | 'clock'>): Promise<boolean> {
  const written = db
    .insertInto('unit_of_work')
    .values({ unit_id: randomUUID(), expires_at: clock() + KEPT })
    .execute()
    .then(
      () => true,
      () => false,
    );
  return await Promise.race([written, delay(PATIENCE, false, { ref: false })]);
}

/** See `Reach.connections`. @throws StorageUnavailable */
export async function connections({
  db,
  dialect,
}: Pick<Database, 'db' | 'dialect'>): Promise<Connections | undefined> {
  if (dialect === 'sqlite') return undefined;
  try {
    const { rows } = await sql<Connections>`
      select cast(current_setting('max_connections') as integer)
          - cast(current_setting('superuser_reserved_connections') as integer) as most,
        count(*) as processes, count(distinct client_addr) as addresses
      from pg_stat_activity where application_name = 'countersign watch'`.execute(db);
    return rows[0];
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error;
    return undefined;
  }
}

/** See `Reach.durability`. @throws StorageUnavailable */
export async function durability({
  db,
  dialect,
}: Pick<Database, 'db' | 'dialect'>): Promise<Durability | undefined> {
  if (dialect === 'sqlite') return undefined;
  try {
    const { rows } = await sql<Durability>`
      select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync`.execute(
      db,
    );
    return rows[0];
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error;
    return undefined;
  }
}

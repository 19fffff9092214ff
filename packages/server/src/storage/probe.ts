import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.ts';

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

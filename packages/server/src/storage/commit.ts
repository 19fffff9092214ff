import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { unitRow } from './attempt.ts';
import type { Database } from './database.ts';
import { inTime, ticks } from './in-time.ts';
import { StorageUnavailable } from './storage-errors.ts';

/**
 * Milliseconds: the longest wait of a unit that gave way, the first time and at most. It doubles, so that units that gave
 * way to one another, and all at once, do not go on doing so.
 */
const FIRST_WAIT = 40;
const LONGEST_WAIT = 640;

/** Milliseconds: the first and the longest wait between two questions for an outcome. */
const FIRST_QUESTION = 20;
const LONGEST_QUESTION = 500;

/**
 * Takes the id of a unit, which then never is committed, for it would need the same row; where the unit is still under
 * way the database waits for it. A row that is there is written to, so that the answer comes no sooner than standbys
 * that are waited for have what the unit wrote.
 * @returns whether it was committed before
 */
async function claim({ db, clock }: Database, unit_id: string): Promise<boolean> {
  return await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('unit_of_work')
      .values({ ...unitRow(unit_id, clock()), given_up: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { given_up } = await transaction
      .updateTable('unit_of_work')
      .set((row) => ({ expires_at: row('expires_at', '+', 1) }))
      .where('unit_id', '=', unit_id)
      .returning('given_up')
      .executeTakeFirstOrThrow();
    return given_up === 0;
  });
}

/**
 * Whether a unit whose connection died at COMMIT was committed.
 * @param until the time of `ticks` until which that is asked
 * @throws StorageUnavailable when this stays unknown
 */
async function wasCommitted(database: Database, unit_id: string, until: number): Promise<boolean> {
  const unknown = (cause: unknown) =>
    new StorageUnavailable('the database was lost at COMMIT: whether it wrote is not known', { cause });
  for (let wait = FIRST_QUESTION; ; wait = Math.min(wait * 2, LONGEST_QUESTION)) {
    let failure: unknown;
    try {
      return await inTime(claim(database, unit_id), until - ticks(), () => unknown(undefined));
    } catch (error) {
      failure = error;
    }
    if (ticks() + wait > until) throw unknown(failure);
    await delay(wait);
  }
}

/** See `Storage.commit`. */
export async function commitUnit(database: Database, steps: readonly Step[]): Promise<UnitOutcome> {
  const until = ticks() + database.deadline;
  for (let attempts = 1; ; attempts++) {
    const unit_id = randomUUID();
    const attempt = await database.attempt(steps, unit_id);
    if (attempt.outcome === 'committed' || attempt.outcome === 'refused') return attempt;
    if (attempt.outcome === 'unknown' && (await wasCommitted(database, unit_id, until)))
      return { outcome: 'committed' };
    const wait = Math.random() * Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT);
    if (ticks() + wait > until)
      throw new StorageUnavailable('the database gave way to other transactions every time');
    await delay(wait);
  }
}

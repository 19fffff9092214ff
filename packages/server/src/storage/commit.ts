import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { unitRow } from './attempt.ts';
import type { Database } from './database.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** How often a unit that gave way is run, and by how many milliseconds the longest wait grows each time. */
const ATTEMPTS = 12;
const WAIT = 20;

/** Milliseconds: how long an outcome is asked for, the first and the longest wait between two questions. */
const SETTLING_DEADLINE = 15_000;
const FIRST_QUESTION = 20;
const LONGEST_QUESTION = 500;

/**
 * Whether a unit whose connection died at COMMIT was committed. Its id is taken: where that succeeds the unit never
 * will be, for it would need the same row; where the unit is still under way the database waits for it.
 * @throws StorageUnavailable when this stays unknown
 */
async function wasCommitted({ db, clock }: Database, unit_id: string): Promise<boolean> {
  const claim = async () => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('unit_of_work')
      .values(unitRow(unit_id, clock()))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 0n;
  };
  const deadline = AbortSignal.timeout(SETTLING_DEADLINE);
  const tooLate = delay(SETTLING_DEADLINE, undefined, { ref: false });
  for (let wait = FIRST_QUESTION; ; wait = Math.min(wait * 2, LONGEST_QUESTION)) {
    let failure: unknown;
    try {
      const committed = await Promise.race([claim(), tooLate]);
      if (committed !== undefined) return committed;
    } catch (error) {
      failure = error;
    }
    if (deadline.aborted) {
      throw new StorageUnavailable('the database was lost at COMMIT: whether it wrote is not known', {
        cause: failure,
      });
    }
    await delay(wait);
  }
}

/** See `Storage.commit`. */
export async function commitUnit(database: Database, steps: readonly Step[]): Promise<UnitOutcome> {
  for (let attempts = 1; ; attempts++) {
    const unit_id = randomUUID();
    const attempt = await database.attempt(steps, unit_id);
    if (attempt.outcome === 'committed' || attempt.outcome === 'refused') return attempt;
    if (attempt.outcome === 'unknown' && (await wasCommitted(database, unit_id)))
      return { outcome: 'committed' };
    if (attempts === ATTEMPTS)
      throw new StorageUnavailable('the database gave way to other transactions every time');
    await delay(Math.random() * WAIT * attempts);
  }
}

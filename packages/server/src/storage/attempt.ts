import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { StorageConflict } from './storage.ts';

/**
 * What became of one attempt at a unit of work: `gave way` to another transaction, so that the same steps may be run
 * again; `unknown`, since the connection died at COMMIT.
 */
export type Attempt = UnitOutcome | { readonly outcome: 'gave way' | 'unknown' };

/** Whether a step that touched so many rows did what it must. */
export const isMet = (step: Pick<Step, 'rows'>, rows: number): boolean => step.rows === 'any' || rows === 1;

/** A step that contradicts another write refuses its unit. @throws any other error as it is */
export function refusalOf({ condition }: Pick<Step, 'condition'>, error: unknown): UnitOutcome {
  if (error instanceof StorageConflict) return { outcome: 'refused', condition };
  throw error;
}

/** Milliseconds that the id of a unit is kept: far longer than anyone asks for it. */
const KEPT = 3_600_000;

/** The row by which a unit of work is found to be committed. @param now milliseconds since the epoch */
export const unitRow = (unit_id: string, now: number) => ({ unit_id, expires_at: now + KEPT });

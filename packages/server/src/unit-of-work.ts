import type { CompiledQuery } from 'kysely';
import type { RegistryChange } from './registry-change.ts';

/**
 * One statement of a unit of work, compiled by a store with its values in it, and what it must do; otherwise the whole
 * unit is refused.
 */
export type Step = {
  /** What must hold, as a sentence: `the refresh token is unused`. */
  readonly condition: string;
  readonly query: CompiledQuery;
  /** `one`: exactly one row must be written or found. */
  readonly rows: 'one' | 'any';
  /** What it changes of what processes remember (`Storage.registry`), where it touches any row. */
  readonly registry?: RegistryChange | readonly RegistryChange[];
};

/** What became of a unit of work. A refused one has written nothing; `condition` is that of the step it failed at. */
export type UnitOutcome =
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'refused'; readonly condition: string };

import type { QueryResult } from 'kysely';
import type { Step, UnitOutcome } from '../unit-of-work.ts';

/** A statement as data, for a process that runs it for another one. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** A step of a unit of work as data. */
export type WrittenStep = Omit<Step, 'query'> & { readonly statement: Statement };

/**
 * The one connection of a node that writes an SQLite file, where processes that only read it stand beside. What is given
 * to it and what it gives is data that can be cloned.
 */
export type SqliteWriter = {
  /** Runs a unit of work, and writes down what it changed of the registry. @throws StorageUnavailable */
  attempt(steps: readonly WrittenStep[], unit_id: string): Promise<UnitOutcome>;
  /**
   * Runs statements in one transaction with nothing between them.
   * @returns what each gave
   * @throws StorageConflict, StorageUnavailable
   */
  together(statements: readonly Statement[]): Promise<readonly QueryResult<unknown>[]>;
};

/** What a writer in another thread or process is asked. */
export type Writing =
  | { readonly kind: 'attempt'; readonly steps: readonly WrittenStep[]; readonly unit_id: string }
  | { readonly kind: 'together'; readonly statements: readonly Statement[] };

/** Does what was asked. @throws as the writer does */
export const written = (writer: SqliteWriter, writing: Writing): Promise<unknown> =>
  writing.kind === 'attempt'
    ? writer.attempt(writing.steps, writing.unit_id)
    : writer.together(writing.statements);

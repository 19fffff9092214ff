import type { QueryResult } from 'kysely';
import { z } from 'zod';
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

const Outcome = z.union([
  z.object({ outcome: z.literal('committed') }),
  z.object({ outcome: z.literal('refused'), condition: z.string() }),
]);
const Results = z.array(
  z.custom<QueryResult<unknown>>((value) => typeof value === 'object' && value !== null),
);

/** The writer at the other side of a question. @param ask gives what {@link written} gave there */
export const writerByAsking = (ask: (writing: Writing) => Promise<unknown>): SqliteWriter => ({
  attempt: async (steps, unit_id) => Outcome.parse(await ask({ kind: 'attempt', steps, unit_id })),
  together: async (statements) => Results.parse(await ask({ kind: 'together', statements })),
});

/** Does what was asked. @throws as the writer does */
export const written = (writer: SqliteWriter, writing: Writing): Promise<unknown> =>
  writing.kind === 'attempt'
    ? writer.attempt(writing.steps, writing.unit_id)
    : writer.together(writing.statements);

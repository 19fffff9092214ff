import type { QueryResult } from 'kysely';
import { z } from 'zod';
import type { UnitOutcome } from '../unit-of-work.ts';
import { SqliteThread } from './sqlite-thread.ts';
import type { SqliteWriter, Statement, WrittenStep } from './sqlite-writer.ts';

/** What the thread that writes is asked. */
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

/**
 * A thread that writes an SQLite file, in groups (`sqlite-group.ts`): what is asked for while it waits for the disk is the
 * next group. Requests that write nothing do not notice those that do, nor what is stored of events, nor what is swept.
 */
export class WritingThread implements SqliteWriter {
  readonly #thread: SqliteThread<Writing>;

  constructor(file: string) {
    this.#thread = new SqliteThread(file, 'storage/sqlite-writing-thread', 'writes');
  }

  async attempt(steps: readonly WrittenStep[], unit_id: string): Promise<UnitOutcome> {
    return Outcome.parse(await this.#thread.ask({ kind: 'attempt', steps, unit_id }));
  }

  async together(statements: readonly Statement[]): Promise<readonly QueryResult<unknown>[]> {
    return Results.parse(await this.#thread.ask({ kind: 'together', statements }));
  }

  /** Ends once everything is written. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

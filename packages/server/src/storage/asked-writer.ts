import type { QueryResult } from 'kysely';
import { z } from 'zod';
import type { SqliteWriter, Writing } from './sqlite-writer.ts';

const Outcome = z.union([
  z.object({ outcome: z.literal('committed') }),
  z.object({ outcome: z.literal('refused'), condition: z.string() }),
]);
const Results = z.array(
  z.custom<QueryResult<unknown>>((value) => typeof value === 'object' && value !== null),
);

/** The writer at the other side of a question. @param ask gives what `written` gave there */
export const writerByAsking = (ask: (writing: Writing) => Promise<unknown>): SqliteWriter => ({
  attempt: async (steps, unit_id) => Outcome.parse(await ask({ kind: 'attempt', steps, unit_id })),
  together: async (statements) => Results.parse(await ask({ kind: 'together', statements })),
});

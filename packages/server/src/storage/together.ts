import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Runs statements in one transaction, in their order. @returns what each gave */
export const together =
  (db: Kysely<Schema>) =>
  (queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]> =>
    db.transaction().execute(async (transaction) => {
      const results: QueryResult<unknown>[] = [];
      for (const query of queries) results.push(await transaction.executeQuery(query));
      return results;
    });

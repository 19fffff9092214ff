import { sql } from 'kysely';
import type { RequestCountStore } from '../../event/request-counts.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { readValue } from '../record.ts';
import { Outcome } from './event-counting.ts';

const ROWS_A_STATEMENT = 200;

/** How many requests were answered, by minute, endpoint and outcome. */
export function requestCountStore(database: Database): RequestCountStore {
  const { db, reading } = database;
  const insertion = (rows: Parameters<RequestCountStore['add']>[0]) =>
    db
      .insertInto('request_count')
      .values([...rows])
      .onConflict((conflict) =>
        conflict.columns(['minute', 'endpoint', 'outcome']).doUpdateSet(({ ref }) => ({
          count: sql<number>`request_count.count + ${ref('excluded.count')}`,
        })),
      );
  return {
    async add(counts) {
      // Locked in one order by every node, or two of them could wait for each other.
      const ordered = counts.toSorted((a, b) =>
        `${a.minute} ${a.endpoint} ${a.outcome}` < `${b.minute} ${b.endpoint} ${b.outcome}` ? -1 : 1,
      );
      const steps = Array.from({ length: Math.ceil(ordered.length / ROWS_A_STATEMENT) }, (_, at) => ({
        condition: 'the counts of requests can be written',
        query: insertion(ordered.slice(at * ROWS_A_STATEMENT, (at + 1) * ROWS_A_STATEMENT)).compile(),
        rows: 'any' as const,
      }));
      if (steps.length > 0) await commitUnit(database, steps);
    },

    async histogram(since, bucketMs) {
      const bucket = sql<number>`(minute - cast(${since} as bigint)) / cast(${bucketMs} as bigint)`;
      const { rows } = await sql<{ bucket: number; endpoint: string; outcome: string; count: number }>`
        select ${bucket} as bucket, endpoint, outcome, cast(sum(count) as bigint) as count from request_count
        where minute >= ${since} group by 1, endpoint, outcome order by 1, endpoint, outcome`.execute(
        reading,
      );
      return rows.map(({ bucket: index, endpoint, outcome, count }) => ({
        time: since + index * bucketMs,
        endpoint,
        outcome: readValue(Outcome, outcome, 'outcome of requests'),
        count,
      }));
    },
  };
}

import {
  type CompiledQuery,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { z } from 'zod';
import type { Database } from '../src/storage/database.ts';
import type { Schema } from '../src/storage/schema.ts';

/** Asks whether there are any further rows. */
const ASKS_FOR_MORE = /^\s*select 1 from .* offset /s;

/** A database that keeps what it is asked, and finds nothing, though there are always more rows. */
export function recordedStatements(dialect: Database['dialect']): {
  readonly database: Database;
  /** What was asked since it was called before. */
  take(): readonly CompiledQuery[];
} {
  const asked: CompiledQuery[] = [];
  const connection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      asked.push(query);
      return { rows: ASKS_FOR_MORE.test(query.sql) ? z.custom<Row[]>(Array.isArray).parse([{}]) : [] };
    },
    streamQuery(): never {
      throw new Error('nothing is streamed');
    },
  };
  const isPostgres = dialect === 'postgres';
  const dialectOfKysely: Dialect = {
    createAdapter: () => (isPostgres ? new PostgresAdapter() : new SqliteAdapter()),
    createQueryCompiler: () => (isPostgres ? new PostgresQueryCompiler() : new SqliteQueryCompiler()),
    createIntrospector: (db) => (isPostgres ? new PostgresIntrospector(db) : new SqliteIntrospector(db)),
    createDriver: () => ({
      async init() {},
      acquireConnection: async () => connection,
      async beginTransaction() {},
      async commitTransaction() {},
      async rollbackTransaction() {},
      async releaseConnection() {},
      async destroy() {},
    }),
  };
  const db = new Kysely<Schema>({ dialect: dialectOfKysely });
  return {
    database: {
      db,
      reading: db,
      find: async (query) => (await db.executeQuery(query)).rows[0],
      dialect,
      clock: Date.now,
      deadline: Number.POSITIVE_INFINITY,
      skew: 0,
      attempt: async () => ({ outcome: 'committed' }),
      together: async () => [],
      registry: { lastChange: () => 0, isCurrent: () => true },
      position: () => undefined,
      reach: { state: () => 'reached', clockOffset: () => 0, isClockRight: () => true },
      close: () => db.destroy(),
    },
    take: () => asked.splice(0),
  };
}

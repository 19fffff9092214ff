import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { areRows, bindable } from './sqlite-file.ts';
import { SqliteThread } from './sqlite-thread.ts';
import type { Statement } from './sqlite-writer.ts';

class ReadingConnection implements DatabaseConnection {
  readonly #thread: SqliteThread<Statement>;

  constructor(thread: SqliteThread<Statement>) {
    this.#thread = thread;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const rows = await this.#thread.ask({ sql, parameters: parameters.map(bindable) });
    if (!areRows<Row>(rows)) throw new Error('the thread said nothing of a statement');
    return { rows };
  }

  // biome-ignore lint/correctness/useYield: nothing reads in pieces
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('what is read by the thread is read at once');
  }
}

class ReadingDriver implements Driver {
  readonly #thread: SqliteThread<Statement>;
  readonly #connection: DatabaseConnection;

  constructor(file: string) {
    this.#thread = new SqliteThread(file, 'storage/sqlite-reading-thread', 'reads');
    this.#connection = new ReadingConnection(this.#thread);
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {
    throw new Error('each statement of the thread stands alone');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  destroy(): Promise<void> {
    return this.#thread.terminate();
  }
}

/**
 * Has a database read listings, searches and counts by a thread of their own, beside this one, for statements that take
 * longer than others may wait. It ends with the database.
 */
export function readingApart<T extends Database>(database: T, file: string): T {
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ReadingDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  const reading = new Kysely<Schema>({ dialect });
  return {
    ...database,
    reading,
    async close() {
      await reading.destroy();
      await database.close();
    },
  };
}

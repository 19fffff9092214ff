import type { SQLInputValue } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
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
import { z } from 'zod';
import { ownThread } from '../own-files.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT, bindable, typed } from './sqlite-file.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** What the thread is given when it starts. */
export type ReadingOf = { readonly file: string; readonly timeout: number };

/** A statement for the thread; its answer has the same number. */
export type Question<Value> = {
  readonly number: number;
  readonly sql: string;
  readonly parameters: readonly Value[];
};

const Answer = z.union([
  z.object({ number: z.int(), rows: z.custom<unknown[]>(Array.isArray) }),
  z.object({
    number: z.int(),
    failure: z.object({ message: z.string(), errcode: z.int().optional() }),
  }),
]);

type Asked = PromiseWithResolvers<unknown[]>;

/**
 * A thread that reads an SQLite file beside this one, for statements that take longer than others may wait. It starts with
 * the first of them, and again with the next where it ended; it does not keep the process alive.
 */
class ReadingThread {
  readonly #file: string;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #number = 0;
  #isClosed = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws StorageUnavailable where the file cannot be read, or the thread ended meanwhile */
  async ask(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    if (this.#isClosed) throw new StorageUnavailable(`${this.#file}: the database is closed`);
    const question: Question<SQLInputValue> = {
      number: this.#number++,
      sql,
      parameters: parameters.map(bindable),
    };
    this.#worker ??= this.#start();
    const asked = Promise.withResolvers<unknown[]>();
    this.#asked.set(question.number, asked);
    // While somebody waits for an answer the process has something to do.
    this.#worker.ref();
    this.#worker.postMessage(question);
    return await asked.promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const of: ReadingOf = { file: this.#file, timeout: BUSY_TIMEOUT };
    const worker = ownThread('storage/sqlite-reading-thread', { workerData: of, name: 'reading' });
    const ended = (cause: unknown) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#asked.values()) {
        reject(new StorageUnavailable(`${this.#file}: the thread that reads it ended`, { cause }));
      }
      this.#asked.clear();
    };
    worker.on('message', (message) => {
      const answer = Answer.parse(message);
      const asked = this.#asked.get(answer.number);
      this.#asked.delete(answer.number);
      if (this.#asked.size === 0) worker.unref();
      if ('rows' in answer) return asked?.resolve(answer.rows);
      const { message: why, errcode } = answer.failure;
      asked?.reject(typed(Object.assign(new Error(why), errcode !== undefined && { errcode }), this.#file));
    });
    // What is asked once one of them was told goes to another thread, so that both may end what was asked before.
    worker.once('error', ended);
    worker.once('exit', () => {
      if (this.#worker === worker) ended(undefined);
    });
    return worker;
  }
}

class ReadingConnection implements DatabaseConnection {
  readonly #thread: ReadingThread;

  constructor(thread: ReadingThread) {
    this.#thread = thread;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const rows = await this.#thread.ask(sql, parameters);
    return { rows: z.custom<Row[]>(Array.isArray).parse(rows) };
  }

  // biome-ignore lint/correctness/useYield: nothing reads in pieces
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('what is read by the thread is read at once');
  }
}

class ReadingDriver implements Driver {
  readonly #thread: ReadingThread;
  readonly #connection: DatabaseConnection;

  constructor(file: string) {
    this.#thread = new ReadingThread(file);
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
    return this.#thread.close();
  }
}

/** Has a database read listings, searches and counts by a thread of their own, which ends with it. */
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

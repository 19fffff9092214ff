import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import type { Step } from '../unit-of-work.ts';
import { areRows, bindable, type CachingDatabase } from './sqlite-file.ts';
import type { SqliteWriter, Statement, WrittenStep } from './sqlite-writer.ts';

/** A statement as data. @throws TypeError for what SQLite cannot store: nobody else is to fail for it */
export const statementOf = ({ sql, parameters }: CompiledQuery): Statement => ({
  sql,
  parameters: parameters.map(bindable),
});

/** A step of a unit of work as data. */
export const writtenStep = ({ query, ...step }: Step): WrittenStep => ({
  ...step,
  statement: statementOf(query),
});

/** What Kysely compiled from `selectFrom` reads; whatever else it is goes to the writer. */
const reads = ({ query }: CompiledQuery): boolean => query.kind === 'SelectQueryNode';

/** Reads here and has the writer write. Each statement stands alone: transactions are the writer's. */
class SplitConnection implements DatabaseConnection {
  readonly #reading: DatabaseConnection;
  readonly #writer: SqliteWriter;

  constructor(reading: DatabaseConnection, writer: SqliteWriter) {
    this.#reading = reading;
    this.#writer = writer;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (reads(query)) return this.#reading.executeQuery<Row>(query);
    const [result] = await this.#writer.together([statementOf(query)]);
    if (result === undefined || !areRows<Row>(result.rows))
      throw new Error('the writer said nothing of a statement');
    return { ...result, rows: result.rows };
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#reading.streamQuery<Row>(query, chunkSize);
  }
}

/** Holds nobody up: what reads is done before anybody else could ask, and what writes is in turn at the writer. */
class SplitDriver extends SqliteDriver {
  readonly #writer: SqliteWriter;
  #split: Promise<DatabaseConnection> | undefined;

  constructor(database: CachingDatabase, writer: SqliteWriter) {
    super({ database });
    this.#writer = writer;
  }

  override acquireConnection(): Promise<DatabaseConnection> {
    this.#split ??= super.acquireConnection().then((reading) => new SplitConnection(reading, this.#writer));
    return this.#split;
  }

  override async beginTransaction(): Promise<void> {
    throw new Error('a transaction is the writer’s: `together` or a unit of work');
  }

  override async releaseConnection(): Promise<void> {}
}

export class SplitDialect extends SqliteDialect {
  readonly #database: CachingDatabase;
  readonly #writer: SqliteWriter;

  constructor(database: CachingDatabase, writer: SqliteWriter) {
    super({ database });
    this.#database = database;
    this.#writer = writer;
  }

  override createDriver(): SqliteDriver {
    return new SplitDriver(this.#database, this.#writer);
  }
}

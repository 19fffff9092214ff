import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type QueryResult,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import type { StorageNotice } from './reach.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT, CachingDatabase, embedded, openRegistry, typed } from './sqlite.ts';
import type { SqliteWriter, Statement } from './sqlite-writer.ts';
import { StorageUnavailable } from './storage-errors.ts';

const statementOf = ({ sql, parameters }: CompiledQuery): Statement => ({ sql, parameters });

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
    if (result === undefined) throw new Error('the writer said nothing of a statement');
    return { ...result, rows: z.custom<Row[]>(Array.isArray).parse(result.rows) };
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

class SplitDialect extends SqliteDialect {
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

/** @throws StorageUnavailable */
function openForReading(file: string, place: string | URL = file): CachingDatabase {
  try {
    return new CachingDatabase(new DatabaseSync(place, { readOnly: true, timeout: BUSY_TIMEOUT }), file);
  } catch (error) {
    throw typed(error, file);
  }
}

/** Where a look at a file leads that leaves nothing beside it: whoever has it open has made its log, which is read then. */
function placeToLookAt(file: string): string | URL {
  if (existsSync(`${file}-wal`)) return file;
  const place = pathToFileURL(file);
  place.searchParams.set('immutable', '1');
  return place;
}

/**
 * Opens the embedded database for a look that changes neither it nor its folder, which may be read-only.
 * @throws StorageUnavailable where it is not there or cannot be read, OlderSchema, NewerSchema, DataElsewhere
 */
export async function openSqliteToLook(
  file: string,
  deployment: Upgraded,
  clock: Clock,
  tell: (notice: StorageNotice) => void,
): Promise<Database & { readonly from: number; readonly to: number }> {
  const refuse = async (): Promise<never> => {
    throw new StorageUnavailable(`${file} is only looked at: nothing is written`);
  };
  const place = placeToLookAt(file);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openForReading(file, place) }) });
  try {
    const versions = await migrate(db, 'sqlite', file, { ...deployment, looksOnly: true });
    return {
      ...embedded(db, openRegistry(file, tell, undefined, place), clock),
      ...versions,
      attempt: refuse,
      together: refuse,
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * Opens a database whose schema is in place for reading, and has every write done by the connection that writes it.
 * @throws StorageUnavailable
 */
export async function openSqliteReader(
  file: string,
  writer: SqliteWriter,
  clock: Clock,
  tell: (notice: StorageNotice) => void,
): Promise<Database> {
  const db = new Kysely<Schema>({ dialect: new SplitDialect(openForReading(file), writer) });
  const registry = openRegistry(file, tell);
  return {
    ...embedded(db, registry, clock),
    async attempt(steps, unit_id) {
      try {
        return await writer.attempt(
          steps.map(({ query, ...step }) => ({ ...step, statement: statementOf(query) })),
          unit_id,
        );
      } finally {
        registry.readAnew();
      }
    },
    together: (queries) => writer.together(queries.map(statementOf)),
  };
}

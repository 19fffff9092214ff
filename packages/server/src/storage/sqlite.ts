import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { RegistryChange, RegistryState } from '../registry-change.ts';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { isMet, refusalOf } from './attempt.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import type { StorageNotice } from './reach.ts';
import {
  changesOf,
  changesSince,
  type HistoryPosition,
  type LastKnown,
  RegistryReader,
  registryStatements,
} from './registry-log.ts';
import { createRegistryMemory } from './registry-memory.ts';
import type { Schema } from './schema.ts';
import type { SqliteWriter, Statement } from './sqlite-writer.ts';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';
import { together } from './together.ts';

/** How long a statement waits for another process's write lock, in milliseconds. */
export const BUSY_TIMEOUT = 5_000;
const STATEMENT_CACHE_SIZE = 256;

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that say the file, not the statement, is at fault. */
const UNAVAILABLE = new Map([
  [5, 'another process holds the write lock'],
  [8, 'the file cannot be written'],
  [10, 'the disk reports an error'],
  [11, 'the file is damaged'],
  [13, 'the disk is full'],
  [14, 'the file cannot be opened'],
  [26, 'the file is not an SQLite database'],
]);
const CONSTRAINT = 19;
const CONSTRAINTS_OF_KEYS = new Set([787, 1555, 2067]);

/** Gives an error of SQLite the type callers know it by. */
export function typed(error: unknown, file: string): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error;
  if ((error.errcode & 0xff) === CONSTRAINT && CONSTRAINTS_OF_KEYS.has(error.errcode)) {
    return new StorageConflict(`the write contradicts another one: ${error.message}`, { cause: error });
  }
  const why = UNAVAILABLE.get(error.errcode & 0xff);
  return why ? new StorageUnavailable(`${file}: ${why} (${error.message})`, { cause: error }) : error;
}

/** @throws TypeError for what SQLite cannot store */
export function bindable(value: unknown): SQLInputValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  ) {
    return value;
  }
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}`);
}

/** A `DatabaseSync` in the shape Kysely's dialect works with; statements are prepared once and kept. */
export class CachingDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements = new LRUCache<string, SqliteStatement>({ max: STATEMENT_CACHE_SIZE });

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
  }

  prepare(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = this.#wrap(this.#attempt(() => this.#database.prepare(sql)));
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Ends a transaction, if there is one: one that failed may have ended by itself. */
  rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #wrap(statement: StatementSync): SqliteStatement {
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => this.#attempt(() => statement.all(...parameters.map(bindable))),
      run: (parameters) => this.#attempt(() => statement.run(...parameters.map(bindable))),
      iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
    };
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw typed(error, this.#file);
    }
  }
}

/** The rows that a statement wrote or found. */
function rowsOf(database: CachingDatabase, { sql, parameters }: CompiledQuery): number {
  const statement = database.prepare(sql);
  return statement.reader ? statement.all(parameters).length : Number(statement.run(parameters).changes);
}

/**
 * Runs a unit of work without giving way to anything in this process, so that the write lock is held for as short as
 * can be. There is no connection that could hide the answer to COMMIT: what fails is rolled back.
 */
function attemptUnit(
  database: CachingDatabase,
  steps: readonly Step[],
  writeDown: (changes: readonly RegistryChange[]) => readonly CompiledQuery[],
): UnitOutcome {
  const changes: RegistryChange[] = [];
  const attemptStep = (step: Step): UnitOutcome | undefined => {
    try {
      const rows = rowsOf(database, step.query);
      if (rows > 0) changes.push(...changesOf(step));
      if (isMet(step, rows)) return undefined;
    } catch (error) {
      return refusalOf(step, error);
    }
    return { outcome: 'refused', condition: step.condition };
  };
  database.prepare('begin immediate').run([]);
  try {
    for (const step of steps) {
      const refused = attemptStep(step);
      if (refused) return refused;
    }
    for (const query of writeDown(changes)) rowsOf(database, query);
    database.prepare('commit').run([]);
    return { outcome: 'committed' };
  } finally {
    database.rollBack();
  }
}

const queryOf = ({ sql, parameters }: Statement): CompiledQuery => CompiledQuery.raw(sql, [...parameters]);

/** Takes the write lock when a transaction begins: taken later, it could be refused without waiting. */
class ImmediateDriver extends SqliteDriver {
  readonly #database: CachingDatabase;

  constructor(database: CachingDatabase) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async rollbackTransaction(): Promise<void> {
    this.#database.rollBack();
  }
}

export class ImmediateDialect extends SqliteDialect {
  readonly #database: CachingDatabase;

  constructor(database: CachingDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database);
  }
}

/** Opens the file, made with mode 0600 when absent; SQLite gives its companions (-wal, -shm) the same mode. */
export async function openFile(file: string): Promise<DatabaseSync> {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new StorageUnavailable(`${file}: the database file cannot be opened or made`, { cause });
  }
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  // Turning WAL on needs the file for itself and does not wait for it as other statements do.
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('pragma journal_mode = wal; pragma synchronous = full');
      return database;
    } catch (error) {
      const failure = typed(error, file);
      if (attempt === 100 || !(failure instanceof StorageUnavailable && /locked/.test(failure.message))) {
        database.close();
        throw failure;
      }
      await delay(20);
    }
  }
}

/** An embedded database cannot be away. */
const ALWAYS_REACHED: Database['reach'] = {
  state: () => 'reached',
  clockOffset: () => 0,
  isClockRight: () => true,
};

/**
 * Follows the registry on a connection of its own: the main one may stand inside a transaction that is rolled back
 * later, and a number seen there would come again with other content.
 */
export function openRegistry(
  file: string,
  tell: (notice: StorageNotice) => void,
  lastKnown?: HistoryPosition,
  place: string | URL = file,
) {
  const reading = new DatabaseSync(place, { readOnly: true, timeout: BUSY_TIMEOUT });
  const selectNumber = reading.prepare('select version from registry_version');
  const selectChanges = reading.prepare(changesSince('0', '?'));
  const memory = createRegistryMemory();
  const reader = new RegistryReader(memory, lastKnown);
  let hasRead = false;
  let isRead = false;
  const read = () => {
    if (isRead) return;
    try {
      if (!hasRead || selectNumber.get()?.version !== reader.number) {
        const { heard } = reader.hear(selectChanges.all(reader.since));
        hasRead = true;
        if (heard.outcome === 'back') tell({ kind: 'went back', from: heard.from, to: heard.to });
      }
    } catch (error) {
      throw typed(error, file);
    }
    // Requests handled in one turn of the event loop share a read; the next turn sees what others committed.
    isRead = true;
    setImmediate(() => {
      isRead = false;
    });
  };
  read();
  const state: RegistryState = {
    lastChange(kind, key) {
      read();
      return memory.lastChange(kind, key);
    },
    isCurrent: () => true,
  };
  return {
    state,
    /** To be called after an own write, which shows at once. */
    readAnew(): void {
      isRead = false;
    },
    position() {
      read();
      return reader.position;
    },
    close: () => reading.close(),
  };
}

/** What an embedded database is, whoever writes it. */
export const embedded = (
  db: Kysely<Schema>,
  registry: ReturnType<typeof openRegistry>,
  clock: Clock,
): Omit<Database, 'attempt' | 'together'> => ({
  db,
  reading: db,
  dialect: 'sqlite',
  clock,
  deadline: Number.POSITIVE_INFINITY,
  skew: 0,
  registry: registry.state,
  position: registry.position,
  reach: ALWAYS_REACHED,
  async close() {
    registry.close();
    await db.destroy();
  },
});

/**
 * Opens the embedded database and brings its schema up to date.
 * @throws StorageUnavailable, NewerSchema
 */
export async function openSqlite(
  file: string,
  deployment: Upgraded & LastKnown,
  clock: Clock,
  tell: (notice: StorageNotice) => void = () => {},
): Promise<Database & { readonly from: number; readonly to: number; readonly writer: SqliteWriter }> {
  const database = await openFile(file);
  const caching = new CachingDatabase(database, file);
  const db = new Kysely<Schema>({ dialect: new ImmediateDialect(caching) });
  try {
    const { from, to } = await migrate(db, 'sqlite', file, deployment);
    const registry = openRegistry(file, tell, deployment.lastKnown);
    const inTransaction = together(db);
    const attempt = (steps: readonly Step[], unit_id: string) =>
      // The mutex of Kysely's one connection keeps the unit out of transactions.
      db.connection().execute(async () => {
        try {
          return attemptUnit(caching, steps, (changes) => registryStatements(db, changes, unit_id));
        } finally {
          registry.readAnew();
        }
      });
    return {
      ...embedded(db, registry, clock),
      from,
      to,
      attempt,
      together: inTransaction,
      writer: {
        attempt: (steps, unit_id) =>
          attempt(
            steps.map(({ statement, ...step }) => ({ ...step, query: queryOf(statement) })),
            unit_id,
          ),
        together: (statements) => inTransaction(statements.map(queryOf)),
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { LRUCache } from 'lru-cache';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** How long a statement waits for another process's write lock, in milliseconds. */
export const BUSY_TIMEOUT = 5_000;
const STATEMENT_CACHE_SIZE = 256;
/**
 * How long the file beside the database gets, in pages of 4 KiB, before what is in it is brought into the database, for which
 * whoever writes waits: four times what SQLite does by itself. A page that is written again and again is brought over once.
 */
const CHECKPOINT_PAGES = 4_000;

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

/** Whether these are rows; what is in them is for whoever asked to say, as everywhere with Kysely. */
export const areRows = <Row>(rows: unknown): rows is Row[] => Array.isArray(rows);

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

/**
 * Has a connection need no folder for temporary files, of which there may be none that can be written to: savepoints and
 * sorting would want one (https://sqlite.org/tempfiles.html).
 */
export function keepsToItself(database: DatabaseSync): void {
  database.exec('pragma temp_store = memory');
}

/** A `DatabaseSync` in the shape Kysely's dialect works with; statements are prepared once and kept. */
export class CachingDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements = new LRUCache<string, SqliteStatement>({ max: STATEMENT_CACHE_SIZE });

  constructor(database: DatabaseSync, file: string) {
    keepsToItself(database);
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

  /** Whether a transaction is under way: an error may have ended it. */
  get isTransaction(): boolean {
    return this.#database.isOpen && this.#database.isTransaction;
  }

  /** Ends a transaction, if there is one: one that failed may have ended by itself. */
  rollBack(): void {
    if (this.isTransaction) this.#database.exec('rollback');
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
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

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * Makes the file with mode 0600 where there is none. One that is there is not touched: a process that opens and closes it
 * by itself gives up every lock that SQLite has on it (https://sqlite.org/howtocorrupt.html, 2.2).
 */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (cause) {
    if (isThere(cause)) return;
    throw new StorageUnavailable(`${file}: the database file cannot be opened or made`, { cause });
  }
}

/**
 * Opens the file, made where it is absent; SQLite gives its companions (-wal, -shm) the same mode.
 * @throws StorageUnavailable
 */
export async function openFile(file: string): Promise<DatabaseSync> {
  makeFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  // Turning WAL on needs the file for itself and does not wait for it as other statements do.
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec(
        `pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
      );
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

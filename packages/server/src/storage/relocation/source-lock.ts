import { DatabaseSync } from 'node:sqlite';
import { keepsToItself } from '../sqlite-file.ts';
import { StorageUnavailable } from '../storage-errors.ts';
import { DatabaseInUse } from './relocation-errors.ts';

const WAIT_MS = 1_000;
const BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === BUSY;

/**
 * Has an embedded database for oneself for the time of some synchronous work. Leaving WAL mode asks for what no lock of
 * SQLite's does: that nobody else so much as has the file open.
 * @throws DatabaseInUse, StorageUnavailable
 */
export function alone<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: WAIT_MS, enableForeignKeyConstraints: true });
  try {
    keepsToItself(database);
    database.exec('pragma locking_mode = exclusive');
    database.exec('pragma journal_mode = delete');
    database.exec('begin exclusive');
    const result = work(database);
    database.exec('commit');
    return result;
  } catch (error) {
    if (isBusy(error)) throw new DatabaseInUse(file);
    if (error instanceof Error && 'errcode' in error) {
      throw new StorageUnavailable(`${file}: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    if (database.isTransaction) database.exec('rollback');
    database.close();
  }
}

import pg from 'pg';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable, UnstorableValue } from './storage-errors.ts';

/**
 * SQLSTATE classes that say the database, not the statement, is at fault: connection lost, signing in refused,
 * no such database, rolled back for another transaction, out of resources, a lock or the end of a statement waited for
 * too long, shutting down or a read-only standby, a transaction that stood idle, system errors.
 */
const UNAVAILABLE = /^(08|28|3D|40|53|55P03|57|58|25006|25P03)/;
/** The class of data exceptions: text that is none in UTF-8 or JSON, numbers out of range. */
const DATA_EXCEPTION = /^22/;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
/** Serialization failure, deadlock, and a lock that was waited for too long. */
const GAVE_WAY = ['40001', '40P01', '55P03'];
/** After these the connection is of no use: its server is a standby, shutting down, or gone. */
const CONNECTION_LOST = /^(08|25006|57P)/;

/** Gives an error of the database or of the connection to it the type callers know it by. */
export function typed(error: unknown, name: string): unknown {
  if (error instanceof StorageUnavailable) return error;
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error;
    if (code === UNIQUE_VIOLATION || code === FOREIGN_KEY_VIOLATION) {
      const detail = error.constraint ?? error.message;
      return new StorageConflict(`the write contradicts another one: ${detail}`, { cause: error });
    }
    if (DATA_EXCEPTION.test(code)) return new UnstorableValue(error.message, { cause: error });
    return UNAVAILABLE.test(code)
      ? new StorageUnavailable(`${name}: ${error.message} (SQLSTATE ${code})`, { cause: error })
      : error;
  }
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  return new StorageUnavailable(`${name}: ${reason(error)}`, { cause: error });
}

/** Whether a unit lost against another one, and may be run again. */
export function gaveWay(error: unknown): boolean {
  return (
    error instanceof StorageUnavailable &&
    error.cause instanceof pg.DatabaseError &&
    GAVE_WAY.includes(error.cause.code ?? '')
  );
}

/** Whether the connection that an error came from must not be used again. */
export const isLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || CONNECTION_LOST.test(error.code ?? '');

/** What Node says of a failed connection; of several addresses tried it keeps the reasons inside. */
function reason(error: Error): string {
  return error instanceof AggregateError && error.errors.length > 0
    ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ')
    : error.message;
}

import pg from 'pg';
import { StorageUnavailable } from './storage-errors.ts';

/** What an operating system says of a host or a port that may be there in a moment. */
const UNREACHED = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/**
 * SQLSTATE classes that time mends: connection lost, gave way to another transaction, out of resources, starting up or
 * shutting down, system errors, a standby that is not promoted yet. A wrong password (28) and a database of another name
 * (3D) it does not.
 */
const MENDED = /^(08|40|53|57P|58|25006)/;

/** What is said of a server that does not go on, or is a standby as yet. */
const SILENT = /timeout|terminated|takes no writes/i;

function isMended(cause: unknown): boolean {
  if (cause instanceof StorageUnavailable) return isNotThereYet(cause);
  if (cause instanceof pg.DatabaseError) return MENDED.test(cause.code ?? '');
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.some(isMended);
  if (!(cause instanceof Error)) return false;
  return 'code' in cause ? UNREACHED.includes(String(cause.code)) : SILENT.test(cause.message);
}

/** Whether a database that could not be opened may be had by waiting, as one that is starting up. */
export function isNotThereYet(error: unknown): boolean {
  if (!(error instanceof StorageUnavailable)) return false;
  // Without a cause nothing was answered in time.
  return error.cause === undefined || isMended(error.cause);
}

import { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { addressesOf } from '../postgres-address.ts';
import { Dialect, Pool } from '../postgres-driver.ts';
import { writableHost } from '../postgres-watch.ts';
import type { Schema } from '../schema.ts';
import { CachingDatabase, openFile } from '../sqlite-file.ts';
import { ImmediateDialect } from '../sqlite-immediate.ts';
import type { StorageOptions } from '../storage-options.ts';

/** A database of which rows are read and written as they are, whatever version of the schema they are of. */
export type RowDatabase = Pick<Database, 'db' | 'dialect' | 'close'> & {
  /** The versions of the schema before and after it was opened. */
  readonly from: number;
  readonly to: number;
};

const CONNECTIONS = 3;
/** Milliseconds in which there must be a connection; what is asked over it may take as long as it needs. */
const CONNECTION_TIMEOUT = 10_000;

async function migrated(
  db: Kysely<Schema>,
  dialect: Database['dialect'],
  name: string,
  options: StorageOptions,
  close: () => Promise<void>,
): Promise<RowDatabase> {
  try {
    return { db, dialect, close, ...(await migrate(db, dialect, name, options)) };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens a database with its schema made or upgraded, and nothing beside it: it hears of no changes, and has no deadline.
 * @throws StorageUnavailable, NewerSchema, DataElsewhere
 */
export async function openRows(options: StorageOptions): Promise<RowDatabase> {
  if (options.type === 'sqlite') {
    const caching = new CachingDatabase(await openFile(options.file), options.file);
    const db = new Kysely<Schema>({ dialect: new ImmediateDialect(caching) });
    return await migrated(db, 'sqlite', options.file, options, () => db.destroy());
  }
  const addresses = addressesOf(options.url, options.tls ?? { mode: 'off' });
  const pool = new Pool({
    addresses,
    poolSize: CONNECTIONS,
    deadline: CONNECTION_TIMEOUT,
    onFailure: () => {},
  });
  const db = new Kysely<Schema>({ dialect: new Dialect(pool) });
  const closed = Promise.withResolvers<void>();
  void pool.patiently(() => closed.promise);
  const close = async () => {
    closed.resolve();
    await db.destroy();
  };
  try {
    if (addresses.hosts.length > 1) pool.turnTo(await writableHost(addresses));
  } catch (error) {
    await close();
    throw error;
  }
  return await migrated(db, 'postgres', addresses.name, options, close);
}

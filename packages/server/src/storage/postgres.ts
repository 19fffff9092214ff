import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { RegistryChange } from '../registry-change.ts';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { type Attempt, isMet, refusalOf, unitRow } from './attempt.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import { type Watch, watchPostgres } from './postgres-watch.ts';
import type { StorageNotice } from './reach.ts';
import { changesOf, registryStatements } from './registry-log.ts';
import type { Schema } from './schema.ts';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable, UnstorableValue } from './storage-errors.ts';

/** Milliseconds to wait for a connection, for its turn in the pool, and for a statement. */
const CONNECTION_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 30_000;

/** Milliseconds that a server goes on without its database. */
const DEFAULT_BOUND = 60_000;

const BIGINT = 20;

/**
 * SQLSTATE classes that say the database, not the statement, is at fault: connection lost, signing in refused,
 * no such database, rolled back for another transaction, out of resources, shutting down or a read-only
 * standby, system errors.
 */
const UNAVAILABLE = /^(08|28|3D|40|53|57P|58|25006)/;
/** The class of data exceptions: text that is none in UTF-8 or JSON, numbers out of range. */
const DATA_EXCEPTION = /^22/;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Gives an error of the database or of the connection to it the type callers know it by. */
function typed(error: unknown, name: string): unknown {
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

/** Serialization failure and deadlock. */
const GAVE_WAY = ['40001', '40P01'];

function gaveWay(error: unknown): boolean {
  return (
    error instanceof StorageUnavailable &&
    error.cause instanceof pg.DatabaseError &&
    GAVE_WAY.includes(error.cause.code ?? '')
  );
}

/** What Node says of a failed connection; of several addresses tried it keeps the reasons inside. */
function reason(error: Error): string {
  return error instanceof AggregateError && error.errors.length > 0
    ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ')
    : error.message;
}

/** PostgreSQL's text has no U+0000. A name that carries one must be unknown, not an error. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\u{FFFD}') : value;
}

class Driver extends PostgresDriver {
  readonly #name: string;

  constructor(pool: pg.Pool, name: string) {
    super({
      pool,
      async onCreateConnection(connection) {
        const execute = connection.executeQuery.bind(connection);
        connection.executeQuery = async <R>(query: CompiledQuery) => {
          try {
            return await execute<R>({ ...query, parameters: query.parameters.map(storable) });
          } catch (error) {
            throw typed(error, name);
          }
        };
      },
    });
    this.#name = name;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      throw typed(error, this.#name);
    }
  }
}

class Dialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #name: string;

  constructor(pool: pg.Pool, name: string) {
    super({ pool });
    this.#pool = pool;
    this.#name = name;
  }

  override createDriver(): PostgresDriver {
    return new Driver(this.#pool, this.#name);
  }
}

function openPool(url: string, poolSize: number): { pool: pg.Pool; name: string; types: pg.TypeOverrides } {
  const types = new pg.TypeOverrides();
  // Times and counts: far below 2^53.
  types.setTypeParser(BIGINT, Number);
  let name: string;
  try {
    const { host, port, database } = new pg.Client({ connectionString: url });
    name = `PostgreSQL database ${database} at ${host}:${port}`;
  } catch (cause) {
    throw new StorageUnavailable('the url of the database cannot be read', { cause });
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    application_name: 'countersign',
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    query_timeout: STATEMENT_TIMEOUT,
    keepAlive: true,
  });
  // A connection that dies is replaced by the pool; whoever was using it got the error from the query.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return { pool, name, types };
}

/** Runs a unit of work on one connection; its own row is written, so that its outcome can be asked for. */
async function attemptUnit(
  db: Kysely<Schema>,
  steps: readonly Step[],
  row: ReturnType<typeof unitRow>,
  { memory, announce }: Pick<Watch, 'memory' | 'announce'>,
): Promise<Attempt> {
  const changes: RegistryChange[] = [];
  return await db.connection().execute(async (connection): Promise<Attempt> => {
    const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    // What a lost connection says comes to nothing: PostgreSQL rolled back by itself.
    const rollBack = () => run('rollback').catch(() => {});

    const attemptStep = async (step: Step): Promise<UnitOutcome | undefined> => {
      try {
        const { numAffectedRows, rows } = await connection.executeQuery(step.query);
        const touched = Number(numAffectedRows ?? rows.length);
        if (touched > 0) changes.push(...changesOf(step));
        if (isMet(step, touched)) return undefined;
      } catch (error) {
        return refusalOf(step, error);
      }
      return { outcome: 'refused', condition: step.condition };
    };

    try {
      await run('begin');
      for (const step of steps) {
        const refused = await attemptStep(step);
        if (!refused) continue;
        await rollBack();
        return refused;
      }
      await connection.insertInto('unit_of_work').values(row).execute();
      for (const query of registryStatements(db, changes, row.unit_id)) await connection.executeQuery(query);
    } catch (error) {
      await rollBack();
      if (gaveWay(error)) return { outcome: 'gave way' };
      throw error;
    }
    try {
      await run('commit');
      return { outcome: 'committed' };
    } catch (error) {
      if (gaveWay(error)) return { outcome: 'gave way' };
      if (error instanceof StorageConflict) throw error;
      return { outcome: 'unknown' };
    } finally {
      if (changes.length > 0) {
        memory.changed(changes);
        announce();
      }
    }
  });
}

/**
 * Opens the shared database and brings its schema up to date. A connection lost later fails the calls that
 * use it with StorageUnavailable; later calls connect anew.
 * @throws StorageUnavailable, NewerSchema
 */
export async function openPostgres(
  url: string,
  poolSize: number,
  deployment: Upgraded,
  clock: Clock,
  tell: (notice: StorageNotice) => void = () => {},
  bound = DEFAULT_BOUND,
): Promise<Database & { readonly from: number; readonly to: number }> {
  const { pool, name, types } = openPool(url, poolSize);
  const db = new Kysely<Schema>({ dialect: new Dialect(pool, name) });
  try {
    const { from, to } = await migrate(db, 'postgres', name, deployment);
    const watch = await watchPostgres({ url, bound, clock, types, tell });
    return {
      db,
      dialect: 'postgres',
      clock,
      from,
      to,
      attempt: (steps, unit_id) => attemptUnit(db, steps, unitRow(unit_id, clock()), watch),
      registry: watch.registry,
      reach: watch.reach,
      async close() {
        await watch.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

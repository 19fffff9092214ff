import { CompiledQuery, type DatabaseConnection, Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RegistryChange } from '../registry-change.ts';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import { type Attempt, isMet, refusalOf, unitRow } from './attempt.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Upgraded } from './migrations/migration.ts';
import { addressesOf, type PostgresTls } from './postgres-address.ts';
import { Dialect, Pool } from './postgres-driver.ts';
import { gaveWay } from './postgres-errors.ts';
import { type Watch, watchPostgres, writableHost } from './postgres-watch.ts';
import type { StorageNotice } from './reach.ts';
import type { LastKnown } from './registry-log.ts';
import { changesOf, registryStatements } from './registry-statements.ts';
import type { Schema } from './schema.ts';
import { StorageConflict } from './storage.ts';
import { together } from './together.ts';

/** How PostgreSQL is used; times are milliseconds. */
export type PostgresOptions = {
  /** A connection URL, which may name several hosts. */
  readonly url: string;
  /** The most connections of this process, besides one that watches. */
  readonly poolSize?: number | undefined;
  readonly tls?: PostgresTls | undefined;
  /** How long a call may take before it is given up, and ended at the server. */
  readonly deadline?: number | undefined;
  /** How long the server lets a statement of a unit of work run; the deadline when absent. */
  readonly statementLimit?: number | undefined;
  /**
   * How long it lets one wait for a lock, after which the unit is run again; a tenth of the deadline when absent, for two
   * that wait for one another are told apart sooner so than by the server.
   */
  readonly lockLimit?: number | undefined;
  /** How long this process may go on without the database. */
  readonly unreachableBound?: number | undefined;
  /** By how much this machine's clock may differ from the database's. */
  readonly clockBound?: number | undefined;
};

const PLACEHOLDER = (position: number) => `$${position}`;

const DEFAULTS = { poolSize: 10, deadline: 5_000, unreachableBound: 60_000, clockBound: 30_000 };

/**
 * Begins a unit of work with limits that end with it: a pooler gives its connection to somebody else afterwards. One
 * that stands idle belongs to a process that hangs, and holds locks.
 */
const beginning = (
  deadline: number,
  { statementLimit = deadline, lockLimit = Math.ceil(deadline / 10) }: PostgresOptions,
) =>
  `begin; set local statement_timeout = ${statementLimit}; set local lock_timeout = ${lockLimit};
   set local idle_in_transaction_session_timeout = ${deadline}`;

/** Has a connection of the pool for some work; Kysely's own sends one statement after the other. */
async function onConnection<T>(pool: Pool, work: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
  const connection = await pool.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await pool.releaseConnection(connection);
  }
}

/**
 * Runs a unit of work on one connection; its own row is written, so that its outcome can be asked for. What its steps find
 * decides only whether all of it is committed, so that they are sent together once the transaction has begun: before, each
 * would be committed by itself.
 * @param own writes its row
 */
async function attemptUnit(
  pool: Pool,
  steps: readonly Step[],
  { unit_id, own }: { readonly unit_id: string; readonly own: CompiledQuery },
  begin: string,
  { memory, announce }: Pick<Watch, 'memory' | 'announce'>,
): Promise<Attempt> {
  const changes: RegistryChange[] = [];
  return await onConnection(pool, async (connection): Promise<Attempt> => {
    const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    // What a lost connection says comes to nothing: PostgreSQL rolled back by itself.
    const rollBack = () => run('rollback').catch(() => {});

    const send = (query: CompiledQuery) => {
      const answer = connection.executeQuery(query);
      // The first that fails is the one that is told of.
      answer.catch(() => {});
      return answer;
    };

    const outcomeOf = async (
      step: Step,
      answer: ReturnType<typeof send>,
    ): Promise<UnitOutcome | undefined> => {
      try {
        const { numAffectedRows, rows } = await answer;
        const touched = Number(numAffectedRows ?? rows.length);
        if (touched > 0) changes.push(...changesOf(step));
        if (isMet(step, touched)) return undefined;
      } catch (error) {
        return refusalOf(step, error);
      }
      return { outcome: 'refused', condition: step.condition };
    };

    try {
      await run(begin);
      const sent = steps.map((step) => ({ step, answer: send(step.query) }));
      const written = send(own);
      for (const { step, answer } of sent) {
        const refused = await outcomeOf(step, answer);
        if (!refused) continue;
        await rollBack();
        return refused;
      }
      await written;
      for (const { sql, parameters } of registryStatements(changes, unit_id, PLACEHOLDER))
        await connection.executeQuery(CompiledQuery.raw(sql, [...parameters]));
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
 * @param clock of this machine
 * @throws StorageUnavailable, NewerSchema
 */
export async function openPostgres(
  options: PostgresOptions,
  deployment: Upgraded & LastKnown,
  clock: Clock,
  tell: (notice: StorageNotice) => void = () => {},
): Promise<Database & { readonly from: number; readonly to: number }> {
  const {
    url,
    poolSize = DEFAULTS.poolSize,
    tls = { mode: 'off' },
    deadline = DEFAULTS.deadline,
    unreachableBound = DEFAULTS.unreachableBound,
    clockBound = DEFAULTS.clockBound,
  } = options;
  const addresses = addressesOf(url, tls);
  let watch: Watch | undefined;
  const pool = new Pool({ addresses, poolSize, deadline, onFailure: () => watch?.doubt() });
  const db = new Kysely<Schema>({ dialect: new Dialect(pool) });
  try {
    const address = addresses.hosts.length > 1 ? await writableHost(addresses) : addresses.hosts[0];
    pool.turnTo(address);
    const { from, to } = await pool.patiently(() => migrate(db, 'postgres', addresses.name, deployment));
    const watching = await watchPostgres({
      addresses,
      address,
      unreachableBound,
      clockBound,
      clock,
      lastKnown: deployment.lastKnown,
      tell,
      onHost: (address) => pool.turnTo(address),
      onReturn: () => pool.renew(),
    });
    watch = watching;
    const now = () => clock() + watching.reach.clockOffset();
    const begin = beginning(deadline, options);
    return {
      db,
      reading: db,
      async find<Row>(query: CompiledQuery<Row>) {
        const { rows } = await db.executeQuery(query);
        return rows[0];
      },
      dialect: 'postgres',
      clock: now,
      deadline,
      skew: 2 * clockBound,
      from,
      to,
      attempt(steps, unit_id) {
        const own = db.insertInto('unit_of_work').values(unitRow(unit_id, now())).compile();
        return attemptUnit(pool, steps, { unit_id, own }, begin, watching);
      },
      together: together(db),
      registry: watching.registry,
      position: watching.position,
      reach: watching.reach,
      pool: () => pool.use(),
      async close() {
        await watching.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

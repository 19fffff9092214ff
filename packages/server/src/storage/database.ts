import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import type { Step } from '../unit-of-work.ts';
import type { Attempt } from './attempt.ts';
import type { Dialect } from './migrations/migration.ts';
import type { PoolUse, Reach } from './reach.ts';
import type { HistoryPosition } from './registry-log.ts';
import type { Schema } from './schema.ts';

/** An open database with its schema in place, and what differs between the two kinds. */
export type Database = {
  readonly db: Kysely<Schema>;
  /**
   * For what may read many rows: listings, searches, counts. Whoever uses `db` does not wait for it. It runs single
   * statements that read, outside of transactions.
   */
  readonly reading: Kysely<Schema>;
  /** Runs a statement that was compiled before and reads one row at most. */
  find<Row>(query: CompiledQuery<Row>): Promise<Row | undefined>;
  readonly dialect: Dialect;
  /** That of the database, as far as it is known. */
  readonly clock: Clock;
  /**
   * Runs the steps in one transaction, and writes down what they changed of the registry, which this process knows of
   * once the promise is settled.
   * @param unit_id the unit's own name, not used before
   * @throws StorageUnavailable, having written nothing
   */
  attempt(steps: readonly Step[], unit_id: string): Promise<Attempt>;
  /** Milliseconds within which what became of a unit of work is told. */
  readonly deadline: number;
  /** Milliseconds by which the clocks of two processes that use it may differ. */
  readonly skew: number;
  /**
   * Runs statements in one transaction with none of the caller's code between them.
   * @returns what each gave
   * @throws StorageConflict, StorageUnavailable
   */
  together(queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]>;
  readonly registry: RegistryState;
  /** Where it was among its changes when this process heard of it last. */
  position(): HistoryPosition | undefined;
  /** Absent where there are no connections to share. */
  pool?(): PoolUse;
  readonly reach: Omit<Reach, 'canWrite' | 'connections' | 'durability'>;
  close(): Promise<void>;
};

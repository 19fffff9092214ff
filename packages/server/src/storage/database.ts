import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Step } from '../unit-of-work.ts';
import type { Attempt } from './attempt.ts';
import type { Dialect } from './migrations/migration.ts';
import type { Schema } from './schema.ts';

/** An open database with its schema in place, and what differs between the two kinds. */
export type Database = {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /**
   * Runs the steps in one transaction.
   * @param unit_id the unit's own name, not used before
   * @throws StorageUnavailable, having written nothing
   */
  attempt(steps: readonly Step[], unit_id: string): Promise<Attempt>;
  /**
   * Runs statements in one transaction with none of the caller's code between them.
   * @returns what each gave
   * @throws StorageConflict, StorageUnavailable
   */
  together(queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]>;
  /** Called by a store after it wrote to the registry, so that this process sees its own write at once. */
  registryChanged(): void;
  /** See `Storage.registryVersion`. */
  registryVersion(): number;
  close(): Promise<void>;
};

import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

export type Dialect = 'sqlite' | 'postgres';

/** What an upgrade must know of the deployment whose records it changes. */
export type Upgraded = {
  /** `[oauth] signing_algorithm`, where the file has it. */
  readonly signing_algorithm?: string | undefined;
  /** The version to stop at, for rows that an earlier version wrote; the latest otherwise. */
  readonly until?: number;
  /** Opens a database out of which or into which data are moving, too: for what moves them. */
  readonly relocating?: boolean;
  /** Leaves a database as it is, whatever its schema: for what looks and changes nothing. */
  readonly looksOnly?: boolean;
  /** Told of each step before it is made. */
  readonly onStep?: (version: number) => void;
};

/**
 * One step of the schema. Steps are never edited after a release; a later one corrects them. From step 15 on PostgreSQL
 * commits each statement alone, then what is done to records together with the version: `statements` change tables
 * alone, `changeRecords` rows alone, and both may be run again after a process died between them (`if not exists`).
 */
export type Migration = {
  readonly version: number;
  /**
   * The oldest version of the schema whose servers may use the database with this step made, beside newer ones while a
   * deployment is rolled. Absent where none may but those that know this step.
   */
  readonly oldest?: number;
  /** The statements that lead from the version before to this one, in order. */
  statements(dialect: Dialect): readonly string[];
  /** Changes what stands in the records, after the statements. */
  changeRecords?(transaction: Transaction<Schema>, dialect: Dialect, deployment: Upgraded): Promise<void>;
};

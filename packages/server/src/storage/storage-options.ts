import type { Upgraded } from './migrations/migration.ts';
import type { PostgresOptions } from './postgres.ts';
import type { LastKnown } from './registry-log.ts';
import type { SqliteWriter } from './sqlite-writer.ts';

/** Which database to open, and how it is used. */
export type StorageOptions = (
  | {
      readonly type: 'sqlite';
      readonly file: string;
      /** Who writes it, where this process only reads: its schema is in place then. */
      readonly writer?: SqliteWriter;
      /** Whether threads of their own write, and read listings, searches and counts: for processes that serve. */
      readonly apart?: boolean;
    }
  | ({ readonly type: 'postgres' } & PostgresOptions)
) &
  Upgraded &
  LastKnown;

import type { Upgraded } from './migrations/migration.ts';
import type { PostgresOptions } from './postgres.ts';

/** Which database to open, and how it is used. */
export type StorageOptions = (
  | { readonly type: 'sqlite'; readonly file: string }
  | ({ readonly type: 'postgres' } & PostgresOptions)
) &
  Upgraded;

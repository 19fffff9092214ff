import type { Kysely } from 'kysely';
import type { Dialect } from './migrations/migration.ts';
import type { Schema } from './schema.ts';

/** An open database with its schema in place, and what differs between the two kinds. */
export type Database = {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  /** Called by a store after it wrote to the registry, so that this process sees its own write at once. */
  registryChanged(): void;
  /** See `Storage.registryVersion`. */
  registryVersion(): number;
  close(): Promise<void>;
};

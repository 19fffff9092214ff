import type { Migration } from './migration.ts';

/** The secret of a client that authenticates by `client_secret_jwt`, encrypted. */
export const sealedClientSecret: Migration = {
  version: 3,
  statements: () => ['alter table client add column client_secret_sealed text'],
};

import type { Migration } from './migration.ts';

/** Client secrets that another server let somebody choose: an argon2id hash, since a fast one would give them away. */
export const chosenClientSecrets: Migration = {
  version: 23,
  // Servers of before refuse a client of such a secret, as one that has none, and leave the column as it is.
  oldest: 18,
  statements: (dialect) =>
    dialect === 'sqlite'
      ? ['alter table client add column client_secret_argon2id text']
      : ['alter table client add column if not exists client_secret_argon2id text'],
};

import type { Migration } from './migration.ts';

/** Indexes in the orders of what clients prove themselves with, and of whether clients and people are let in. */
export const ordersByState: Migration = {
  version: 32,
  // Servers of before need not know them.
  oldest: 18,
  statements: () => [
    'create index if not exists client_by_method_and_id on client (token_endpoint_auth_method, client_id)',
    'create index if not exists client_by_enabled_and_id on client (enabled, client_id)',
    'create index if not exists user_account_by_enabled_and_sub on user_account (enabled, sub)',
  ],
};

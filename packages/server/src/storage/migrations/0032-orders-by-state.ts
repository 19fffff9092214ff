import type { Migration } from './migration.ts';

/** Indexes in the orders of what clients prove themselves with, and of whether clients and people are let in. */
export const ordersByState: Migration = {
  version: 32,
  // Servers of before need not know them.
  oldest: 18,
  statements: () => [
    'create index if not exists client_in_order_of_method on client (token_endpoint_auth_method, client_id)',
    'create index if not exists client_in_order_of_state on client (enabled, client_id)',
    'create index if not exists user_account_in_order_of_state on user_account (enabled, sub)',
  ],
};

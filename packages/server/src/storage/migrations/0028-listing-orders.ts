import type { Migration } from './migration.ts';

/** Indexes in the orders that listings can be asked for. When certificates end is in order since step 19. */
export const listingOrders: Migration = {
  version: 28,
  // Servers of before need not know them.
  oldest: 18,
  statements: () => [
    'create index if not exists client_by_issue on client (client_id_issued_at, client_id)',
    'create index if not exists user_account_by_creation on user_account (created_at, sub)',
    'create index if not exists user_account_by_enabled on user_account (enabled, username_key, sub)',
    'create index if not exists member_group_by_creation on member_group (created_at, group_id)',
    'create index if not exists application_role_by_creation on application_role (created_at, role_id)',
  ],
};

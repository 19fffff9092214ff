import type { Migration } from './migration.ts';

/** The records that stand in columns alone. */
const TABLES = [
  'user_account',
  'signing_key',
  'authorization_grant',
  'consent',
  'initial_access_token',
  'dynamic_registration',
] as const;

/** Where a later version keeps members that have no column, and marks those that must be understood. */
export const furtherMembers: Migration = {
  version: 8,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    return TABLES.map((table) => `alter table ${table} add column further ${text}`);
  },
};

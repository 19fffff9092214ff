import type { Migration } from './migration.ts';

/** What of a client's access tokens has ended before its time. */
export const tokenEnds: Migration = {
  version: 10,
  statements(dialect) {
    return [`alter table client add column token_ends ${dialect === 'sqlite' ? 'text' : 'text collate "C"'}`];
  },
};

import type { Migration } from './migration.ts';

/** How many tokens clients were issued, by day; and the group of what registers with an initial access token. */
export const clientUse: Migration = {
  version: 29,
  // Servers of before know nothing of the table, and put what registers into no group.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    const added = dialect === 'sqlite' ? 'add column' : 'add column if not exists';
    return [
      `create table if not exists client_use (
        client_id ${text} not null references client (client_id) on delete cascade, day ${integer} not null,
        tokens ${integer} not null, last_at ${integer} not null, expires_at ${integer} not null,
        primary key (client_id, day))${strict}`,
      'create index if not exists client_use_by_end on client_use (expires_at)',
      `alter table initial_access_token ${added} group_id ${text}`,
    ];
  },
};

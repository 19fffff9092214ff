import type { Migration } from './migration.ts';

/** What people prove who they are with, beside the password. */
export const credentials: Migration = {
  version: 2,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const columns = [
      `kind ${text} not null`,
      `credential_key ${text} not null`,
      `sub ${text} not null`,
      `created_at ${integer} not null`,
      `record ${text} not null`,
      'primary key (kind, credential_key)',
    ];
    return [
      `create table credential (${columns.join(', ')})${dialect === 'sqlite' ? ' strict' : ''}`,
      'create index credential_by_sub on credential (sub, created_at)',
    ];
  },
};

import type { Migration } from './migration.ts';

/** Passwords that must be changed at the next sign-in, and the hash of what `[super_admin]` set last. */
export const passwords: Migration = {
  version: 12,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `alter table user_account add column password_temporary ${integer} not null default 0`,
      `create table configured_password (username_key ${text} primary key, password_hash ${text} not null)${strict}`,
    ];
  },
};

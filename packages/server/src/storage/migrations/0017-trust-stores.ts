import type { Migration } from './migration.ts';

/**
 * What nodes share of their trust stores, the edits of their files that were taken up, and what each node says of itself.
 * Where the database is one node's own file, the trust store is a file too, and these stay empty.
 */
export const trustStores: Migration = {
  version: 17,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table if not exists trust_store (store ${text} primary key, revision ${integer} not null,
        taken_over_at ${integer} not null)${strict}`,
      `create table if not exists trust_store_entry (store ${text} not null, thumbprint ${text} not null, alias ${text} not null,
        alias_key ${text} not null, certificate ${text} not null, added_at ${integer} not null, further ${text},
        primary key (store, thumbprint), unique (store, alias_key))${strict}`,
      `create table if not exists trust_store_edit (edit_id ${text} primary key, expires_at ${integer} not null)${strict}`,
      `create table if not exists node (node ${text} primary key, record ${text} not null, seen_at ${integer} not null,
        expires_at ${integer} not null)${strict}`,
    ];
  },
};

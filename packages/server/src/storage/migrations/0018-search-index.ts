import { sql } from 'kysely';
import type { Dialect, Migration } from './migration.ts';

const SEARCHED = [
  { table: 'client', key: 'client_id' },
  { table: 'user_account', key: 'sub' },
];

function indexOf(table: string, key: string, dialect: Dialect): readonly string[] {
  const notYet = `create index if not exists ${table}_unindexed on ${table} (${key}) where search_grams is null`;
  return dialect === 'postgres'
    ? [
        `alter table ${table} add column if not exists search_grams smallint[]`,
        notYet,
        `create index if not exists ${table}_by_gram on ${table} using gin (search_grams)`,
      ]
    : [
        `alter table ${table} add column search_grams integer`,
        notYet,
        `create unique index ${table}_by_gram on ${table} (search_grams) where search_grams is not null`,
        `create virtual table ${table}_search using fts5
           (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')`,
        // What is written now and then puts parts of the index together, by the page: small ones take milliseconds.
        `insert into ${table}_search (${table}_search, rank) values ('pgsz', 256)`,
      ];
}

/** Indexes in the order of a listing. They take the place of those that begin alike. */
const IN_ORDER = [
  'create index if not exists client_by_enabled_and_method on client (enabled, token_endpoint_auth_method, client_name_key, client_id)',
  'create index if not exists authorization_grant_of_client on authorization_grant (client_id, created_at, grant_id)',
  'drop index if exists authorization_grant_by_client',
  'create index if not exists authorization_grant_of_person on authorization_grant (sub, created_at, grant_id)',
  'drop index if exists authorization_grant_by_sub',
  'create index if not exists consent_of_client on consent (client_id, granted_at, sub)',
  'drop index if exists consent_by_client',
  'create index if not exists event_by_type on event (type, time, event_id)',
  `create index if not exists user_account_owner on user_account (sub) where enabled = 1 and roles like '%"owner"%'`,
];

/**
 * Clients and people are found by any part of their names, and clients are counted, without reading them all: a row whose
 * `search_grams` are there is in the index and in the count. What there is already gets there afterwards, some rows at a
 * time, while the server answers.
 */
export const searchIndex: Migration = {
  version: 18,
  statements(dialect) {
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      ...SEARCHED.flatMap(({ table, key }) => indexOf(table, key, dialect)),
      `create table if not exists indexed_clients (id integer primary key, total ${integer} not null)${strict}`,
      ...IN_ORDER,
    ];
  },
  async changeRecords(transaction) {
    await sql`insert into indexed_clients (id, total) values (1, 0) on conflict (id) do nothing`.execute(
      transaction,
    );
  },
};

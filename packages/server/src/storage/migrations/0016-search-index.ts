import type { Dialect, Migration } from './migration.ts';

const TABLES = [
  { table: 'client', key: 'client_id' },
  { table: 'user_account', key: 'sub' },
];

function indexOf(table: string, key: string, dialect: Dialect): readonly string[] {
  // Rows of before, and of earlier versions that go on writing: they are compared one by one until they are indexed.
  const unindexed = `create index if not exists ${table}_unindexed on ${table} (${key})
    where indexed_text is distinct from search_text`;
  if (dialect === 'postgres') {
    return [
      `alter table ${table} add column if not exists indexed_text text collate "C"`,
      `alter table ${table} add column if not exists search_grams smallint[]`,
      unindexed,
      // What is written is found by the index alone, not by reading a list of what it lacks at each search.
      `create index if not exists ${table}_by_gram on ${table} using gin (search_grams) with (fastupdate = off)`,
    ];
  }
  return [
    `alter table ${table} add column indexed_text text`,
    `alter table ${table} add column document integer`,
    unindexed,
    `create unique index ${table}_by_document on ${table} (document)`,
    `create virtual table ${table}_search using fts5
       (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')`,
    `create trigger ${table}_leaves_search after delete on ${table} when old.document is not null
       begin delete from ${table}_search where rowid = old.document; end`,
  ];
}

/**
 * Clients and people are found by any part of their names. What there is already is indexed afterwards, a few rows at a
 * time, while the server answers. A listing reads no more than its own indexes.
 */
export const searchIndex: Migration = {
  version: 16,
  statements(dialect) {
    return [
      ...TABLES.flatMap(({ table, key }) => indexOf(table, key, dialect)),
      ...(dialect === 'sqlite'
        ? ['create index user_by_name on user_account (username_key, sub, search_text)']
        : [
            'create index if not exists user_by_name on user_account (username_key, sub) include (search_text)',
            'drop index if exists client_by_name',
            'create index client_by_name on client (client_name_key, client_id) include (search_text)',
          ]),
    ];
  },
};

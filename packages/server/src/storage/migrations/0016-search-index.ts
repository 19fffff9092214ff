import type { Dialect, Migration } from './migration.ts';

const TABLES = [
  { table: 'client', key: 'client_id' },
  { table: 'user_account', key: 'sub' },
];

function indexOf(table: string, key: string, dialect: Dialect): readonly string[] {
  const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
  const columns = [
    `alter table ${table} add column indexed_text ${text}`,
    // Rows of before, and of earlier versions that go on writing: they are read one by one until they are indexed.
    `create index ${table}_unindexed on ${table} (${key}) where indexed_text is distinct from search_text`,
  ];
  if (dialect === 'postgres') {
    return [
      ...columns,
      `alter table ${table} add column search_grams smallint[]`,
      // What is written is found by the index alone, not by reading a list of what it lacks at each search.
      `create index ${table}_by_gram on ${table} using gin (search_grams) with (fastupdate = off)`,
    ];
  }
  return [
    ...columns,
    `alter table ${table} add column document integer`,
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
      dialect === 'sqlite'
        ? 'create index user_by_name on user_account (username_key, sub, search_text)'
        : 'create index user_by_name on user_account (username_key, sub) include (search_text)',
      ...(dialect === 'sqlite'
        ? []
        : [
            'drop index client_by_name',
            'create index client_by_name on client (client_name_key, client_id) include (search_text)',
          ]),
    ];
  },
};

import type { Migration } from './migration.ts';

/** The secret that pairwise subjects are made with: one row, which comes along wherever the data go. */
export const pairwiseSubjects: Migration = {
  version: 22,
  // Servers of before know nothing of it: a client with pairwise subjects is a record that they cannot read.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table if not exists subject_secret (id ${integer} primary key check (id = 1), sealed_secret ${text} not null,
        created_at ${integer} not null)${strict}`,
    ];
  },
};

import type { Migration } from './migration.ts';

/**
 * The units of work that were committed lately, by the id each gave itself; and what lets the holder of a refresh token
 * or a deferred authorization present it once more.
 */
export const unitsOfWork: Migration = {
  version: 6,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const columns = `unit_id ${text} primary key, expires_at ${integer} not null`;
    return [
      `create table unit_of_work (${columns})${dialect === 'sqlite' ? ' strict' : ''}`,
      'create index unit_of_work_by_expiry on unit_of_work (expires_at)',
      `alter table refresh_token add column repeats ${integer} not null default 0`,
      `alter table refresh_token add column repeated_at ${integer}`,
      `alter table deferred_authorization add column redeemed_at ${integer}`,
    ];
  },
};

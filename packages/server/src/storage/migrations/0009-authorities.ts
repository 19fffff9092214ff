import type { Migration } from './migration.ts';

/**
 * The roles that were given to certificates of the trust store, and what clients have or had: kept when the client is
 * gone, and beside the files of key stores, which keep neither. Where there are clients already, roles are still to be
 * given to what stands in the trust store.
 */
export const authorities: Migration = {
  version: 9,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table trust_role (thumbprint ${text} primary key, role ${text} not null,
        named_by ${text} not null, named_at ${integer} not null)${strict}`,
      `create table authority_claim (claim ${text} not null, client_id ${text} not null,
        claimed_at ${integer} not null, primary key (claim, client_id))${strict}`,
      `create table trust_upgrade (id ${integer} primary key, done ${integer} not null)${strict}`,
      'insert into trust_upgrade (id, done) select 1, case when exists (select 1 from client) then 0 else 1 end',
    ];
  },
};

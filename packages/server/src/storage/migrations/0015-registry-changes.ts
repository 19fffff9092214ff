import { sql } from 'kysely';
import type { Dialect, Migration } from './migration.ts';

const BY_STATEMENT = ['client', 'user_account', 'signing_key'];
const TABLES = [...BY_STATEMENT, 'trust_role', 'authority_claim'];

const triggersOf = (dialect: Dialect, table: string): readonly string[] =>
  dialect === 'sqlite'
    ? ['insert', 'update', 'delete'].map(
        (change) => `drop trigger if exists ${table}_${change}_moves_registry`,
      )
    : [`drop trigger if exists ${table}_moves_registry on ${table}`];

/** Also made before the first step: whoever migrates has a lease. */
export function leaseTable(dialect: Dialect): string {
  const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
  const columns = `task ${text} primary key, holder ${text} not null`;
  return dialect === 'sqlite'
    ? `create table if not exists lease (${columns}, expires_at integer not null) strict`
    : `create table if not exists lease (${columns}, expires_at bigint not null)`;
}

/**
 * What was changed of what processes remember, by number; who does what one process does; and whether the id of a unit of
 * work was taken so that it never is committed. Units of work write it down themselves: triggers know neither
 * the number under which a unit is committed nor every engine.
 */
export const registryChanges: Migration = {
  version: 15,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      ...TABLES.flatMap((table) => triggersOf(dialect, table)),
      ...(dialect === 'sqlite' ? [] : ['drop function if exists registry_changed()']),
      `create table if not exists registry_version (id integer primary key, version ${integer} not null)${strict}`,
      `create table if not exists registry_change (version ${integer} not null, kind ${text} not null,
        change_key ${text} not null, mark ${text} not null)${strict}`,
      'create index if not exists registry_change_by_version on registry_change (version)',
      leaseTable(dialect),
      `alter table unit_of_work add column ${dialect === 'sqlite' ? '' : 'if not exists '}given_up ${integer} not null default 0`,
    ];
  },
  async changeRecords(transaction) {
    await sql`insert into registry_version (id, version) values (1, 1) on conflict (id) do nothing`.execute(
      transaction,
    );
  },
};

import type { Migration } from './migration.ts';

/**
 * Groups and roles, who belongs to them and who holds them. Members and holders go with the person, client, group or role
 * that they name: every table of them cascades. `group_tree` is one row, whose number every change of the tree raises.
 */
export const groups: Migration = {
  version: 20,
  // Servers of before know nothing of these tables, and need not: what they remove takes its memberships with it.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    const named = `name ${text} not null, name_key ${text} not null unique, description ${text} not null,`;
    const kept = `created_at ${integer} not null, revision ${integer} not null, further ${text}`;
    const column = (name: string, table: string) =>
      `${name} ${text} not null references ${table} (${name}) on delete cascade`;
    const link = (table: string, one: readonly [string, string], other: readonly [string, string]) => [
      `create table if not exists ${table} (${column(...one)}, ${column(...other)}, added_at ${integer} not null,
        primary key (${one[0]}, ${other[0]}))${strict}`,
      `create index if not exists ${table}_of_${other[0]} on ${table} (${other[0]}, ${one[0]})`,
    ];
    const group = ['group_id', 'member_group'] as const;
    const role = ['role_id', 'application_role'] as const;
    const person = ['sub', 'user_account'] as const;
    const client = ['client_id', 'client'] as const;
    return [
      `create table if not exists member_group (group_id ${text} primary key, ${named} parent_id ${text}, ${kept})${strict}`,
      'create index if not exists member_group_of_parent on member_group (parent_id, name_key)',
      `create table if not exists application_role (role_id ${text} primary key, ${named} ${kept})${strict}`,
      ...link('group_person', group, person),
      ...link('group_client', group, client),
      ...link('role_person', role, person),
      ...link('role_client', role, client),
      ...link('role_group', role, group),
      `create table if not exists group_tree (id ${integer} primary key, revision ${integer} not null)${strict}`,
    ];
  },
  async changeRecords(transaction) {
    await transaction
      .insertInto('group_tree')
      .values({ id: 1, revision: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
};

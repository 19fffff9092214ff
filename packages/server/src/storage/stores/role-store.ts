import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import type { Role } from '../../user/group.ts';
import type { Database } from '../database.ts';
import { groupingOrder } from '../grouping-order.ts';
import { checkFurther, readRows } from '../record.ts';
import type { Schema } from '../schema.ts';
import { containsText, foldCase } from '../search-text.ts';
import type { RoleStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';
import { holderLinks } from './holder-links.ts';

type Row = Selectable<Schema['application_role']>;

/** @throws UnreadableRecord */
export function toRole({ name_key, further, managed_by, ...role }: Row): Role {
  checkFurther(further, `role ${role.role_id}`);
  return { ...role, ...(managed_by !== null && { managed_by }) };
}

const toRow = ({ role_id, name, description, managed_by, created_at, revision }: Role) => ({
  role_id,
  name,
  name_key: foldCase(name),
  description,
  managed_by: managed_by ?? null,
  created_at,
  revision,
});

function roleSteps(database: Database): RoleStore['steps'] {
  const { db } = database;
  const links = holderLinks(database, 'role', 'role_id');
  return {
    insert: (role) => ({
      condition: 'the name of the role is free',
      query: db
        .insertInto('application_role')
        .values(toRow(role))
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
    }),
    update: (role) => ({
      condition: `the role is at revision ${role.revision - 1} and its name is free`,
      query: db
        .updateTable('application_role')
        .set(toRow(role))
        .where('role_id', '=', role.role_id)
        .where('revision', '=', role.revision - 1)
        .compile(),
      rows: 'one',
      registry: { kind: 'role', key: role.role_id },
    }),
    remove: (role_id, revision) => ({
      condition: 'the role is there',
      query: db
        .deleteFrom('application_role')
        .where('role_id', '=', role_id)
        .$if(revision !== undefined, (query) => query.where('revision', '=', revision ?? 0))
        .compile(),
      rows: 'one',
      registry: { kind: 'role', key: role_id },
    }),
    assign: (role_id, holder, now) =>
      links.add(role_id, holder, now, 'the role and its new holder are there, and it does not hold it yet'),
    unassign: (role_id, holder) => links.remove(role_id, holder, 'it holds the role'),
  };
}

const containing = (search: string | undefined): readonly Expression<SqlBool>[] =>
  search ? [containsText(sql.ref<string>('name_key'), search)] : [];

/** Roles, found by `role_id` or by the folded form of their name. */
export function roleStore(database: Database, report: ReportUnreadable): RoleStore {
  const { reading } = database;
  const links = holderLinks(database, 'role', 'role_id');
  const roles = () => reading.selectFrom('application_role').selectAll();

  return {
    steps: roleSteps(database),

    async find(role_id) {
      const row = await roles().where('role_id', '=', role_id).executeTakeFirst();
      return row && toRole(row);
    },

    async findByName(name) {
      const row = await roles().where('name_key', '=', foldCase(name)).executeTakeFirst();
      return row && toRole(row);
    },

    async list({ search, limit, ...sorting }) {
      const order = groupingOrder('application_role', 'role_id', sorting);
      const conditions = [...containing(search), ...order.begins];
      const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
      const { rows } = await sql<Row>`select * from application_role ${where} ${order.sorted}
        limit ${limit + 1}`.execute(reading);
      return order.cursor.page(rows, limit, (row) => order.placeOf(row, row.role_id), toRole, report);
    },

    async countMatching({ search }, most) {
      const { rows } = await sql<{ count: number }>`select cast(count(*) as bigint) as count from
        (select 1 as one from application_role
          where ${sql.join([sql`1 = 1`, ...containing(search)], sql` and `)} limit ${most}) counted`.execute(
        reading,
      );
      return Number(rows[0]?.count ?? 0);
    },

    holders: (role_id, kind, page) => links.list(role_id, kind, page),

    isHolder: (role_id, holder) => links.has(role_id, holder),

    async count(role_id) {
      const [people, clients, groups] = await Promise.all([
        links.count(role_id, 'person'),
        links.count(role_id, 'client'),
        links.count(role_id, 'group'),
      ]);
      return { people, clients, groups };
    },

    async ofGroup(group_id) {
      const rows = await roles()
        .where('role_id', 'in', (row) =>
          row.selectFrom('role_group').select('role_id').where('group_id', '=', group_id),
        )
        .orderBy('name_key')
        .execute();
      return readRows(rows, toRole, report).items;
    },
  };
}

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { FoundGroup, Group, HeldGroup, HeldRole } from '../../user/group.ts';
import type { Member } from '../../user/membership.ts';
import type { Database } from '../database.ts';
import { groupingOrder } from '../grouping-order.ts';
import { checkFurther } from '../record.ts';
import { containsText, foldCase } from '../search-text.ts';
import type { GroupStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';
import { holderLinks } from './holder-links.ts';

/** Longer than any chain that there may be: what reads one ends, whatever stands in the table. */
const LONGEST_CHAIN = 100;

type Row = {
  readonly group_id: string;
  readonly name: string;
  readonly name_key: string;
  readonly description: string;
  readonly parent_id: string | null;
  readonly parent_name: string | null;
  readonly managed_by: string | null;
  readonly created_at: number;
  readonly revision: number;
  readonly further: string | null;
};

/** @throws UnreadableRecord */
export function toGroup({ name_key, parent_id, parent_name, managed_by, further, ...row }: Row): FoundGroup {
  checkFurther(further, `group ${row.group_id}`);
  return {
    ...row,
    ...(parent_id !== null && { parent: parent_id }),
    ...(parent_name !== null && { parent_name }),
    ...(managed_by !== null && { managed_by }),
  };
}

const toRow = ({ parent, ...group }: Group) => ({
  group_id: group.group_id,
  name: group.name,
  name_key: foldCase(group.name),
  description: group.description,
  parent_id: parent ?? null,
  managed_by: group.managed_by ?? null,
  created_at: group.created_at,
  revision: group.revision,
});

function groupSteps(database: Database): GroupStore['steps'] {
  const { db } = database;
  const links = holderLinks(database, 'group', 'group_id');
  return {
    insert: (group) => ({
      condition: 'the name of the group is free',
      query: db
        .insertInto('member_group')
        .values(toRow(group))
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
    }),
    update: (group) => ({
      condition: `the group is at revision ${group.revision - 1} and its name is free`,
      query: db
        .updateTable('member_group')
        .set(toRow(group))
        .where('group_id', '=', group.group_id)
        .where('revision', '=', group.revision - 1)
        .compile(),
      rows: 'one',
      registry: { kind: 'group', key: group.group_id },
    }),
    remove: (group_id, revision) => ({
      condition: 'the group is there',
      query: db
        .deleteFrom('member_group')
        .where('group_id', '=', group_id)
        .$if(revision !== undefined, (query) => query.where('revision', '=', revision ?? 0))
        .compile(),
      rows: 'one',
      registry: { kind: 'group', key: group_id },
    }),
    changeTree: (revision) => ({
      condition: 'the groups contain one another as they did',
      query: db
        .updateTable('group_tree')
        .set({ revision: revision + 1 })
        .where('id', '=', 1)
        .where('revision', '=', revision)
        .compile(),
      rows: 'one',
    }),
    add: (group_id, member, now) =>
      links.add(group_id, member, now, 'the group and its new member are there, and it is none of it yet'),
    takeOut: (group_id, member) => links.remove(group_id, member, 'it is a member of the group'),
  };
}

/** A group that one belongs to, as it is read: twice where one is a member of it and of a group in it. */
type BelongingRow = {
  readonly group_id: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly direct: number;
};

/** Groups whose roles one statement looks for: SQLite and PostgreSQL both take this many values, and plan by them. */
const AT_ONCE = 500;

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

/** The groups of one member: its own, and those that contain them. By `db`: a token may wait for it. */
async function groupsOf({ db }: Pick<Database, 'db'>, { kind, id }: Member): Promise<readonly HeldGroup[]> {
  const key = sql.ref(kind === 'person' ? 'sub' : 'client_id');
  const belonging = sql<BelongingRow>`(
    with recursive belonging (group_id, name, parent_id, direct) as (
      select own.group_id, own.name, own.parent_id, 1
        from ${sql.table(`group_${kind}`)} link join member_group own on own.group_id = link.group_id
        where link.${key} = ${id}
      union
      select above.group_id, above.name, above.parent_id, 0
        from belonging join member_group above on above.group_id = belonging.parent_id
    ) select group_id, name, parent_id, direct from belonging
  )`;
  const rows = await db.selectFrom(belonging.as('held')).selectAll().orderBy('direct').execute();
  const groups = rows.map(
    ({ group_id, name, parent_id, direct }): HeldGroup => ({
      group_id,
      name,
      ...(parent_id !== null && { parent: parent_id }),
      direct: direct === 1,
    }),
  );
  return [...new Map(groups.map((group) => [group.group_id, group])).values()].sort(byName);
}

/** The roles of one member: its own, and those of its groups. */
async function rolesOf(
  { db }: Pick<Database, 'db'>,
  { kind, id }: Member,
  group_ids: readonly string[],
): Promise<readonly HeldRole[]> {
  const held = ['application_role.role_id', 'name'] as const;
  const own = await (kind === 'person'
    ? db
        .selectFrom('role_person')
        .innerJoin('application_role', 'application_role.role_id', 'role_person.role_id')
        .select(held)
        .where('sub', '=', id)
        .execute()
    : db
        .selectFrom('role_client')
        .innerJoin('application_role', 'application_role.role_id', 'role_client.role_id')
        .select(held)
        .where('client_id', '=', id)
        .execute());
  const roles = new Map<string, HeldRole>(
    own.map((role) => [role.role_id, { ...role, direct: true, groups: [] }]),
  );
  for (let from = 0; from < group_ids.length; from += AT_ONCE) {
    const rows = await db
      .selectFrom('role_group')
      .innerJoin('application_role', 'application_role.role_id', 'role_group.role_id')
      .select([...held, 'group_id'])
      .where('group_id', 'in', group_ids.slice(from, from + AT_ONCE))
      .execute();
    for (const { role_id, name, group_id } of rows) {
      const known = roles.get(role_id) ?? { role_id, name, direct: false, groups: [] };
      roles.set(role_id, { ...known, groups: [...known.groups, group_id] });
    }
  }
  return [...roles.values()].sort(byName);
}

/** What a listing of groups is narrowed to. */
const narrowing = (
  search: string | undefined,
  within: string | undefined,
): readonly RawBuilder<SqlBool>[] => [
  ...(within === undefined ? [] : [sql<SqlBool>`own.parent_id = ${within}`]),
  ...(search ? [sql<SqlBool>`${containsText(sql.ref<string>('own.name_key'), search)}`] : []),
];
const allOf = (conditions: readonly RawBuilder<SqlBool>[]) =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;

/** Groups, found by `group_id` or by the folded form of their name. */
export function groupStore(database: Database, report: ReportUnreadable): GroupStore {
  const { db, reading } = database;
  const links = holderLinks(database, 'group', 'group_id');

  const read = async (rest: RawBuilder<unknown>): Promise<readonly Row[]> => {
    const query = sql<Row>`
      select own.group_id, own.name, own.name_key, own.description, own.parent_id, parent.name as parent_name,
        own.managed_by, own.created_at, own.revision, own.further
      from member_group own left join member_group parent on parent.group_id = own.parent_id ${rest}`;
    return (await query.execute(reading)).rows;
  };
  const one = async (condition: RawBuilder<SqlBool>): Promise<FoundGroup | undefined> => {
    const [row] = await read(sql`where ${condition}`);
    return row && toGroup(row);
  };

  return {
    steps: groupSteps(database),

    find: (group_id) => one(sql`own.group_id = ${group_id}`),

    findByName: (name) => one(sql`own.name_key = ${foldCase(name)}`),

    async treeRevision() {
      const { revision } = await db.selectFrom('group_tree').select('revision').executeTakeFirstOrThrow();
      return revision;
    },

    async chain(group_id) {
      const { rows } = await sql<{ group_id: string }>`
        with recursive above (group_id, parent_id, place) as (
          select group_id, parent_id, 1 from member_group where group_id = ${group_id}
          union all
          select member_group.group_id, member_group.parent_id, place + 1 from member_group
            join above on above.parent_id = member_group.group_id where place < ${sql.lit(LONGEST_CHAIN)}
        ) select group_id from above order by place`.execute(reading);
      return rows.map((row) => row.group_id);
    },

    async height(group_id) {
      const { rows } = await sql<{ height: number | null }>`
        with recursive below (group_id, place) as (
          select group_id, 1 from member_group where group_id = ${group_id}
          union
          select member_group.group_id, place + 1 from member_group
            join below on below.group_id = member_group.parent_id where place < ${sql.lit(LONGEST_CHAIN)}
        ) select max(place) as height from below`.execute(reading);
      return rows[0]?.height ?? 0;
    },

    async list({ search, limit, within, ...sorting }) {
      const order = groupingOrder('own', 'group_id', sorting);
      const where = allOf([...narrowing(search, within), ...order.begins]);
      const rows = await read(sql`${where} ${order.sorted} limit ${limit + 1}`);
      return order.cursor.page(rows, limit, (row) => order.placeOf(row, row.group_id), toGroup, report);
    },

    async countMatching({ search, within }, most) {
      const { rows } = await sql<{ count: number }>`select cast(count(*) as bigint) as count from
        (select 1 as one from member_group own ${allOf(narrowing(search, within))} limit ${most}) counted`.execute(
        reading,
      );
      return Number(rows[0]?.count ?? 0);
    },

    members: (group_id, kind, page) => links.list(group_id, kind, page),

    isMember: (group_id, member) => links.has(group_id, member),

    async count(group_id) {
      const { rows } = await sql<{ count: number }>`
        select cast(count(*) as bigint) as count from member_group where parent_id = ${group_id}`.execute(
        reading,
      );
      const [people, clients] = await Promise.all([
        links.count(group_id, 'person'),
        links.count(group_id, 'client'),
      ]);
      return { people, clients, groups: rows[0]?.count ?? 0 };
    },

    async belongingsOf(member) {
      const held = await groupsOf(database, member);
      const group_ids = held.map(({ group_id }) => group_id);
      return { groups: held, roles: await rolesOf(database, member, group_ids) };
    },
  };
}

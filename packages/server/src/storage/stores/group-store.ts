import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Belongings, FoundGroup, Group, HeldGroup, HeldRole } from '../../user/group.ts';
import type { Member } from '../../user/membership.ts';
import type { Database } from '../database.ts';
import { cursorOf } from '../page.ts';
import { checkFurther } from '../record.ts';
import { containsText, foldCase } from '../search-text.ts';
import type { GroupStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';
import { holderLinks } from './holder-links.ts';

const cursor = cursorOf(z.tuple([z.string(), z.string()]));

/** Longer than any chain that there may be: what reads one ends, whatever stands in the table. */
const LONGEST_CHAIN = 100;

type Row = {
  readonly group_id: string;
  readonly name: string;
  readonly name_key: string;
  readonly description: string;
  readonly parent_id: string | null;
  readonly parent_name: string | null;
  readonly created_at: number;
  readonly revision: number;
  readonly further: string | null;
};

/** @throws UnreadableRecord */
function toGroup({ name_key, parent_id, parent_name, further, ...row }: Row): FoundGroup {
  checkFurther(further, `group ${row.group_id}`);
  return {
    ...row,
    ...(parent_id !== null && { parent: parent_id }),
    ...(parent_name !== null && { parent_name }),
  };
}

const toRow = ({ parent, ...group }: Group) => ({
  group_id: group.group_id,
  name: group.name,
  name_key: foldCase(group.name),
  description: group.description,
  parent_id: parent ?? null,
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

/** What a member belongs to and has, as it is read. */
type HeldRow = {
  readonly kind: 'group' | 'role';
  readonly id: string;
  readonly name: string;
  readonly parent_id: string | null;
  /** Of a role the group that holds it. */
  readonly by_group: string | null;
  readonly direct: number;
};

function belongings(rows: readonly HeldRow[]): Belongings {
  const byName = <T extends { readonly name: string }>(held: Iterable<T>): readonly T[] =>
    [...held].sort((a, b) => (a.name < b.name ? -1 : 1));
  const groups = rows
    .filter(({ kind }) => kind === 'group')
    .map(
      ({ id, name, parent_id, direct }): HeldGroup => ({
        group_id: id,
        name,
        ...(parent_id !== null && { parent: parent_id }),
        direct: direct === 1,
      }),
    );
  const roles = new Map<string, HeldRole>();
  for (const { kind, id, name, by_group } of rows) {
    if (kind !== 'role') continue;
    const known = roles.get(id) ?? { role_id: id, name, direct: false, groups: [] };
    roles.set(
      id,
      by_group === null ? { ...known, direct: true } : { ...known, groups: [...known.groups, by_group] },
    );
  }
  return { groups: byName(groups), roles: byName(roles.values()) };
}

/** Everything of one member, with one statement: its own groups, those that contain them, and the roles of all of them. */
function belongingsQuery({ kind, id }: Member): RawBuilder<HeldRow> {
  const [groupLink, roleLink] = [sql.table(`group_${kind}`), sql.table(`role_${kind}`)];
  const key = sql.ref(kind === 'person' ? 'sub' : 'client_id');
  return sql<HeldRow>`(
    with recursive belonging (group_id) as (
      select group_id from ${groupLink} where ${key} = ${id}
      union
      select member_group.parent_id from member_group
        join belonging on belonging.group_id = member_group.group_id where member_group.parent_id is not null
    )
    select 'group' as kind, member_group.group_id as id, name, parent_id, null as by_group,
      case when exists (select 1 from ${groupLink} own where own.group_id = member_group.group_id and own.${key} = ${id})
        then 1 else 0 end as direct
      from belonging join member_group on member_group.group_id = belonging.group_id
    union all
    select 'role', application_role.role_id, name, null, null, 1
      from ${roleLink} own join application_role on application_role.role_id = own.role_id where own.${key} = ${id}
    union all
    select 'role', application_role.role_id, name, null, role_group.group_id, 0
      from belonging join role_group on role_group.group_id = belonging.group_id
        join application_role on application_role.role_id = role_group.role_id
  )`;
}

/** Groups, found by `group_id` or by the folded form of their name. */
export function groupStore(database: Database, report: ReportUnreadable): GroupStore {
  const { db, reading } = database;
  const links = holderLinks(database, 'group', 'group_id');

  const read = async (rest: RawBuilder<unknown>): Promise<readonly Row[]> => {
    const query = sql<Row>`
      select own.group_id, own.name, own.name_key, own.description, own.parent_id, parent.name as parent_name,
        own.created_at, own.revision, own.further
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

    async list({ search, after, limit, within }) {
      const from = cursor.read(after);
      const conditions: readonly RawBuilder<SqlBool>[] = [
        ...(within === undefined ? [] : [sql<SqlBool>`own.parent_id = ${within}`]),
        ...(search ? [sql<SqlBool>`${containsText(sql.ref<string>('own.name_key'), search)}`] : []),
        ...(from ? [sql<SqlBool>`(own.name_key, own.group_id) > (${sql.join(from)})`] : []),
      ];
      const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
      const rows = await read(sql`${where} order by own.name_key, own.group_id limit ${limit + 1}`);
      return cursor.page(rows, limit, (row) => [row.name_key, row.group_id], toGroup, report);
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

    // By `db`: a token may wait for it.
    belongingsOf: async (member) =>
      belongings(await db.selectFrom(belongingsQuery(member).as('held')).selectAll().execute()),
  };
}

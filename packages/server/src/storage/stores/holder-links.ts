import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { RegistryChange } from '../../registry-change.ts';
import type { Step } from '../../unit-of-work.ts';
import type { Holder, NamedHolder } from '../../user/group.ts';
import { clientNameIn } from '../client-name.ts';
import type { Database } from '../database.ts';
import { cursorOf } from '../page.ts';
import type { ListingPage, ListingRequest } from '../storage.ts';

type Kind = Holder['kind'];

/** Where each kind of holder stands, how it is called there, and what the registry calls it. */
const HOLDERS = {
  person: { column: 'sub', table: 'user_account', name: 'username', key: 'username_key', registry: 'user' },
  client: {
    column: 'client_id',
    table: 'client',
    name: 'metadata',
    key: 'client_name_key',
    registry: 'client',
  },
  group: { column: 'group_id', table: 'member_group', name: 'name', key: 'name_key', registry: 'group' },
} as const;

const cursor = cursorOf(z.tuple([z.string(), z.string()]));

const changeOf = ({ kind, id }: Holder): RegistryChange => ({ kind: HOLDERS[kind].registry, key: id });

type Row = { readonly id: string; readonly name: string; readonly key: string; readonly added_at: number };

/** Who belongs to the records of one table, in the tables `<prefix>_person`, `<prefix>_client` and `<prefix>_group`. */
export type HolderLinks = {
  add(of: string, holder: Holder, now: number, condition: string): Step;
  remove(of: string, holder: Holder, condition: string): Step;
  has(of: string, holder: Holder): Promise<boolean>;
  count(of: string, kind: Kind): Promise<number>;
  /** Ordered by name. */
  list(
    of: string,
    kind: Kind,
    page: Pick<ListingRequest, 'after' | 'limit'>,
  ): Promise<ListingPage<NamedHolder>>;
};

/** @param prefix that of the names of the tables @param owner the column of the records that have holders */
export function holderLinks(
  { db, reading }: Pick<Database, 'db' | 'reading'>,
  prefix: 'group' | 'role',
  owner: 'group_id' | 'role_id',
): HolderLinks {
  const link = (kind: Kind) => ({
    table: sql.table(`${prefix}_${kind}`),
    held: sql.ref(HOLDERS[kind].column),
  });
  const ofOwner = sql.ref(owner);
  const step = (condition: string, query: RawBuilder<unknown>, holder: Holder): Step => ({
    condition,
    query: query.compile(db),
    rows: 'one',
    registry: changeOf(holder),
  });

  return {
    // Who is not there contradicts the foreign key, which refuses the unit like a row that is there.
    add(of, holder, now, condition) {
      const { table, held } = link(holder.kind);
      return step(
        condition,
        sql`insert into ${table} (${ofOwner}, ${held}, added_at) values (${of}, ${holder.id}, ${now}) on conflict do nothing`,
        holder,
      );
    },

    remove(of, holder, condition) {
      const { table, held } = link(holder.kind);
      return step(
        condition,
        sql`delete from ${table} where ${ofOwner} = ${of} and ${held} = ${holder.id}`,
        holder,
      );
    },

    async has(of, { kind, id }) {
      const { table, held } = link(kind);
      const { rows } = await sql`select 1 from ${table} where ${ofOwner} = ${of} and ${held} = ${id}`.execute(
        reading,
      );
      return rows.length > 0;
    },

    async count(of, kind) {
      const { rows } = await sql<{ count: number }>`
        select cast(count(*) as bigint) as count from ${link(kind).table} where ${ofOwner} = ${of}`.execute(
        reading,
      );
      return rows[0]?.count ?? 0;
    },

    async list(of, kind, { after, limit }) {
      const { table, held } = link(kind);
      const named = HOLDERS[kind];
      const from = cursor.read(after);
      const [key, id] = [sql.ref(`named.${named.key}`), sql.ref(`named.${named.column}`)];
      const { rows } = await sql<Row>`
        select ${id} as id, ${sql.ref(`named.${named.name}`)} as name, ${key} as key, link.added_at as added_at
        from ${table} link join ${sql.table(named.table)} named on ${id} = link.${held}
        where link.${ofOwner} = ${of} ${from ? sql`and (${key}, ${id}) > (${sql.join(from)})` : sql``}
        order by ${key}, ${id} limit ${limit + 1}`.execute(reading);
      return cursor.page(
        rows,
        limit,
        (row) => [row.key, row.id],
        (row): NamedHolder => ({
          kind,
          id: row.id,
          name: kind === 'client' ? clientNameIn({ client_id: row.id, metadata: row.name }) : row.name,
          added_at: row.added_at,
        }),
      );
    },
  };
}

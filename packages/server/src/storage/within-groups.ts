import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** The `client_id` of clients in any of these groups, in the groups that they contain too; none of no groups. */
const clientsWithin = (groups: readonly string[]): RawBuilder<unknown> =>
  groups.length === 0
    ? sql`select client_id from group_client where 1 = 0`
    : sql`select client_id from group_client where group_id in (
        with recursive below (group_id) as (
          select group_id from member_group where group_id in (${sql.join(groups)})
          union select inner_group.group_id from member_group inner_group
            join below on inner_group.parent_id = below.group_id)
        select group_id from below)`;

/**
 * Whether a client is in any of these groups, or in a group that one of them contains.
 * @param id what its `client_id` is in the statement
 */
export const isWithin = (id: RawBuilder<unknown>, groups: readonly string[]): RawBuilder<SqlBool> =>
  sql<SqlBool>`${id} in (${clientsWithin(groups)})`;

import { type Selectable, sql } from 'kysely';
import type { Grant } from '../../token/grant.ts';
import type { Database } from '../database.ts';
import { narrowing, newestFirst } from '../newest-first.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { checkFurther } from '../record.ts';
import type { Schema } from '../schema.ts';
import { anyContains } from '../search-text.ts';
import type { GrantStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';
import { isWithin } from '../within-groups.ts';

const cursor = cursorOf(TimeKey);

const COLUMNS = [
  'grant_id',
  'client_id',
  'sub',
  'scope',
  'created_at',
  'expires_at',
  'revoked_at',
  'further',
] as const;

/** @throws UnreadableRecord */
export function toGrant({ revoked_at, further, ...row }: Selectable<Schema['authorization_grant']>): Grant {
  checkFurther(further, `grant ${row.grant_id}`);
  return { ...row, ...(revoked_at !== null && { revoked_at }) };
}

/** Grants. Tokens name their grant, so that one write here revokes them all. */
export function grantStore(database: Database, report: ReportUnreadable): GrantStore {
  const { db, find } = database;
  const insertion = prepared((place: PlaceOf<Omit<Selectable<Schema['authorization_grant']>, 'further'>>) =>
    db.insertInto('authorization_grant').values({
      grant_id: place('grant_id'),
      client_id: place('client_id'),
      sub: place('sub'),
      scope: place('scope'),
      created_at: place('created_at'),
      expires_at: place('expires_at'),
      revoked_at: place('revoked_at'),
    }),
  );
  const selection = prepared((place: PlaceOf<{ grant_id: string }>) =>
    db.selectFrom('authorization_grant').selectAll().where('grant_id', '=', place('grant_id')),
  );
  const steps: GrantStore['steps'] = {
    insert: (grant) => ({
      condition: 'the grant can be stored',
      query: insertion({ ...grant, revoked_at: grant.revoked_at ?? null }),
      rows: 'one',
    }),

    revoke: (grant_id, now) => ({
      condition: 'the grant can be revoked',
      query: db
        .updateTable('authorization_grant')
        .set({ revoked_at: now })
        .where('grant_id', '=', grant_id)
        .where('revoked_at', 'is', null)
        .compile(),
      rows: 'any',
    }),

    end: (grant_id, now) => ({
      condition: 'the grant is in force',
      query: db
        .updateTable('authorization_grant')
        .set({ revoked_at: now })
        .where('grant_id', '=', grant_id)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .compile(),
      rows: 'one',
    }),

    revokeAll({ sub, client_id }, now) {
      let update = db
        .updateTable('authorization_grant')
        .set({ revoked_at: now })
        .where('sub', '=', sub)
        .where('revoked_at', 'is', null);
      if (client_id !== undefined) update = update.where('client_id', '=', client_id);
      return { condition: 'the grants can be revoked', query: update.compile(), rows: 'any' };
    },
  };

  return {
    steps,

    async insert(grant) {
      await db.executeQuery(steps.insert(grant).query);
    },

    async find(grant_id) {
      const row = await find(selection({ grant_id }));
      return row && toGrant(row);
    },

    async revoke(grant_id, now) {
      const revoked = await db
        .updateTable('authorization_grant')
        .set({ revoked_at: now })
        .where('grant_id', '=', grant_id)
        .where('revoked_at', 'is', null)
        .returning('expires_at')
        .executeTakeFirst();
      return revoked !== undefined && revoked.expires_at > now;
    },

    async count({ sub, client_id }, now) {
      const { count } = await db
        .selectFrom('authorization_grant')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('sub', '=', sub)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .$if(client_id !== undefined, (query) => query.where('client_id', '=', client_id ?? ''))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async list({ sub, client_id, within }, { search, after, limit, isOldestFirst = false }, now) {
      const [fewest, others] = narrowing(sub, client_id);
      const rows = await newestFirst<Selectable<Schema['authorization_grant']>>(database, {
        table: 'authorization_grant',
        key: ['created_at', 'grant_id'],
        columns: COLUMNS,
        indexed: fewest,
        besides: [
          ...others,
          ...(within ? [isWithin(sql.ref('client_id'), within)] : []),
          sql`revoked_at is null`,
          sql`expires_at > ${now}`,
          ...(search ? [anyContains(['sub', 'client_id', 'scope'], search)] : []),
        ],
        after: cursor.read(after),
        limit: limit + 1,
        isOldestFirst,
      });
      return cursor.page(rows, limit, (row) => [row.created_at, row.grant_id], toGrant, report);
    },
  };
}

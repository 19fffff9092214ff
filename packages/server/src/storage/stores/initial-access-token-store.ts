import type { Selectable } from 'kysely';
import type { InitialAccessToken } from '../../client/initial-access-token.ts';
import type { Database } from '../database.ts';
import { checkFurther, readRows } from '../record.ts';
import type { Schema } from '../schema.ts';
import type { InitialAccessTokenStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

/** @throws UnreadableRecord */
function toToken({
  further,
  group_id,
  ...token
}: Selectable<Schema['initial_access_token']>): InitialAccessToken {
  checkFurther(further, `initial access token ${token.token_id}`);
  return { ...token, ...(group_id !== null && { group_id }) };
}

export function initialAccessTokenStore(
  { db }: Pick<Database, 'db'>,
  report: ReportUnreadable,
): InitialAccessTokenStore {
  const steps: InitialAccessTokenStore['steps'] = {
    use: (token_sha256, now) => ({
      condition: 'the initial access token allows one more client',
      query: db
        .updateTable('initial_access_token')
        .set((current) => ({ clients_registered: current('clients_registered', '+', 1) }))
        .where('token_sha256', '=', token_sha256)
        .where('expires_at', '>', now)
        .whereRef('clients_registered', '<', 'clients_allowed')
        .compile(),
      rows: 'one',
    }),

    insert: ({ group_id = null, ...token }) => ({
      condition: 'the initial access token can be stored',
      query: db
        .insertInto('initial_access_token')
        .values({ ...token, group_id })
        .compile(),
      rows: 'one',
    }),

    remove: (token_id) => ({
      condition: 'the initial access token is there',
      query: db.deleteFrom('initial_access_token').where('token_id', '=', token_id).compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async insert(token) {
      await db.executeQuery(steps.insert(token).query);
    },

    async find(token_sha256) {
      const row = await db
        .selectFrom('initial_access_token')
        .selectAll()
        .where('token_sha256', '=', token_sha256)
        .executeTakeFirst();
      return row && toToken(row);
    },

    async use(token_sha256, now) {
      const { numAffectedRows } = await db.executeQuery(steps.use(token_sha256, now).query);
      return numAffectedRows === 1n;
    },

    async list() {
      const rows = await db
        .selectFrom('initial_access_token')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('token_id')
        .execute();
      return readRows(rows, toToken, report).items;
    },

    async remove(token_id) {
      const { numAffectedRows } = await db.executeQuery(steps.remove(token_id).query);
      return numAffectedRows === 1n;
    },
  };
}

import type { Database } from '../database.ts';
import type { InitialAccessTokenStore } from '../storage.ts';

export function initialAccessTokenStore({ db }: Database): InitialAccessTokenStore {
  return {
    async insert(token) {
      await db.insertInto('initial_access_token').values(token).execute();
    },

    async find(token_sha256) {
      return await db
        .selectFrom('initial_access_token')
        .selectAll()
        .where('token_sha256', '=', token_sha256)
        .executeTakeFirst();
    },

    async use(token_sha256, now) {
      const { numUpdatedRows } = await db
        .updateTable('initial_access_token')
        .set((current) => ({ clients_registered: current('clients_registered', '+', 1) }))
        .where('token_sha256', '=', token_sha256)
        .where('expires_at', '>', now)
        .whereRef('clients_registered', '<', 'clients_allowed')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async list() {
      return await db
        .selectFrom('initial_access_token')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('token_id')
        .execute();
    },

    async remove(token_id) {
      const { numDeletedRows } = await db
        .deleteFrom('initial_access_token')
        .where('token_id', '=', token_id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import type { HeldStore } from '../storage.ts';

/** What processes of nodes have that ends and stands in no table of its own. */
export function heldStore({ db }: Database): HeldStore {
  return {
    async report(holder, record, seen_at, expires_at) {
      const row = { record, seen_at, expires_at };
      await db
        .insertInto('held_by_node')
        .values({ holder: indexKey(holder), ...row })
        .onConflict((conflict) => conflict.column('holder').doUpdateSet(row))
        .execute();
    },

    list: (now) =>
      db
        .selectFrom('held_by_node')
        .select(['holder', 'record'])
        .where('expires_at', '>', now)
        .orderBy('holder')
        .execute(),

    async remove(holder) {
      await db.deleteFrom('held_by_node').where('holder', '=', indexKey(holder)).execute();
    },
  };
}

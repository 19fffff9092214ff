import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import type { ReplayStore } from '../storage.ts';

/** Claimed identifiers. One that expired can be claimed again once it was swept. */
export function replayStore({ db }: Database): ReplayStore {
  return {
    async claim(key, expires_at) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('replay')
        .values({ replay_key: indexKey(key), expires_at })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}

import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import type { GuessStore } from '../storage.ts';

/** Failed guesses, a row each, under a row for their key that is locked while one is added. */
export function guessStore({ db }: Database): GuessStore {
  const steps: GuessStore['steps'] = {
    clear: (key) => ({
      condition: 'the failures can be forgotten',
      query: db.deleteFrom('guess').where('guess_key', '=', indexKey(key)).compile(),
      rows: 'any',
    }),
  };

  return {
    steps,

    async fail(subject, now, windowMs) {
      const key = indexKey(subject);
      return await db.transaction().execute(async (transaction) => {
        // The upsert holds the key's row until commit, so that of parallel failures each counts those before it.
        await transaction
          .insertInto('guess')
          .values({ guess_key: key, expires_at: now + windowMs })
          .onConflict((conflict) => conflict.column('guess_key').doUpdateSet({ expires_at: now + windowMs }))
          .execute();
        await transaction.insertInto('failed_guess').values({ guess_key: key, failed_at: now }).execute();
        await transaction
          .deleteFrom('failed_guess')
          .where('guess_key', '=', key)
          .where('failed_at', '<=', now - windowMs)
          .execute();
        const { count } = await transaction
          .selectFrom('failed_guess')
          .select((select) => select.fn.countAll<number>().as('count'))
          .where('guess_key', '=', key)
          .executeTakeFirstOrThrow();
        return count;
      });
    },

    async count(key, now, windowMs) {
      const { count } = await db
        .selectFrom('failed_guess')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('guess_key', '=', indexKey(key))
        .where('failed_at', '>', now - windowMs)
        .executeTakeFirstOrThrow();
      return count;
    },

    async clear(key) {
      await db.executeQuery(steps.clear(key).query);
    },
  };
}

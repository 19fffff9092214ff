import { z } from 'zod';
import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import type { GuessStore } from '../storage.ts';

const Counted = z.object({ count: z.int() });

/** Failed guesses, a row each, under a row for their key that is locked while one is added. */
export function guessStore({ db, together }: Database): GuessStore {
  const steps: GuessStore['steps'] = {
    clear: (key) => ({
      condition: 'the failures can be forgotten',
      query: db.deleteFrom('guess').where('guess_key', '=', indexKey(key)).compile(),
      rows: 'any',
    }),
  };

  const counted = (key: string, since: number) =>
    db
      .selectFrom('failed_guess')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('guess_key', '=', key)
      .where('failed_at', '>', since);

  return {
    steps,

    async fail(subject, now, windowMs) {
      const key = indexKey(subject);
      const counting = counted(key, now - windowMs).compile();
      const results = await together([
        // The upsert holds the key's row until commit, so that of parallel failures each counts those before it.
        db
          .insertInto('guess')
          .values({ guess_key: key, expires_at: now + windowMs })
          .onConflict((conflict) => conflict.column('guess_key').doUpdateSet({ expires_at: now + windowMs }))
          .compile(),
        db.insertInto('failed_guess').values({ guess_key: key, failed_at: now }).compile(),
        db
          .deleteFrom('failed_guess')
          .where('guess_key', '=', key)
          .where('failed_at', '<=', now - windowMs)
          .compile(),
        counting,
      ]);
      return Counted.parse(results.at(-1)?.rows[0]).count;
    },

    async count(key, now, windowMs) {
      return (await counted(indexKey(key), now - windowMs).executeTakeFirstOrThrow()).count;
    },

    async clear(key) {
      await db.executeQuery(steps.clear(key).query);
    },
  };
}

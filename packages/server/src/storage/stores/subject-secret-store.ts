import type { Database } from '../database.ts';
import type { SubjectSecretStore } from '../storage.ts';

const ONLY = 1;

/** One row: whoever writes it first has written it. */
export function subjectSecretStore({ db }: Pick<Database, 'db'>): SubjectSecretStore {
  const steps: SubjectSecretStore['steps'] = {
    insert: (sealed_secret, created_at) => ({
      condition: 'there is no secret of pairwise subjects yet',
      query: db
        .insertInto('subject_secret')
        .values({ id: ONLY, sealed_secret, created_at })
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
    }),
  };
  return {
    steps,

    async insertIfNone(sealed_secret, created_at) {
      await db.executeQuery(steps.insert(sealed_secret, created_at).query);
    },

    async find() {
      const row = await db
        .selectFrom('subject_secret')
        .select('sealed_secret')
        .where('id', '=', ONLY)
        .executeTakeFirst();
      return row?.sealed_secret;
    },
  };
}

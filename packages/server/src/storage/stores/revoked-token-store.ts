import type { Database } from '../database.ts';
import type { RevokedTokenStore } from '../storage.ts';

export function revokedTokenStore({ db }: Database): RevokedTokenStore {
  const steps: RevokedTokenStore['steps'] = {
    revoke: (jti, expires_at) => ({
      condition: 'the access token can be revoked',
      query: db
        .insertInto('revoked_token')
        .values({ jti, expires_at })
        .onConflict((conflict) =>
          conflict
            .column('jti')
            .doUpdateSet({ expires_at })
            .where('revoked_token.expires_at', '<', expires_at),
        )
        .compile(),
      rows: 'any',
    }),
  };

  return {
    steps,

    async revoke(jti, expires_at) {
      await db.executeQuery(steps.revoke(jti, expires_at).query);
    },

    async isRevoked(jti) {
      const row = await db
        .selectFrom('revoked_token')
        .select('jti')
        .where('jti', '=', jti)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

import type { Database } from '../database.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import type { RevokedTokenStore } from '../storage.ts';

export function revokedTokenStore({ db, find }: Database): RevokedTokenStore {
  const revoked = prepared((place: PlaceOf<{ jti: string }>) =>
    db.selectFrom('revoked_token').select('jti').where('jti', '=', place('jti')),
  );
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
      return (await find(revoked({ jti }))) !== undefined;
    },
  };
}

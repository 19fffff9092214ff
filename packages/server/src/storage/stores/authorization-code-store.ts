import type { AuthorizationCode } from '../../token/authorization-code.ts';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import { AuthorizationCodeRecord } from '../records.ts';
import type { AuthorizationCodeStore } from '../storage.ts';

export function authorizationCodeStore({ db }: Database): AuthorizationCodeStore {
  const steps: AuthorizationCodeStore['steps'] = {
    insert(code) {
      const { code_sha256, client_id, sub, expires_at } = code;
      const row = { code_sha256, client_id, sub, expires_at, record: JSON.stringify(code) };
      return {
        condition: 'the authorization code can be stored',
        query: db
          .insertInto('authorization_code')
          .values({ ...row, used_at: null })
          .compile(),
        rows: 'one',
      };
    },

    redeem: (code_sha256, now) => ({
      condition: 'the authorization code is unused',
      query: db
        .updateTable('authorization_code')
        .set({ used_at: now })
        .where('code_sha256', '=', code_sha256)
        .where('used_at', 'is', null)
        .compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async insert(code) {
      await db.executeQuery(steps.insert(code).query);
    },

    async find(code_sha256) {
      const row = await db
        .selectFrom('authorization_code')
        .select(['record', 'used_at'])
        .where('code_sha256', '=', code_sha256)
        .executeTakeFirst();
      if (!row) return undefined;
      const code: AuthorizationCode = readRecord(AuthorizationCodeRecord, row.record, 'authorization code');
      return { ...code, ...(row.used_at !== null && { used_at: row.used_at }) };
    },
  };
}

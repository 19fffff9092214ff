import type { AuthorizationCode } from '../../token/authorization-code.ts';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import { AuthorizationCodeRecord } from '../records.ts';
import type { AuthorizationCodeStore } from '../storage.ts';

const toCode = (row: { record: string }): AuthorizationCode =>
  readRecord(AuthorizationCodeRecord, row.record, 'authorization code');

export function authorizationCodeStore({ db }: Database): AuthorizationCodeStore {
  const find: AuthorizationCodeStore['find'] = async (code_sha256) => {
    const row = await db
      .selectFrom('authorization_code')
      .select(['record', 'used_at'])
      .where('code_sha256', '=', code_sha256)
      .executeTakeFirst();
    return row && { ...toCode(row), ...(row.used_at !== null && { used_at: row.used_at }) };
  };

  return {
    async insert(code) {
      const { code_sha256, client_id, sub, expires_at } = code;
      await db
        .insertInto('authorization_code')
        .values({ code_sha256, client_id, sub, expires_at, used_at: null, record: JSON.stringify(code) })
        .execute();
    },

    find,

    async redeem(code_sha256, now) {
      const redeemed = await db
        .updateTable('authorization_code')
        .set({ used_at: now })
        .where('code_sha256', '=', code_sha256)
        .where('used_at', 'is', null)
        .returning('record')
        .executeTakeFirst();
      if (redeemed) return { outcome: 'redeemed', item: toCode(redeemed) };
      const used = await db
        .selectFrom('authorization_code')
        .select('record')
        .where('code_sha256', '=', code_sha256)
        .executeTakeFirst();
      return used ? { outcome: 'reused', item: toCode(used) } : { outcome: 'unknown' };
    },
  };
}

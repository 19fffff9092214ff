import type { AuthorizationCode } from '../../token/authorization-code.ts';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import { AuthorizationCodeRecord } from '../records.ts';
import type { AuthorizationCodeStore } from '../storage.ts';

function toCode(row: {
  record: string;
  used_at: number | null;
}): AuthorizationCode & { readonly used_at?: number } {
  const code: AuthorizationCode = readRecord(AuthorizationCodeRecord, row.record, 'authorization code');
  return { ...code, ...(row.used_at !== null && { used_at: row.used_at }) };
}

export function authorizationCodeStore({ db }: Database): AuthorizationCodeStore {
  const find: AuthorizationCodeStore['find'] = async (code_sha256) => {
    const row = await db
      .selectFrom('authorization_code')
      .select(['record', 'used_at'])
      .where('code_sha256', '=', code_sha256)
      .executeTakeFirst();
    return row && toCode(row);
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
        .returning(['record', 'used_at'])
        .executeTakeFirst();
      if (redeemed) return { outcome: 'redeemed', item: toCode(redeemed) };
      const used = await find(code_sha256);
      return used ? { outcome: 'reused', item: used } : { outcome: 'unknown' };
    },
  };
}

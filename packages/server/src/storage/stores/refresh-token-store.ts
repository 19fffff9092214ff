import type { RefreshToken } from '../../token/refresh-token.ts';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import { RefreshTokenRecord } from '../records.ts';
import type { RefreshTokenStore } from '../storage.ts';

function toToken(row: {
  record: string;
  used_at: number | null;
}): RefreshToken & { readonly used_at?: number } {
  const token: RefreshToken = readRecord(RefreshTokenRecord, row.record, 'refresh token');
  return { ...token, ...(row.used_at !== null && { used_at: row.used_at }) };
}

export function refreshTokenStore({ db }: Database): RefreshTokenStore {
  const find: RefreshTokenStore['find'] = async (token_sha256) => {
    const row = await db
      .selectFrom('refresh_token')
      .select(['record', 'used_at'])
      .where('token_sha256', '=', token_sha256)
      .executeTakeFirst();
    return row && toToken(row);
  };

  return {
    async insert(token) {
      const { token_sha256, client_id, sub, expires_at } = token;
      await db
        .insertInto('refresh_token')
        .values({ token_sha256, client_id, sub, expires_at, used_at: null, record: JSON.stringify(token) })
        .execute();
    },

    find,

    async redeem(token_sha256, now) {
      const redeemed = await db
        .updateTable('refresh_token')
        .set({ used_at: now })
        .where('token_sha256', '=', token_sha256)
        .where('used_at', 'is', null)
        .returning(['record', 'used_at'])
        .executeTakeFirst();
      if (redeemed) return { outcome: 'redeemed', item: toToken(redeemed) };
      const used = await find(token_sha256);
      return used ? { outcome: 'reused', item: used } : { outcome: 'unknown' };
    },
  };
}

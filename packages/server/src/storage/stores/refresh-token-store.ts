import type { RefreshToken } from '../../token/refresh-token.ts';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import { RefreshTokenRecord } from '../records.ts';
import type { RefreshTokenStore, StoredRefreshToken } from '../storage.ts';

function toToken(row: {
  record: string;
  expires_at: number;
  used_at: number | null;
  repeats: number;
  repeated_at: number | null;
}): StoredRefreshToken {
  const token: RefreshToken = readRecord(RefreshTokenRecord, row.record, 'refresh token');
  return {
    ...token,
    expires_at: row.expires_at,
    repeats: row.repeats,
    ...(row.used_at !== null && { used_at: row.used_at }),
    ...(row.repeated_at !== null && { repeated_at: row.repeated_at }),
  };
}

export function refreshTokenStore({ db }: Database): RefreshTokenStore {
  const steps: RefreshTokenStore['steps'] = {
    insert(token) {
      const { token_sha256, client_id, sub, expires_at } = token;
      const row = { token_sha256, client_id, sub, expires_at, record: JSON.stringify(token) };
      return {
        condition: 'the refresh token can be stored',
        query: db
          .insertInto('refresh_token')
          .values({ ...row, used_at: null, repeats: 0, repeated_at: null })
          .compile(),
        rows: 'one',
      };
    },

    redeem: (token_sha256, now) => ({
      condition: 'the refresh token is unused',
      query: db
        .updateTable('refresh_token')
        .set({ used_at: now })
        .where('token_sha256', '=', token_sha256)
        .where('used_at', 'is', null)
        .compile(),
      rows: 'one',
    }),

    prolong: (token_sha256, expires_at) => ({
      condition: 'the refresh token can be prolonged',
      query: db
        .updateTable('refresh_token')
        .set({ expires_at })
        .where('token_sha256', '=', token_sha256)
        .where('expires_at', '<', expires_at)
        .compile(),
      rows: 'any',
    }),

    countRepeat: ({ token_sha256, repeats }, now) => ({
      condition: 'the repeat can be counted',
      query: db
        .updateTable('refresh_token')
        .set({ repeats: repeats + 1, repeated_at: now })
        .where('token_sha256', '=', token_sha256)
        .where('repeats', '=', repeats)
        .compile(),
      rows: 'any',
    }),
  };

  return {
    steps,

    async insert(token) {
      await db.executeQuery(steps.insert(token).query);
    },

    async find(token_sha256) {
      const row = await db
        .selectFrom('refresh_token')
        .select(['record', 'expires_at', 'used_at', 'repeats', 'repeated_at'])
        .where('token_sha256', '=', token_sha256)
        .executeTakeFirst();
      return row && toToken(row);
    },
  };
}

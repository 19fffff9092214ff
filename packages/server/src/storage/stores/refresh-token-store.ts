import type { Insertable } from 'kysely';
import type { RefreshToken } from '../../token/refresh-token.ts';
import type { Database } from '../database.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord } from '../record.ts';
import { RefreshTokenRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import type { RefreshTokenStore, StoredRefreshToken } from '../storage.ts';

export function toToken(row: {
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

type New = Pick<
  Insertable<Schema['refresh_token']>,
  'token_sha256' | 'client_id' | 'sub' | 'expires_at' | 'record'
>;

export function refreshTokenStore({ db, find }: Database): RefreshTokenStore {
  const insertion = prepared((place: PlaceOf<New>) =>
    db.insertInto('refresh_token').values({
      token_sha256: place('token_sha256'),
      client_id: place('client_id'),
      sub: place('sub'),
      expires_at: place('expires_at'),
      record: place('record'),
      used_at: null,
      repeats: 0,
      repeated_at: null,
    }),
  );
  const redemption = prepared((place: PlaceOf<{ token_sha256: string; now: number }>) =>
    db
      .updateTable('refresh_token')
      .set({ used_at: place('now') })
      .where('token_sha256', '=', place('token_sha256'))
      .where('used_at', 'is', null),
  );
  const prolongation = prepared((place: PlaceOf<{ token_sha256: string; expires_at: number }>) =>
    db
      .updateTable('refresh_token')
      .set({ expires_at: place('expires_at') })
      .where('token_sha256', '=', place('token_sha256'))
      .where('expires_at', '<', place('expires_at')),
  );
  const selection = prepared((place: PlaceOf<{ token_sha256: string }>) =>
    db
      .selectFrom('refresh_token')
      .select(['record', 'expires_at', 'used_at', 'repeats', 'repeated_at'])
      .where('token_sha256', '=', place('token_sha256')),
  );
  const steps: RefreshTokenStore['steps'] = {
    insert(token) {
      const { token_sha256, client_id, sub, expires_at } = token;
      return {
        condition: 'the refresh token can be stored',
        query: insertion({ token_sha256, client_id, sub, expires_at, record: JSON.stringify(token) }),
        rows: 'one',
      };
    },

    redeem: (token_sha256, now) => ({
      condition: 'the refresh token is unused',
      query: redemption({ token_sha256, now }),
      rows: 'one',
    }),

    prolong: (token_sha256, expires_at) => ({
      condition: 'the refresh token can be prolonged',
      query: prolongation({ token_sha256, expires_at }),
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
      const row = await find(selection({ token_sha256 }));
      return row && toToken(row);
    },
  };
}

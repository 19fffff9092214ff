import type { Insertable } from 'kysely';
import type { AuthorizationCode } from '../../token/authorization-code.ts';
import type { Database } from '../database.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord } from '../record.ts';
import { AuthorizationCodeRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import type { AuthorizationCodeStore } from '../storage.ts';

type Row = Insertable<Schema['authorization_code']>;

export function authorizationCodeStore({ db, find }: Database): AuthorizationCodeStore {
  const insertion = prepared((place: PlaceOf<Row>) =>
    db.insertInto('authorization_code').values({
      code_sha256: place('code_sha256'),
      client_id: place('client_id'),
      sub: place('sub'),
      expires_at: place('expires_at'),
      record: place('record'),
      used_at: null,
    }),
  );
  const redemption = prepared((place: PlaceOf<{ code_sha256: string; now: number }>) =>
    db
      .updateTable('authorization_code')
      .set({ used_at: place('now') })
      .where('code_sha256', '=', place('code_sha256'))
      .where('used_at', 'is', null),
  );
  const selection = prepared((place: PlaceOf<{ code_sha256: string }>) =>
    db
      .selectFrom('authorization_code')
      .select(['record', 'used_at'])
      .where('code_sha256', '=', place('code_sha256')),
  );
  const steps: AuthorizationCodeStore['steps'] = {
    insert(code) {
      const { code_sha256, client_id, sub, expires_at } = code;
      return {
        condition: 'the authorization code can be stored',
        query: insertion({ code_sha256, client_id, sub, expires_at, record: JSON.stringify(code) }),
        rows: 'one',
      };
    },

    redeem: (code_sha256, now) => ({
      condition: 'the authorization code is unused',
      query: redemption({ code_sha256, now }),
      rows: 'one',
    }),
  };

  return {
    steps,

    async insert(code) {
      await db.executeQuery(steps.insert(code).query);
    },

    async find(code_sha256) {
      const row = await find(selection({ code_sha256 }));
      if (!row) return undefined;
      const code: AuthorizationCode = readRecord(AuthorizationCodeRecord, row.record, 'authorization code');
      return { ...code, ...(row.used_at !== null && { used_at: row.used_at }) };
    },
  };
}

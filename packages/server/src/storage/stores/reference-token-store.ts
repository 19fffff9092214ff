import type { Insertable } from 'kysely';
import type { ReferenceToken } from '../../token/reference-token.ts';
import type { Database } from '../database.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord } from '../record.ts';
import { ReferenceTokenRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import type { ReferenceTokenStore } from '../storage.ts';

type Row = Insertable<Schema['reference_token']>;

export function referenceTokenStore({ db, find }: Database): ReferenceTokenStore {
  const insertion = prepared((place: PlaceOf<Row>) =>
    db.insertInto('reference_token').values({
      token_sha256: place('token_sha256'),
      grant_id: place('grant_id'),
      client_id: place('client_id'),
      sub: place('sub'),
      expires_at: place('expires_at'),
      revoked_at: place('revoked_at'),
      record: place('record'),
    }),
  );
  /** A token whose grant was revoked is revoked from that moment. */
  const selection = prepared((place: PlaceOf<{ token_sha256: string }>) =>
    db
      .selectFrom('reference_token as token')
      .leftJoin('authorization_grant as grant', 'grant.grant_id', 'token.grant_id')
      .select((select) => [
        'token.record',
        select.fn.coalesce('token.revoked_at', 'grant.revoked_at').as('revoked_at'),
      ])
      .where('token_sha256', '=', place('token_sha256')),
  );
  const steps: ReferenceTokenStore['steps'] = {
    insert({ revoked_at, ...token }) {
      const { token_sha256, client_id, sub, expires_at } = token;
      const row = { token_sha256, grant_id: token.grant_id ?? null, client_id, sub, expires_at };
      return {
        condition: 'the access token can be stored',
        query: insertion({ ...row, revoked_at: revoked_at ?? null, record: JSON.stringify(token) }),
        rows: 'one',
      };
    },

    revoke: (token_sha256, now) => ({
      condition: 'the access token can be revoked',
      query: db
        .updateTable('reference_token')
        .set({ revoked_at: now })
        .where('token_sha256', '=', token_sha256)
        .where('revoked_at', 'is', null)
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
      if (!row) return undefined;
      const token: ReferenceToken = readRecord(ReferenceTokenRecord, row.record, 'reference token');
      return { ...token, ...(row.revoked_at !== null && { revoked_at: row.revoked_at }) };
    },

    async revoke(token_sha256, now) {
      const { numAffectedRows } = await db.executeQuery(steps.revoke(token_sha256, now).query);
      return numAffectedRows === 1n;
    },
  };
}

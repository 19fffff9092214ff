import type { Selectable } from 'kysely';
import type { Credential } from '../../user/credential.ts';
import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import { readRecord } from '../record.ts';
import { CredentialRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import { type CredentialStore, StorageConflict } from '../storage.ts';

const toRow = (credential: Credential): Selectable<Schema['credential']> => ({
  kind: credential.kind,
  credential_key: indexKey(credential.credential_id),
  sub: credential.sub,
  created_at: credential.created_at,
  record: JSON.stringify(credential),
});

const toCredential = (row: { record: string }): Credential =>
  readRecord(CredentialRecord, row.record, 'credential');

export function credentialStore({ db }: Database): CredentialStore {
  return {
    async find(kind, credential_id) {
      const row = await db
        .selectFrom('credential')
        .select('record')
        .where('kind', '=', kind)
        .where('credential_key', '=', indexKey(credential_id))
        .executeTakeFirst();
      return row && toCredential(row);
    },

    async insert(credential) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('credential')
        .values(toRow(credential))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) {
        throw new StorageConflict(`the ${credential.kind} is registered already`);
      }
    },

    /** A credential that was removed meanwhile stays removed. */
    async update(credential) {
      const { kind, credential_key, sub, record } = toRow(credential);
      await db
        .updateTable('credential')
        .set({ record })
        .where('kind', '=', kind)
        .where('credential_key', '=', credential_key)
        .where('sub', '=', sub)
        .execute();
    },

    async remove({ sub, kind, credential_id }) {
      const { numDeletedRows } = await db
        .deleteFrom('credential')
        .where('kind', '=', kind)
        .where('credential_key', '=', indexKey(credential_id))
        .where('sub', '=', sub)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    /** Oldest first. A person has few, so that there are no pages. */
    async list(sub) {
      const rows = await db
        .selectFrom('credential')
        .select('record')
        .where('sub', '=', sub)
        .orderBy('created_at')
        .orderBy('kind')
        .orderBy('credential_key')
        .execute();
      return rows.map(toCredential);
    },
  };
}

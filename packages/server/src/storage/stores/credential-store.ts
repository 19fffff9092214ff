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

/** @throws UnreadableRecord */
export const toCredential = (row: { record: string }): Credential =>
  readRecord(CredentialRecord, row.record, 'credential');

export function credentialStore({ db }: Database): CredentialStore {
  const steps: CredentialStore['steps'] = {
    insert: (credential) => ({
      condition: 'the credential is new',
      query: db
        .insertInto('credential')
        .values(toRow(credential))
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
    }),

    remove: ({ sub, kind, credential_id }) => ({
      condition: 'the credential is there',
      query: db
        .deleteFrom('credential')
        .where('kind', '=', kind)
        .where('credential_key', '=', indexKey(credential_id))
        .where('sub', '=', sub)
        .compile(),
      rows: 'one',
    }),

    removeAll: (sub, kind) => ({
      condition: 'the credentials can be removed',
      query: db
        .deleteFrom('credential')
        .where('sub', '=', sub)
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
        .compile(),
      rows: 'any',
    }),

    removeIdleRecoveryCodes: (sub) => ({
      condition: 'the recovery codes can be removed',
      query: db
        .deleteFrom('credential')
        .where('sub', '=', sub)
        .where('kind', '=', 'recovery_code')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('credential as factor')
                .select('factor.sub')
                .where('factor.sub', '=', sub)
                .where('factor.kind', 'in', ['totp', 'passkey']),
            ),
          ),
        )
        .compile(),
      rows: 'any',
    }),
  };

  return {
    steps,

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
      const { numAffectedRows } = await db.executeQuery(steps.insert(credential).query);
      if (numAffectedRows === 0n) {
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

    async remove(of) {
      const { numAffectedRows } = await db.executeQuery(steps.remove(of).query);
      return numAffectedRows === 1n;
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

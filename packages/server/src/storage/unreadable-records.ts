import { sql } from 'kysely';
import { z } from 'zod';
import { ClientMetadataRecord } from '../client/client-metadata.ts';
import type { Database } from './database.ts';
import { checkFurther, readRecord } from './record.ts';
import {
  AuthorizationCodeRecord,
  CredentialRecord,
  DeferredAuthorizationRecord,
  FurtherOfUserRecord,
  ReferenceTokenRecord,
  RefreshTokenRecord,
  RolesRecord,
  SessionRecord,
} from './records.ts';
import { UnreadableRecord } from './storage-errors.ts';

const BATCH = 500;
const Row = z.object({ key: z.string(), json: z.string() });

/** Where records stand: table, its key, the column, and what people call one. */
const RECORDS: readonly (readonly [string, string, string, string, z.ZodType])[] = [
  ['client', 'client_id', 'metadata', 'metadata of client', ClientMetadataRecord],
  ['user_account', 'sub', 'roles', 'roles of user', RolesRecord],
  ['user_account', 'sub', 'further', 'user', FurtherOfUserRecord],
  ['session', 'session_id', 'record', 'session', SessionRecord],
  ['credential', 'credential_key', 'record', 'credential', CredentialRecord],
  ['authorization_code', 'code_sha256', 'record', 'authorization code', AuthorizationCodeRecord],
  ['refresh_token', 'token_sha256', 'record', 'refresh token', RefreshTokenRecord],
  ['reference_token', 'token_sha256', 'record', 'reference token', ReferenceTokenRecord],
  [
    'deferred_authorization',
    'authorization_sha256',
    'record',
    'deferred authorization',
    DeferredAuthorizationRecord,
  ],
];

/** Where records stand in columns alone, beside what a later version wrote. */
const FURTHER: readonly (readonly [string, string, string])[] = [
  ['signing_key', 'kid', 'signing key'],
  ['authorization_grant', 'grant_id', 'grant'],
  ['consent', 'sub', 'consent of user'],
  ['trust_store_entry', 'thumbprint', 'trusted certificate'],
  ['member_group', 'group_id', 'group'],
  ['application_role', 'role_id', 'role'],
  ['initial_access_token', 'token_id', 'initial access token'],
  ['dynamic_registration', 'client_id', 'registration of client'],
];

function problemOf(read: () => void): UnreadableRecord | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableRecord) return error;
    throw error;
  }
}

/**
 * Reads every record there is, and yields those that this version cannot read; of secrets the hash names them.
 * @param isEnough asked every few hundred records whether to end there
 */
export async function* findUnreadable(
  { reading }: Database,
  isEnough: () => boolean,
): AsyncGenerator<UnreadableRecord, void> {
  async function* rowsOf(table: string, key: string, column: string) {
    for (let after = ''; !isEnough(); ) {
      const { rows } =
        await sql`select ${sql.ref(key)} as key, ${sql.ref(column)} as json from ${sql.table(table)}
        where ${sql.ref(key)} > ${after} and ${sql.ref(column)} is not null
        order by ${sql.ref(key)} limit ${BATCH}`.execute(reading);
      const read = z.array(Row).parse(rows);
      yield* read;
      const last = read.at(-1);
      if (!last || read.length < BATCH) return;
      after = last.key;
    }
  }

  for (const [table, key, column, what, schema] of RECORDS) {
    for await (const row of rowsOf(table, key, column)) {
      const problem = problemOf(() => readRecord(schema, row.json, `${what} ${row.key}`));
      if (problem) yield problem;
    }
  }
  for (const [table, key, what] of FURTHER) {
    for await (const row of rowsOf(table, key, 'further')) {
      const problem = problemOf(() => checkFurther(row.json, `${what} ${row.key}`));
      if (problem) yield problem;
    }
  }
}

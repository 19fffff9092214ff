import { sql } from 'kysely';
import type { RowDatabase } from './open-rows.ts';

/**
 * Ends what cannot be told to be unused since a backup, whatever the audit trail says: codes, requests and sign-ins under
 * way, and refresh tokens that have one successor each.
 * @param alwaysRotates whether every refresh token has
 */
export async function endOnceOnly({ db }: RowDatabase, alwaysRotates: boolean): Promise<void> {
  for (const table of ['authorization_code', 'deferred_authorization', 'ephemeral']) {
    await sql`delete from ${sql.table(table)}`.execute(db);
  }
  const isUnbound = sql`record not like '%"cnf":{%' and client_id in
    (select client_id from client where token_endpoint_auth_method = 'none')`;
  await sql`delete from refresh_token where ${alwaysRotates ? sql`1 = 1` : isUnbound}`.execute(db);
}

/**
 * Ends everything that was issued, and lets nobody in before somebody says so: grants, sessions, codes and tokens end, the
 * signing keys go (a start makes new ones), and who proves who they are by a certificate, a key, a secret or a password
 * waits for confirmation.
 * @param now milliseconds since the epoch
 * @returns how many wait
 */
export async function endEverything(
  { db }: RowDatabase,
  now: number,
): Promise<{ readonly clients: number; readonly people: number }> {
  return await db.transaction().execute(async (transaction) => {
    for (const table of [
      'authorization_code',
      'refresh_token',
      'reference_token',
      'deferred_authorization',
      'ephemeral',
      'session',
      'signing_key',
      'initial_access_token',
    ]) {
      await sql`delete from ${sql.table(table)}`.execute(transaction);
    }
    await transaction
      .updateTable('authorization_grant')
      .set({ revoked_at: now })
      .where('revoked_at', 'is', null)
      .execute();
    const waits = { enabled: 0, awaits_confirmation: 1 };
    const clients = await transaction
      .updateTable('client')
      .set((update) => ({ ...waits, revision: update('revision', '+', 1) }))
      .where('enabled', '=', 1)
      .where('token_endpoint_auth_method', '<>', 'none')
      .executeTakeFirst();
    await sql`delete from client_origin where client_id in (select client_id from client where enabled = 0)`.execute(
      transaction,
    );
    const people = await transaction
      .updateTable('user_account')
      .set((update) => ({ ...waits, revision: update('revision', '+', 1) }))
      .where('enabled', '=', 1)
      .executeTakeFirst();
    return { clients: Number(clients.numUpdatedRows), people: Number(people.numUpdatedRows) };
  });
}

/** Revokes reference tokens, which stand under their hash, by the `jti` that events tell. @param now milliseconds since the epoch */
export async function revokeReferenceTokens(
  { db }: RowDatabase,
  jtis: readonly string[],
  now: number,
): Promise<void> {
  for (const jti of jtis) {
    const mention = `%${JSON.stringify(jti).replaceAll(/[\\%_]/g, '\\$&')}%`;
    await sql`update reference_token set revoked_at = ${now}
      where revoked_at is null and record like ${mention} escape '\\'`.execute(db);
  }
}

import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { KEPT_CHANGES } from './registry-log.ts';
import { REMOVED_AT_ONCE, removeAll } from './removal.ts';

/** How long what was used stays known after its end, so that a second use is told from an unknown value. */
const DAY = 86_400_000;

/** What is gone at its end, by the columns of its primary key. */
const ENDING = {
  ephemeral: ['kind', 'ephemeral_key'],
  session: ['session_id'],
  revoked_token: ['jti'],
  reference_token: ['token_sha256'],
  guess: ['guess_key'],
  unit_of_work: ['unit_id'],
  trust_store_edit: ['edit_id'],
  node: ['node'],
  expiry_notice: ['watched', 'ends_at', 'days'],
  certificate_use: ['client_id', 'thumbprint'],
  authority_use: ['thumbprint'],
  client_use: ['client_id', 'day'],
  held_by_node: ['holder'],
  webhook_delivery: ['delivery_id'],
} as const;

/** What is asked for again after its end. */
const ASKED_AGAIN = {
  authorization_code: ['code_sha256'],
  refresh_token: ['token_sha256'],
  deferred_authorization: ['authorization_sha256'],
  initial_access_token: ['token_id'],
} as const;

/**
 * Removes what expired before `now` (milliseconds since the epoch). What is asked
 * for again after its end (codes, refresh tokens, grants, deferred authorizations) is kept a day longer. What was claimed is
 * kept for as long as the clock of another process may be behind: to it the value is good still. Running in several
 * processes at once is harmless.
 */
export async function sweepExpired({ db, skew }: Pick<Database, 'db' | 'skew'>, now: number): Promise<void> {
  async function remove(
    table: string,
    key: readonly string[],
    condition: Expression<SqlBool>,
  ): Promise<void> {
    const name = sql.table(table);
    const columns = sql.join(key.map((column) => sql.ref(column)));
    const statement = sql`delete from ${name} where (${columns}) in
      (select ${columns} from ${name} where ${condition} limit ${REMOVED_AT_ONCE})`;
    await removeAll(async () => (await statement.execute(db)).numAffectedRows ?? 0n);
  }

  const expiredBefore = (time: number) => sql<SqlBool>`expires_at <= ${time}`;
  await remove('replay', ['replay_key'], expiredBefore(now - skew));
  for (const [table, key] of Object.entries(ENDING)) await remove(table, key, expiredBefore(now));
  for (const [table, key] of Object.entries(ASKED_AGAIN)) await remove(table, key, expiredBefore(now - DAY));
  // A revoked grant must outlive the tokens that are revoked through it.
  await remove(
    'authorization_grant',
    ['grant_id'],
    sql<SqlBool>`${expiredBefore(now - DAY)} and not exists
      (select 1 from reference_token where reference_token.grant_id = authorization_grant.grant_id)`,
  );
  // Who is further behind takes everything as changed.
  const { version } = await db.selectFrom('registry_version').select('version').executeTakeFirstOrThrow();
  await remove('registry_change', ['version'], sql<SqlBool>`version <= ${version - KEPT_CHANGES}`);
}

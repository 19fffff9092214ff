import { setImmediate } from 'node:timers/promises';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';

/** How long what was used stays known after its end, so that a second use is told from an unknown value. */
const DAY = 86_400_000;
/** Rows a statement removes: few enough that neither a lock nor this process is held for long. */
const BATCH = 1_000;

/**
 * Removes what expired before `now` (milliseconds since the epoch). What is asked
 * for again after its end (codes, refresh tokens, grants, deferred authorizations) is kept a day longer. Running in several processes at once is harmless.
 */
export async function sweepExpired({ db, dialect }: Database, now: number): Promise<void> {
  const rowId = sql.ref(dialect === 'sqlite' ? 'rowid' : 'ctid');

  async function remove(table: string, condition: Expression<SqlBool>): Promise<void> {
    const name = sql.table(table);
    const statement = sql`delete from ${name} where ${rowId} in
      (select ${rowId} from ${name} where ${condition} limit ${BATCH})`;
    while ((await statement.execute(db)).numAffectedRows === BigInt(BATCH)) await setImmediate();
  }

  const expiredBefore = (time: number) => sql<SqlBool>`expires_at <= ${time}`;
  for (const table of [
    'replay',
    'ephemeral',
    'session',
    'revoked_token',
    'reference_token',
    'guess',
    'unit_of_work',
    'trust_store_edit',
    'node',
  ]) {
    await remove(table, expiredBefore(now));
  }
  for (const table of [
    'authorization_code',
    'refresh_token',
    'deferred_authorization',
    'initial_access_token',
  ]) {
    await remove(table, expiredBefore(now - DAY));
  }
  // A revoked grant must outlive the tokens that are revoked through it.
  await remove(
    'authorization_grant',
    sql<SqlBool>`${expiredBefore(now - DAY)} and not exists
      (select 1 from reference_token where reference_token.grant_id = authorization_grant.grant_id)`,
  );
}

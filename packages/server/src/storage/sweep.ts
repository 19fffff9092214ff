import type { Database } from './database.ts';

/** How long what was used stays known after its end, so that a second use is told from an unknown value. */
const DAY = 86_400_000;

/**
 * Removes what expired before `now` (milliseconds since the epoch). Codes, refresh tokens and grants are kept
 * a day longer. Each table is a statement of its own, so that no lock is held for long; running in several
 * processes at once is harmless.
 */
export async function sweepExpired({ db }: Database, now: number): Promise<void> {
  for (const table of [
    'replay',
    'ephemeral',
    'session',
    'revoked_token',
    'reference_token',
    'guess',
  ] as const) {
    await db.deleteFrom(table).where('expires_at', '<=', now).execute();
  }
  for (const table of ['authorization_code', 'refresh_token'] as const) {
    await db
      .deleteFrom(table)
      .where('expires_at', '<=', now - DAY)
      .execute();
  }
  // A revoked grant must outlive the tokens that are revoked through it.
  await db
    .deleteFrom('authorization_grant')
    .where('expires_at', '<=', now - DAY)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('reference_token')
            .select('token_sha256')
            .whereRef('reference_token.grant_id', '=', 'authorization_grant.grant_id'),
        ),
      ),
    )
    .execute();
}

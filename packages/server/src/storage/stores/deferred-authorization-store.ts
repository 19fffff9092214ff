import type { Selectable } from 'kysely';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { Database } from '../database.ts';
import { readRecord, readRows } from '../record.ts';
import { DeferredAuthorizationRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import { type DeferredAuthorizationStore, StorageConflict } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const SECOND = 1000;
/** What asking too soon adds to the interval, in seconds (RFC 8628 §3.5). */
const SLOWER = 5;

function fromRow(row: Selectable<Schema['deferred_authorization']>): DeferredAuthorization {
  return {
    ...readRecord(DeferredAuthorizationRecord, row.record, 'deferred authorization'),
    interval: row.poll_interval,
  };
}

export function deferredAuthorizationStore(
  { db }: Database,
  report: ReportUnreadable,
): DeferredAuthorizationStore {
  const steps: DeferredAuthorizationStore['steps'] = {
    decide: (decided, now) => ({
      condition: 'the authorization waits for a decision',
      query: db
        .updateTable('deferred_authorization')
        .set({ state: decided.state, sub: decided.sub ?? null, record: JSON.stringify(decided) })
        .where('authorization_sha256', '=', decided.authorization_sha256)
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .compile(),
      rows: 'one',
    }),

    redeem: (redeemed) => ({
      condition: 'the authorization is not redeemed',
      query: db
        .updateTable('deferred_authorization')
        .set({ redeemed_at: redeemed.redeemed.at, record: JSON.stringify(redeemed) })
        .where('authorization_sha256', '=', redeemed.authorization_sha256)
        .where('state', '=', 'approved')
        .where('redeemed_at', 'is', null)
        .compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async insert(authorization) {
      const { authorization_sha256, client_id, user_code, sub, state, interval, expires_at } = authorization;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('deferred_authorization')
        .values({
          authorization_sha256,
          client_id,
          user_code: user_code ?? null,
          sub: sub ?? null,
          state,
          poll_interval: interval,
          polled_at: null,
          redeemed_at: null,
          expires_at,
          record: JSON.stringify(authorization),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw new StorageConflict('the user code is taken');
    },

    async find(authorization_sha256) {
      const row = await db
        .selectFrom('deferred_authorization')
        .selectAll()
        .where('authorization_sha256', '=', authorization_sha256)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    async findByUserCode(user_code, now) {
      const row = await db
        .selectFrom('deferred_authorization')
        .selectAll()
        .where('user_code', '=', user_code)
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    async listPending(sub, now) {
      const rows = await db
        .selectFrom('deferred_authorization')
        .selectAll()
        .where('sub', '=', sub)
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .orderBy('expires_at')
        .execute();
      return readRows(rows, fromRow, report).items;
    },

    async decide(decided, now) {
      const { numAffectedRows } = await db.executeQuery(steps.decide(decided, now).query);
      return numAffectedRows === 1n;
    },

    async poll(authorization_sha256, now) {
      const { numUpdatedRows } = await db
        .updateTable('deferred_authorization')
        .set({ polled_at: now })
        .where('authorization_sha256', '=', authorization_sha256)
        .where((where) =>
          where.or([
            where('polled_at', 'is', null),
            where(where('polled_at', '+', where('poll_interval', '*', SECOND)), '<=', now),
          ]),
        )
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return 'in time';
      await db
        .updateTable('deferred_authorization')
        .set((current) => ({ poll_interval: current('poll_interval', '+', SLOWER), polled_at: now }))
        .where('authorization_sha256', '=', authorization_sha256)
        .execute();
      return 'too soon';
    },
  };
}

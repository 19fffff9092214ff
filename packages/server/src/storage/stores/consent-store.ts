import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Consent } from '../../user/consent.ts';
import type { Database } from '../database.ts';
import { cursorOf } from '../page.ts';
import { checkFurther, readRecord } from '../record.ts';
import type { Schema } from '../schema.ts';
import { anyContains } from '../search-text.ts';
import type { ConsentStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const cursor = cursorOf(z.tuple([z.int(), z.string(), z.string()]));
const Scopes = z.array(z.string());

/** @throws UnreadableRecord */
function toConsent({ scopes, further, ...row }: Selectable<Schema['consent']>): Consent {
  const what = `consent of ${row.sub} to ${row.client_id}`;
  checkFurther(further, what);
  return { ...row, scopes: readRecord(Scopes, scopes, what) };
}

export function consentStore({ db }: Database, report: ReportUnreadable): ConsentStore {
  const steps: ConsentStore['steps'] = {
    put({ sub, client_id, granted_at, ...consent }) {
      const scopes = JSON.stringify(consent.scopes);
      return {
        condition: 'the consent can be stored',
        query: db
          .insertInto('consent')
          .values({ sub, client_id, scopes, granted_at })
          .onConflict((conflict) =>
            conflict.columns(['sub', 'client_id']).doUpdateSet({ scopes, granted_at }),
          )
          .compile(),
        rows: 'one',
      };
    },

    remove: (sub, client_id) => ({
      condition: 'the consent is there',
      query: db.deleteFrom('consent').where('sub', '=', sub).where('client_id', '=', client_id).compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async find(sub, client_id) {
      const row = await db
        .selectFrom('consent')
        .selectAll()
        .where('sub', '=', sub)
        .where('client_id', '=', client_id)
        .executeTakeFirst();
      return row && toConsent(row);
    },

    async put(consent) {
      await db.executeQuery(steps.put(consent).query);
    },

    async remove(sub, client_id) {
      const { numAffectedRows } = await db.executeQuery(steps.remove(sub, client_id).query);
      return numAffectedRows === 1n;
    },

    /** Newest first; `search` matches sub, client_id and scopes. */
    async list({ sub, client_id }, { search, after, limit }) {
      const key = cursor.read(after);
      let query = db.selectFrom('consent').selectAll();
      if (sub !== undefined) query = query.where('sub', '=', sub);
      if (client_id !== undefined) query = query.where('client_id', '=', client_id);
      if (search) query = query.where(anyContains(['sub', 'client_id', 'scopes'], search));
      if (key)
        query = query.where(sql<boolean>`(granted_at, sub, client_id) < (${key[0]}, ${key[1]}, ${key[2]})`);
      const rows = await query
        .orderBy('granted_at', 'desc')
        .orderBy('sub', 'desc')
        .orderBy('client_id', 'desc')
        .limit(limit + 1)
        .execute();
      return cursor.page(rows, limit, (row) => [row.granted_at, row.sub, row.client_id], toConsent, report);
    },
  };
}

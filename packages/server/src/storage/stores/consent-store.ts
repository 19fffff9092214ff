import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Consent } from '../../user/consent.ts';
import type { Database } from '../database.ts';
import { narrowing, newestFirst } from '../newest-first.ts';
import { cursorOf } from '../page.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { checkFurther, readRecord } from '../record.ts';
import type { Schema } from '../schema.ts';
import { anyContains } from '../search-text.ts';
import type { ConsentStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const cursor = cursorOf(z.tuple([z.int(), z.string(), z.string()]));
const Scopes = z.array(z.string());

/** @throws UnreadableRecord */
export function toConsent({ scopes, further, ...row }: Selectable<Schema['consent']>): Consent {
  const what = `consent of ${row.sub} to ${row.client_id}`;
  checkFurther(further, what);
  return { ...row, scopes: readRecord(Scopes, scopes, what) };
}

export function consentStore(database: Database, report: ReportUnreadable): ConsentStore {
  const { db, find } = database;
  const selection = prepared((place: PlaceOf<Pick<Consent, 'sub' | 'client_id'>>) =>
    db
      .selectFrom('consent')
      .selectAll()
      .where('sub', '=', place('sub'))
      .where('client_id', '=', place('client_id')),
  );
  const rowOf = ({ scopes, ...consent }: Consent) => ({ ...consent, scopes: JSON.stringify(scopes) });
  const steps: ConsentStore['steps'] = {
    insert: (consent) => ({
      condition: 'the person agreed to nothing for the client yet',
      query: db
        .insertInto('consent')
        .values(rowOf(consent))
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
    }),

    put(consent) {
      const row = rowOf(consent);
      const { scopes, granted_at } = row;
      return {
        condition: 'the consent can be stored',
        query: db
          .insertInto('consent')
          .values(row)
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
      const row = await find(selection({ sub, client_id }));
      return row && toConsent(row);
    },

    async put(consent) {
      await db.executeQuery(steps.put(consent).query);
    },

    async remove(sub, client_id) {
      const { numAffectedRows } = await db.executeQuery(steps.remove(sub, client_id).query);
      return numAffectedRows === 1n;
    },

    /** Newest first unless the other way is asked for; `search` matches sub, client_id and scopes. */
    async list({ sub, client_id }, { search, after, limit, isOldestFirst = false }) {
      const [fewest, others] = narrowing(sub, client_id);
      const rows = await newestFirst<Selectable<Schema['consent']>>(database, {
        table: 'consent',
        key: ['granted_at', 'sub', 'client_id'],
        columns: ['sub', 'client_id', 'scopes', 'granted_at', 'further'],
        indexed: fewest,
        besides: [...others, ...(search ? [anyContains(['sub', 'client_id', 'scopes'], search)] : [])],
        after: cursor.read(after),
        limit: limit + 1,
        isOldestFirst,
      });
      return cursor.page(rows, limit, (row) => [row.granted_at, row.sub, row.client_id], toConsent, report);
    },
  };
}

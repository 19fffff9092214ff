import { z } from 'zod';
import type { Database } from '../database.ts';
import { readRecord } from '../record.ts';
import type { EphemeralStore } from '../storage.ts';

/** Whoever put a value there reads its members; this version marks none of them. */
const EphemeralRecord = z.looseObject({});
const toValue = (row: { value: string }) => readRecord(EphemeralRecord, row.value, 'short-lived value');

export function ephemeralStore({ db }: Database): EphemeralStore {
  const steps: EphemeralStore['steps'] = {
    put(kind, key, value, expires_at) {
      const json = JSON.stringify(value);
      return {
        condition: 'the value can be stored',
        query: db
          .insertInto('ephemeral')
          .values({ kind, ephemeral_key: key, value: json, expires_at })
          .onConflict((conflict) =>
            conflict.columns(['kind', 'ephemeral_key']).doUpdateSet({ value: json, expires_at }),
          )
          .compile(),
        rows: 'one',
      };
    },

    add: (kind, key, value, expires_at, now) => ({
      condition: 'the key is new',
      query: db
        .insertInto('ephemeral')
        .values({ kind, ephemeral_key: key, value: JSON.stringify(value), expires_at })
        .onConflict((conflict) =>
          conflict
            .columns(['kind', 'ephemeral_key'])
            .doUpdateSet({ value: JSON.stringify(value), expires_at })
            .where('ephemeral.expires_at', '<=', now),
        )
        .compile(),
      rows: 'one',
    }),

    take: (kind, key, now) => ({
      condition: 'the value is there',
      query: db
        .deleteFrom('ephemeral')
        .where('kind', '=', kind)
        .where('ephemeral_key', '=', key)
        .where('expires_at', '>', now)
        .compile(),
      rows: 'one',
    }),

    replace: (kind, key, value, now) => ({
      condition: 'the value is still there',
      query: db
        .updateTable('ephemeral')
        .set({ value: JSON.stringify(value) })
        .where('kind', '=', kind)
        .where('ephemeral_key', '=', key)
        .where('expires_at', '>', now)
        .compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async put(kind, key, value, expires_at) {
      await db.executeQuery(steps.put(kind, key, value, expires_at).query);
    },

    async get(kind, key, now) {
      const row = await db
        .selectFrom('ephemeral')
        .select('value')
        .where('kind', '=', kind)
        .where('ephemeral_key', '=', key)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row && toValue(row);
    },

    async take(kind, key, now) {
      const row = await db
        .deleteFrom('ephemeral')
        .where('kind', '=', kind)
        .where('ephemeral_key', '=', key)
        .where('expires_at', '>', now)
        .returning('value')
        .executeTakeFirst();
      return row && toValue(row);
    },

    async list(kind, now, limit) {
      const rows = await db
        .selectFrom('ephemeral')
        .select(['ephemeral_key', 'value'])
        .where('kind', '=', kind)
        .where('expires_at', '>', now)
        .orderBy('expires_at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ key: row.ephemeral_key, value: toValue(row) }));
    },

    async replace(kind, key, value, now) {
      const { numAffectedRows } = await db.executeQuery(steps.replace(kind, key, value, now).query);
      return numAffectedRows === 1n;
    },
  };
}

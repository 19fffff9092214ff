import { z } from 'zod';
import type { Database } from '../database.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord } from '../record.ts';
import type { Schema } from '../schema.ts';
import type { EphemeralStore } from '../storage.ts';

/** Whoever put a value there reads its members; this version marks none of them. */
const EphemeralRecord = z.looseObject({});
const toValue = (row: { value: string }) => readRecord(EphemeralRecord, row.value, 'short-lived value');

type Row = Schema['ephemeral'];
type Key = Pick<Row, 'kind' | 'ephemeral_key'>;
type Now = { readonly now: number };

/** What is asked most, of one value each. */
function ephemeralStatements(db: Database['db']) {
  const insertion = (place: PlaceOf<Row>) =>
    db.insertInto('ephemeral').values({
      kind: place('kind'),
      ephemeral_key: place('ephemeral_key'),
      value: place('value'),
      expires_at: place('expires_at'),
    });
  const replacement = (place: PlaceOf<Row>) => ({ value: place('value'), expires_at: place('expires_at') });
  const removal = (place: PlaceOf<Key & Now>) =>
    db
      .deleteFrom('ephemeral')
      .where('kind', '=', place('kind'))
      .where('ephemeral_key', '=', place('ephemeral_key'))
      .where('expires_at', '>', place('now'));
  return {
    put: prepared((place: PlaceOf<Row>) =>
      insertion(place).onConflict((conflict) =>
        conflict.columns(['kind', 'ephemeral_key']).doUpdateSet(replacement(place)),
      ),
    ),
    add: prepared((place: PlaceOf<Row & Now>) =>
      insertion(place).onConflict((conflict) =>
        conflict
          .columns(['kind', 'ephemeral_key'])
          .doUpdateSet(replacement(place))
          .where('ephemeral.expires_at', '<=', place('now')),
      ),
    ),
    remove: prepared(removal),
    removeRead: prepared((place: PlaceOf<Omit<Row, 'expires_at'> & Now>) =>
      removal(place).where('value', '=', place('value')),
    ),
    take: prepared((place: PlaceOf<Key & Now>) => removal(place).returning('value')),
    replace: prepared((place: PlaceOf<Omit<Row, 'expires_at'> & Now>) =>
      db
        .updateTable('ephemeral')
        .set({ value: place('value') })
        .where('kind', '=', place('kind'))
        .where('ephemeral_key', '=', place('ephemeral_key'))
        .where('expires_at', '>', place('now')),
    ),
    get: prepared((place: PlaceOf<Key & Now>) =>
      db
        .selectFrom('ephemeral')
        .select('value')
        .where('kind', '=', place('kind'))
        .where('ephemeral_key', '=', place('ephemeral_key'))
        .where('expires_at', '>', place('now')),
    ),
  };
}

export function ephemeralStore({ db, find }: Database): EphemeralStore {
  const statements = ephemeralStatements(db);
  const steps: EphemeralStore['steps'] = {
    put: (kind, ephemeral_key, value, expires_at) => ({
      condition: 'the value can be stored',
      query: statements.put({ kind, ephemeral_key, value: JSON.stringify(value), expires_at }),
      rows: 'one',
    }),

    add: (kind, ephemeral_key, value, expires_at, now) => ({
      condition: 'the key is new',
      query: statements.add({ kind, ephemeral_key, value: JSON.stringify(value), expires_at, now }),
      rows: 'one',
    }),

    take: (kind, ephemeral_key, now) => ({
      condition: 'the value is there',
      query: statements.remove({ kind, ephemeral_key, now }),
      rows: 'one',
    }),

    takeRead: (kind, ephemeral_key, value, now) => ({
      condition: 'the value is the one that was read',
      query: statements.removeRead({ kind, ephemeral_key, value: JSON.stringify(value), now }),
      rows: 'one',
    }),

    replace: (kind, ephemeral_key, value, now) => ({
      condition: 'the value is still there',
      query: statements.replace({ kind, ephemeral_key, value: JSON.stringify(value), now }),
      rows: 'one',
    }),
  };

  return {
    steps,

    async put(kind, key, value, expires_at) {
      await db.executeQuery(steps.put(kind, key, value, expires_at).query);
    },

    async get(kind, ephemeral_key, now) {
      const row = await find(statements.get({ kind, ephemeral_key, now }));
      return row && toValue(row);
    },

    async take(kind, ephemeral_key, now) {
      const { rows } = await db.executeQuery(statements.take({ kind, ephemeral_key, now }));
      return rows[0] && toValue(rows[0]);
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

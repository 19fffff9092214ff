import { type Selectable, sql } from 'kysely';
import type { Session } from '../../user/session.ts';
import type { Database } from '../database.ts';
import { newestFirst } from '../newest-first.ts';
import { cursorOf, TimeKey } from '../page.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord, readRows } from '../record.ts';
import { SessionRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import { anyContains } from '../search-text.ts';
import type { SessionStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const cursor = cursorOf(TimeKey);

/** The column says when nothing is left of it; the record, when nobody is signed in by it any more. */
const toRow = ({ prolonged_until = 0, ...session }: Session): Selectable<Schema['session']> => ({
  session_id: session.session_id,
  secret_sha256: session.secret_sha256,
  sub: session.sub,
  created_at: session.created_at,
  expires_at: Math.max(session.expires_at, prolonged_until),
  record: JSON.stringify(session),
});

const COLUMNS = ['session_id', 'expires_at', 'record'] as const;

function toSession(row: Pick<Selectable<Schema['session']>, (typeof COLUMNS)[number]>): Session {
  const session = readRecord(SessionRecord, row.record, `session ${row.session_id}`);
  return row.expires_at > session.expires_at ? { ...session, prolonged_until: row.expires_at } : session;
}

type Listed = Pick<Selectable<Schema['session']>, (typeof COLUMNS)[number] | 'created_at'>;

/** What is asked most, of one session each. */
function sessionStatements({ db, dialect }: Database) {
  return {
    ofId: prepared((place: PlaceOf<{ session_id: string }>) =>
      db.selectFrom('session').select(COLUMNS).where('session_id', '=', place('session_id')),
    ),
    ofSecret: prepared((place: PlaceOf<{ secret_sha256: string; now: number }>) =>
      db
        .selectFrom('session')
        .select(COLUMNS)
        .where('secret_sha256', '=', place('secret_sha256'))
        .where('expires_at', '>', place('now')),
    ),
    presence: prepared((place: PlaceOf<{ session_id: string }>) =>
      db
        .selectFrom('session')
        .select('session_id')
        .where('session_id', '=', place('session_id'))
        // An end at the same moment is waited for; SQLite has one writer at a time.
        .$if(dialect === 'postgres', (query) => query.forShare()),
    ),
    prolongation: prepared((place: PlaceOf<{ session_id: string; until: number }>) =>
      db
        .updateTable('session')
        .set({ expires_at: place('until') })
        .where('session_id', '=', place('session_id'))
        .where('expires_at', '<', place('until')),
    ),
    replacement: prepared((place: PlaceOf<Selectable<Schema['session']> & { readonly before: string }>) =>
      db
        .updateTable('session')
        .set({
          secret_sha256: place('secret_sha256'),
          sub: place('sub'),
          created_at: place('created_at'),
          expires_at: place('expires_at'),
          record: place('record'),
        })
        .where('session_id', '=', place('session_id'))
        .where('record', '=', place('before')),
    ),
  };
}

export function sessionStore(database: Database, report: ReportUnreadable): SessionStore {
  const { db, find } = database;
  const statements = sessionStatements(database);
  const steps: SessionStore['steps'] = {
    insert: (session) => ({
      condition: 'the session can be stored',
      query: db.insertInto('session').values(toRow(session)).compile(),
      rows: 'one',
    }),

    isThere: (session_id) => ({
      condition: 'the session has not ended',
      query: statements.presence({ session_id }),
      rows: 'one',
    }),

    remove: (session_id) => ({
      condition: 'the session is there',
      query: db.deleteFrom('session').where('session_id', '=', session_id).compile(),
      rows: 'one',
    }),

    removeAll: (sub, except) => ({
      condition: 'the sessions can be removed',
      query: db
        .deleteFrom('session')
        .where('sub', '=', sub)
        .$if(except !== undefined, (query) => query.where('session_id', '!=', except ?? ''))
        .compile(),
      rows: 'any',
    }),

    prolong: (session_id, until) => ({
      condition: 'the session can be prolonged',
      query: statements.prolongation({ session_id, until }),
      rows: 'any',
    }),
  };

  const changing: SessionStore['changing'] = async (session_id, apply) => {
    const row = await find(statements.ofId({ session_id }));
    if (!row) return undefined;
    const session = apply(toSession(row));
    return {
      session,
      step: {
        condition: 'the session is unchanged',
        query: statements.replacement({ ...toRow(session), before: row.record }),
        rows: 'one',
      },
    };
  };

  return {
    steps,
    changing,

    async insert(session) {
      await db.executeQuery(steps.insert(session).query);
    },

    async findBySecret(secret_sha256, now) {
      const row = await find(statements.ofSecret({ secret_sha256, now }));
      return row && readRows([row], toSession, report).items[0];
    },

    async find(session_id) {
      const row = await find(statements.ofId({ session_id }));
      return row && toSession(row);
    },

    /** A session that was removed meanwhile stays removed: signing out wins over being seen. */
    async update(session) {
      await db
        .updateTable('session')
        .set(toRow(session))
        .where('session_id', '=', session.session_id)
        .execute();
    },

    async change(session_id, apply) {
      for (;;) {
        const prepared = await changing(session_id, apply);
        if (!prepared) return undefined;
        const { numAffectedRows } = await db.executeQuery(prepared.step.query);
        if (numAffectedRows === 1n) return prepared.session;
        // Changed by somebody else in between: their change is kept under this one.
      }
    },

    async remove(session_id) {
      const { numAffectedRows } = await db.executeQuery(steps.remove(session_id).query);
      return numAffectedRows === 1n;
    },

    async removeAll(sub, except) {
      const { numAffectedRows = 0n } = await db.executeQuery(steps.removeAll(sub, except).query);
      return Number(numAffectedRows);
    },

    /** Sessions that have not expired, newest first unless the other way is asked for; `search` matches sub and session_id. */
    async list({ sub }, { search, after, limit, isOldestFirst = false }, now) {
      const rows = await newestFirst<Listed>(database, {
        table: 'session',
        key: ['created_at', 'session_id'],
        columns: [...COLUMNS, 'created_at'],
        indexed: sub === undefined ? [] : [sql`sub = ${sub}`],
        besides: [sql`expires_at > ${now}`, ...(search ? [anyContains(['sub', 'session_id'], search)] : [])],
        after: cursor.read(after),
        limit: limit + 1,
        isOldestFirst,
      });
      return cursor.page(rows, limit, (row) => [row.created_at, row.session_id], toSession, report);
    },
  };
}

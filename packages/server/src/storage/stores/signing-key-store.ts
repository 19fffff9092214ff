import { type CompiledQuery, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { SERVER_KEY_ALGORITHMS, type StoredServerKey } from '../../token/server-key.ts';
import type { Step } from '../../unit-of-work.ts';
import type { Database } from '../database.ts';
import { checkFurther, readRows, readValue } from '../record.ts';
import type { Schema } from '../schema.ts';
import type { SigningKeyStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const Key = z.object({
  kid: z.string(),
  alg: z.enum(SERVER_KEY_ALGORITHMS),
  state: z.enum(['next', 'active', 'retired']),
  sealed_private_jwk: z.string(),
  created_at: z.int(),
  activated_at: z.int().exactOptional(),
  retired_at: z.int().exactOptional(),
});

const byAlgorithm = (one: StoredServerKey, other: StoredServerKey) =>
  SERVER_KEY_ALGORITHMS.indexOf(one.alg) - SERVER_KEY_ALGORITHMS.indexOf(other.alg);

const toRow = (key: StoredServerKey) => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  sealed_private_jwk: key.sealed_private_jwk,
  created_at: key.created_at,
  activated_at: key.activated_at ?? null,
  retired_at: key.retired_at ?? null,
});

/** @throws UnreadableRecord */
function toKey(stored: Selectable<Schema['signing_key']>): StoredServerKey {
  const { activated_at, retired_at, further, ...row } = stored;
  checkFurther(further, `signing key ${row.kid}`);
  const times = {
    ...(activated_at !== null && { activated_at }),
    ...(retired_at !== null && { retired_at }),
  };
  return readValue(Key, { ...row, ...times }, `signing key ${row.kid}`);
}

/** The keys of this server; a unique index allows one `active` and one `next` key an algorithm. */
export function signingKeyStore(database: Database, report: ReportUnreadable): SigningKeyStore {
  const { db, dialect } = database;

  /** Two rotations at once follow one another; reading is not hindered. SQLite has one writer at a time. */
  const locking =
    dialect === 'postgres'
      ? [db.selectFrom('registry_version').select('version').where('id', '=', 1).forUpdate()]
      : [];

  const rotation = (replacement: StoredServerKey, retired_at: number): readonly CompiledQuery[] => {
    const { alg, kid } = replacement;
    const ofAlg = db.updateTable('signing_key').where('alg', '=', alg);
    const { state: _state, ...row } = toRow(replacement);
    const isPromoted = sql<string>`exists (select 1 from signing_key where alg = ${alg} and state = 'active')`;
    const inserted = sql`
      insert into signing_key (kid, alg, sealed_private_jwk, created_at, activated_at, retired_at, state)
      select ${row.kid}, ${row.alg}, ${row.sealed_private_jwk}, cast(${row.created_at} as bigint),
        case when ${isPromoted} then null else cast(${retired_at} as bigint) end, cast(${row.retired_at} as bigint),
        case when ${isPromoted} then 'next' else 'active' end
      where not exists (select 1 from signing_key where kid = ${kid})`;
    const promote = ofAlg.set({ state: 'active', activated_at: retired_at }).where('state', '=', 'next');
    return [
      ofAlg.set({ state: 'retired', retired_at }).where('state', '=', 'active').compile(),
      (replacement.state === 'next' ? promote : promote.where('kid', '=', kid)).compile(),
      inserted.compile(db),
    ];
  };

  /** Yields one row where the keys of `alg` are these. */
  const areThese = (
    alg: string,
    { active, next }: { active: string | undefined; next: string | undefined },
  ) => {
    const isIn = (state: string, kid: string | undefined) =>
      kid === undefined
        ? sql`not exists (select 1 from signing_key where alg = ${alg} and state = ${state})`
        : sql`exists (select 1 from signing_key where alg = ${alg} and state = ${state} and kid = ${kid})`;
    return sql`select 1 as found where ${isIn('active', active)} and ${isIn('next', next)}`;
  };

  const anyRows = (query: CompiledQuery): Step => ({
    condition: 'the signing key can be rotated',
    query,
    rows: 'any',
  });

  const steps: SigningKeyStore['steps'] = {
    insertIfNone: (key) => ({
      condition: 'no key of its kind is there',
      query: db
        .insertInto('signing_key')
        .values(toRow(key))
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
      rows: 'one',
      registry: { kind: 'signing key', key: key.kid },
    }),

    rotate: (replacement, present, retired_at) => [
      ...locking.map((lock) => anyRows(lock.compile())),
      {
        condition: 'the signing keys are unchanged',
        query: areThese(replacement.alg, present).compile(db),
        rows: 'one',
      },
      ...rotation(replacement, retired_at).map((query) => ({
        ...anyRows(query),
        registry: { kind: 'signing key', key: replacement.kid } as const,
      })),
    ],

    remove: (kid) => ({
      condition: 'the signing key is there',
      query: db.deleteFrom('signing_key').where('kid', '=', kid).compile(),
      rows: 'one',
      registry: { kind: 'signing key', key: kid },
    }),
  };

  return {
    steps,

    async list() {
      const rows = await db
        .selectFrom('signing_key')
        .selectAll()
        .orderBy('created_at')
        .orderBy('kid')
        .execute();
      return readRows(rows, toKey, report).items.toSorted(byAlgorithm);
    },
  };
}

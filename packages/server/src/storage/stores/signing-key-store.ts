import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { StoredSigningKey } from '../../token/signing-key.ts';
import type { Database } from '../database.ts';
import { readValue } from '../record.ts';
import type { Schema } from '../schema.ts';
import { type SigningKeyStore, StorageConflict } from '../storage.ts';

const Key = z.object({
  kid: z.string(),
  alg: z.enum(['ES256', 'PS256', 'RS256', 'EdDSA']),
  state: z.enum(['next', 'active', 'retired']),
  sealed_private_jwk: z.string(),
  created_at: z.int(),
  retired_at: z.int().exactOptional(),
});

type Row = Selectable<Schema['signing_key']>;

const toRow = (key: StoredSigningKey): Row => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  sealed_private_jwk: key.sealed_private_jwk,
  created_at: key.created_at,
  retired_at: key.retired_at ?? null,
});

function toKey({ retired_at, ...row }: Row): StoredSigningKey {
  return readValue(Key, { ...row, ...(retired_at !== null && { retired_at }) }, `signing key ${row.kid}`);
}

/** Signing keys; a unique index allows one `active` and one `next` key an algorithm. */
export function signingKeyStore({ db, dialect, registryChanged }: Database): SigningKeyStore {
  return {
    async list() {
      const rows = await db
        .selectFrom('signing_key')
        .selectAll()
        .orderBy('created_at')
        .orderBy('kid')
        .execute();
      return rows.map(toKey);
    },

    async insertIfNone(key) {
      try {
        await db
          .insertInto('signing_key')
          .values(toRow(key))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const winner = await db
          .selectFrom('signing_key')
          .selectAll()
          .where('alg', '=', key.alg)
          .where('state', '=', key.state)
          .executeTakeFirst();
        if (!winner) throw new StorageConflict(`signing key ${key.kid} was rotated or removed meanwhile`);
        return toKey(winner);
      } finally {
        registryChanged();
      }
    },

    /**
     * A stored `next` key is promoted and `replacement`, if in state `next`, takes its place; without one, or
     * when `replacement` is in state `active`, `replacement` itself signs from now on.
     */
    async rotate(replacement, retired_at) {
      try {
        await db.transaction().execute(async (transaction) => {
          // Two rotations at once follow one another; reading is not hindered.
          if (dialect === 'postgres') {
            await sql`lock table signing_key in share row exclusive mode`.execute(transaction);
          }
          const { alg } = replacement;
          const ofAlg = transaction.updateTable('signing_key').where('alg', '=', alg);
          await ofAlg.set({ state: 'retired', retired_at }).where('state', '=', 'active').execute();

          const stored = await transaction
            .selectFrom('signing_key')
            .select('kid')
            .where('alg', '=', alg)
            .where('state', '=', 'next')
            .executeTakeFirst();
          const promoted =
            stored && (replacement.state === 'next' || stored.kid === replacement.kid) ? stored : undefined;
          if (promoted) await ofAlg.set({ state: 'active' }).where('kid', '=', promoted.kid).execute();
          if (promoted?.kid === replacement.kid) return;
          await transaction
            .insertInto('signing_key')
            .values(toRow({ ...replacement, state: promoted ? 'next' : 'active' }))
            .execute();
        });
      } finally {
        registryChanged();
      }
    },

    async remove(kid) {
      try {
        const { numDeletedRows } = await db
          .deleteFrom('signing_key')
          .where('kid', '=', kid)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      } finally {
        registryChanged();
      }
    },
  };
}

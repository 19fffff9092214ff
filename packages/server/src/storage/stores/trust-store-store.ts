import { Certificate, MalformedCertificate } from '@countersign/x509';
import type { TrustedCertificate } from '../../client/trusted-certificate.ts';
import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import { checkFurther, readRows } from '../record.ts';
import type { TrustStoreStore } from '../storage.ts';
import { type ReportUnreadable, UnreadableRecord } from '../storage-errors.ts';

/** Certificates looked for with one statement: SQLite and PostgreSQL both take this many values. */
const AT_ONCE = 500;

type Row = {
  readonly alias: string | null;
  readonly thumbprint: string | null;
  readonly certificate: string | null;
  readonly added_at: number | null;
  readonly further: string | null;
};

/** @throws UnreadableRecord */
function toTrusted({ alias, thumbprint, certificate, added_at, further }: Row): TrustedCertificate {
  const what = `trusted certificate ${thumbprint}`;
  checkFurther(further, what);
  try {
    const read = Certificate.fromDer(Buffer.from(certificate ?? '', 'base64'));
    if (read.thumbprint !== thumbprint) throw new UnreadableRecord(what, 'it is another certificate');
    return { alias: alias ?? thumbprint, certificate: read, added_at: added_at ?? 0 };
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new UnreadableRecord(what, cause.message, cause);
  }
}

/** Names in it are compared as keytool does, without regard to case. */
export const aliasKey = (alias: string): string => indexKey(alias.toLowerCase());

/** What nodes share of their trust stores. */
export function trustStoreStore({ db }: Database, report: ReportUnreadable): TrustStoreStore {
  return {
    steps: {
      takeOver: (store, taken_over_at) => ({
        condition: 'no node gave the trust store meanwhile',
        query: db
          .insertInto('trust_store')
          .values({ store: indexKey(store), revision: 1, taken_over_at })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
        registry: { kind: 'trust store', key: store },
      }),
      change: (store, revision) => ({
        condition: 'nobody else changed the trust store meanwhile',
        query: db
          .updateTable('trust_store')
          .set({ revision: revision + 1 })
          .where('store', '=', indexKey(store))
          .where('revision', '=', revision)
          .compile(),
        rows: 'one',
        registry: { kind: 'trust store', key: store },
      }),
      add: (store, { alias, certificate, added_at }) => ({
        condition: 'the trust store has neither the certificate nor the alias yet',
        query: db
          .insertInto('trust_store_entry')
          .values({
            store: indexKey(store),
            thumbprint: certificate.thumbprint,
            alias,
            alias_key: aliasKey(alias),
            certificate: Buffer.from(certificate.der).toString('base64'),
            added_at,
          })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
      }),
      remove: (store, thumbprint) => ({
        condition: 'the trust store has the certificate still',
        query: db
          .deleteFrom('trust_store_entry')
          .where('store', '=', indexKey(store))
          .where('thumbprint', '=', thumbprint)
          .compile(),
        rows: 'one',
      }),
      takeUpEdit: (edit_id, expires_at) => ({
        condition: 'the edit of the file was not taken up before',
        query: db
          .insertInto('trust_store_edit')
          .values({ edit_id, expires_at })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
      }),
    },

    async read(stores) {
      const keys = new Map(stores.map((store) => [indexKey(store), store] as const));
      const rows =
        keys.size === 0
          ? []
          : await db
              .selectFrom('trust_store')
              .leftJoin('trust_store_entry', 'trust_store_entry.store', 'trust_store.store')
              .select([
                'trust_store.store',
                'revision',
                'alias',
                'thumbprint',
                'certificate',
                'added_at',
                'further',
              ])
              .where('trust_store.store', 'in', [...keys.keys()])
              .orderBy('trust_store.store')
              .orderBy('added_at')
              .orderBy('alias_key')
              .execute();
      const found = Map.groupBy(rows, (row) => row.store);
      return new Map(
        Array.from(found, ([key, [first, ...more]]) => {
          const held = [first, ...more].filter((row) => row?.thumbprint !== null);
          const { items } = readRows(
            held.flatMap((row) => row ?? []),
            toTrusted,
            report,
          );
          const store = keys.get(key) ?? key;
          return [store, { store, revision: first?.revision ?? 0, entries: items }] as const;
        }),
      );
    },

    async heldBeside(store, thumbprints) {
      const held = new Set<string>();
      for (let from = 0; from < thumbprints.length; from += AT_ONCE) {
        const rows = await db
          .selectFrom('trust_store_entry')
          .select('thumbprint')
          .where('store', '!=', indexKey(store))
          .where('thumbprint', 'in', thumbprints.slice(from, from + AT_ONCE))
          .execute();
        for (const { thumbprint } of rows) held.add(thumbprint);
      }
      return held;
    },
  };
}

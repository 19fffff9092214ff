import type { Claim } from '../../client/authority-claim.ts';
import { type NamedRole, TRUST_ROLES } from '../../client/trust-role.ts';
import type { Database } from '../database.ts';
import type { AuthorityStore } from '../storage.ts';

/** Claims looked for with one statement: SQLite and PostgreSQL both take this many values. */
const AT_ONCE = 500;

/** The roles of certificates, and which clients have or had a certificate or key. */
export function authorityStore({ db }: Database): AuthorityStore {
  // The word itself may be one of a later version.
  const asItWas = ({ thumbprint, named_by, named_at }: NamedRole) => ({ thumbprint, named_by, named_at });
  const steps: AuthorityStore['steps'] = {
    name: ({ managed_by = null, ...named }, before) => ({
      condition: 'nobody else gave the certificate a role meanwhile',
      query: before
        ? db
            .updateTable('trust_role')
            .set({ ...named, managed_by })
            .where((row) => row.and(asItWas(before)))
            .compile()
        : db
            .insertInto('trust_role')
            .values({ ...named, managed_by })
            .onConflict((conflict) => conflict.doNothing())
            .compile(),
      rows: 'one',
      registry: { kind: 'authority', key: named.thumbprint },
    }),
    unname: (named) => ({
      condition: 'the certificate has the role still',
      query: db
        .deleteFrom('trust_role')
        .where((row) => row.and(asItWas(named)))
        .compile(),
      rows: 'one',
      registry: { kind: 'authority', key: named.thumbprint },
    }),
    claim: (client_id, claims, claimed_at) =>
      claims.length === 0
        ? []
        : [
            {
              condition: 'the claims can be written',
              query: db
                .insertInto('authority_claim')
                .values([...new Set(claims)].map((claim) => ({ claim, client_id, claimed_at })))
                .onConflict((conflict) => conflict.doNothing())
                .compile(),
              rows: 'any',
              registry: claims.map((key) => ({ kind: 'authority', key })),
            },
          ],
    upgrade: () => ({
      condition: 'the roles of an earlier version were not taken over yet',
      query: db.updateTable('trust_upgrade').set({ done: 1 }).where('done', '=', 0).compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async named() {
      const rows = await db.selectFrom('trust_role').selectAll().execute();
      // A role of a later version opens nothing here.
      return rows.map(
        ({ managed_by, ...row }): NamedRole => ({
          ...row,
          role: TRUST_ROLES.find((role) => role === row.role) ?? 'handshake',
          ...(managed_by !== null && { managed_by }),
        }),
      );
    },

    async claimants(claims) {
      const found = new Map<Claim, string[]>();
      for (let from = 0; from < claims.length; from += AT_ONCE) {
        const rows = await db
          .selectFrom('authority_claim')
          .select(['claim', 'client_id'])
          .where('claim', 'in', claims.slice(from, from + AT_ONCE))
          .orderBy('client_id')
          .execute();
        for (const { claim, client_id } of rows) found.set(claim, [...(found.get(claim) ?? []), client_id]);
      }
      return found;
    },

    async isUpgraded() {
      const row = await db.selectFrom('trust_upgrade').select('done').executeTakeFirst();
      return row?.done === 1;
    },
  };
}

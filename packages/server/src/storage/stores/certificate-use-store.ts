import type { Database } from '../database.ts';
import type { AuthorityUse, CertificateUse, CertificateUseStore } from '../storage.ts';

const DAY = 86_400_000;
/** Values in one statement: SQLite and PostgreSQL both take this many. */
const AT_ONCE = 100;
/** How long a use is remembered after the certificate ended, and an authority after it vouched last. */
const KEPT_AFTER_END = 60 * DAY;
const AUTHORITY_KEPT = 800 * DAY;

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function* pages<T>(items: readonly T[]): Generator<readonly T[], void> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}

/** When clients came with their certificates, and which authorities vouched for them. */
export function certificateUseStore({ db }: Database): CertificateUseStore {
  const noteUses = async (uses: readonly CertificateUse[]) => {
    await db
      .insertInto('certificate_use')
      .values(
        uses.map(({ used_at, ...use }) => ({
          ...use,
          first_used_at: used_at,
          last_used_at: used_at,
          expires_at: Math.max(use.not_after, used_at) + KEPT_AFTER_END,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['client_id', 'thumbprint'])
          .doUpdateSet((row) => ({
            last_used_at: row.ref('excluded.last_used_at'),
            expires_at: row.ref('excluded.expires_at'),
          }))
          .whereRef('certificate_use.last_used_at', '<', 'excluded.last_used_at'),
      )
      .execute();
    // Of certificates that nobody registered the latest counts alone: where they live for hours they would pile up.
    await db
      .deleteFrom('certificate_use')
      .where(
        'client_id',
        'in',
        uses.map(({ client_id }) => client_id),
      )
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('certificate_use as later')
            .select('later.client_id')
            .whereRef('later.client_id', '=', 'certificate_use.client_id')
            .whereRef('later.not_after', '>', 'certificate_use.not_after')
            .whereRef('later.last_used_at', '>=', 'certificate_use.last_used_at'),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('client_certificate as registered')
              .select('registered.client_id')
              .whereRef('registered.client_id', '=', 'certificate_use.client_id')
              .whereRef('registered.thumbprint', '=', 'certificate_use.thumbprint'),
          ),
        ),
      )
      .execute();
  };

  const noteAuthorities = (
    authorities: readonly { readonly thumbprint: string; readonly used_at: number }[],
  ) =>
    db
      .insertInto('authority_use')
      .values(
        authorities.map(({ thumbprint, used_at }) => ({
          thumbprint,
          first_seen_at: used_at,
          last_used_at: used_at,
          expires_at: used_at + AUTHORITY_KEPT,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .column('thumbprint')
          .doUpdateSet((row) => ({
            last_used_at: row.ref('excluded.last_used_at'),
            expires_at: row.ref('excluded.expires_at'),
          }))
          .whereRef('authority_use.last_used_at', '<', 'excluded.last_used_at'),
      )
      .execute();

  return {
    // In one order in every process: of two that write the same rows neither waits for the other's.
    async note(uses, authorities) {
      const inOrder = uses.toSorted((one, other) =>
        one.client_id === other.client_id
          ? byText(one.thumbprint, other.thumbprint)
          : byText(one.client_id, other.client_id),
      );
      for (const some of pages(inOrder)) await noteUses(some);
      const vouching = authorities.toSorted((one, other) => byText(one.thumbprint, other.thumbprint));
      for (const some of pages(vouching)) await noteAuthorities(some);
    },

    async seeAuthorities(thumbprints, now) {
      for (const some of pages([...new Set(thumbprints)].toSorted(byText))) {
        await db
          .insertInto('authority_use')
          .values(
            some.map((thumbprint) => ({
              thumbprint,
              first_seen_at: now,
              last_used_at: 0,
              expires_at: now + AUTHORITY_KEPT,
            })),
          )
          .onConflict((conflict) =>
            conflict
              .column('thumbprint')
              .doUpdateSet({ expires_at: now + AUTHORITY_KEPT })
              .where('authority_use.expires_at', '<', now + AUTHORITY_KEPT / 2),
          )
          .execute();
      }
    },

    async authoritiesUsed(thumbprints) {
      const found = new Map<string, AuthorityUse>();
      for (const some of pages(thumbprints)) {
        const rows = await db
          .selectFrom('authority_use')
          .select(['thumbprint', 'first_seen_at', 'last_used_at'])
          .where('thumbprint', 'in', some)
          .execute();
        for (const { thumbprint, ...use } of rows) found.set(thumbprint, use);
      }
      return found;
    },

    async usesOf(thumbprints) {
      const found: Awaited<ReturnType<CertificateUseStore['usesOf']>>[number][] = [];
      for (const some of pages(thumbprints)) {
        const rows = await db
          .selectFrom('certificate_use')
          .select(['client_id', 'thumbprint', 'last_used_at'])
          .where('thumbprint', 'in', some)
          .orderBy('client_id')
          .limit(1000)
          .execute();
        found.push(...rows);
      }
      return found;
    },
  };
}

import type { AuditStore } from '../../event/audit-store.ts';
import type { Database } from '../database.ts';

/** The heads of the audit file's chains, and where rotation cut them. */
export function auditStore({ db }: Database): AuditStore {
  return {
    async putHead({ chain, closed, ...head }) {
      const values = { ...head, closed: closed ? 1 : 0 };
      await db
        .insertInto('audit_head')
        .values({ chain, ...values })
        .onConflict((conflict) => conflict.column('chain').doUpdateSet(values))
        .execute();
    },

    async putCuts(cuts) {
      if (cuts.length === 0) return;
      await db
        .insertInto('audit_cut')
        .values(cuts.map(({ removed, ...cut }) => ({ ...cut, removed: removed ? 1 : 0 })))
        .onConflict((conflict) =>
          conflict
            .columns(['chain', 'sequence'])
            .doUpdateSet(({ ref }) => ({ removed: ref('excluded.removed') })),
        )
        .execute();
    },

    async heads() {
      const rows = await db.selectFrom('audit_head').selectAll().orderBy('started_at').execute();
      return rows.map(({ closed, ...head }) => ({ ...head, closed: closed === 1 }));
    },

    async cuts() {
      const rows = await db.selectFrom('audit_cut').selectAll().execute();
      return rows.map(({ removed, ...cut }) => ({ ...cut, removed: removed === 1 }));
    },
  };
}

import type { ClaimRule } from '../../claim/claim-rule.ts';
import type { Database } from '../database.ts';
import { readRecord, readRows } from '../record.ts';
import { ClaimRuleRecord } from '../records.ts';
import type { ClaimRuleStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

type Row = { readonly claim_rule_id: string; readonly record: string };

/** @throws UnreadableRecord */
const toRule = ({ claim_rule_id, record }: Row): ClaimRule =>
  readRecord(ClaimRuleRecord, record, `claim rule ${claim_rule_id}`);

const columnsOf = (rule: ClaimRule) => ({
  client_id: rule.client_id ?? null,
  revision: rule.revision,
  record: JSON.stringify(rule),
});

/** The claims that operators define. */
export function claimRuleStore({ db }: Pick<Database, 'db'>, report: ReportUnreadable): ClaimRuleStore {
  const changed = (claim_rule_id: string) => ({ kind: 'claim rule', key: claim_rule_id }) as const;
  return {
    steps: {
      insert: (rule) => ({
        condition: 'the claim rule is new',
        query: db
          .insertInto('claim_rule')
          .values({ claim_rule_id: rule.claim_rule_id, ...columnsOf(rule) })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
        registry: changed(rule.claim_rule_id),
      }),
      update: (rule) => ({
        condition: 'nobody else changed the claim rule meanwhile',
        query: db
          .updateTable('claim_rule')
          .set(columnsOf(rule))
          .where('claim_rule_id', '=', rule.claim_rule_id)
          .where('revision', '=', rule.revision - 1)
          .compile(),
        rows: 'one',
        registry: changed(rule.claim_rule_id),
      }),
      remove: (claim_rule_id) => ({
        condition: 'the claim rule is there',
        query: db.deleteFrom('claim_rule').where('claim_rule_id', '=', claim_rule_id).compile(),
        rows: 'one',
        registry: changed(claim_rule_id),
      }),
    },

    async find(claim_rule_id) {
      const row = await db
        .selectFrom('claim_rule')
        .select(['claim_rule_id', 'record'])
        .where('claim_rule_id', '=', claim_rule_id)
        .executeTakeFirst();
      return row && toRule(row);
    },

    async list() {
      const rows = await db
        .selectFrom('claim_rule')
        .select(['claim_rule_id', 'record'])
        .orderBy('claim_rule_id')
        .execute();
      const { items } = readRows(rows, toRule, report);
      return items.toSorted(
        (one, other) =>
          (one.claim < other.claim ? -1 : one.claim > other.claim ? 1 : 0) ||
          one.created_at - other.created_at,
      );
    },
  };
}

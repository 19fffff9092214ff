import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import { GONE_AFTER, NodeRecord, type NodeReport } from '../node-report.ts';
import { readRecord, readRows } from '../record.ts';
import type { NodeStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

/** What the nodes of a deployment say of themselves. */
export function nodeStore({ db }: Database, report: ReportUnreadable): NodeStore {
  async function kept(now: number, isMissing: boolean): Promise<readonly NodeReport[]> {
    const rows = await db
      .selectFrom('node')
      .selectAll()
      .where('expires_at', '>', now)
      .where('seen_at', isMissing ? '<=' : '>', now - GONE_AFTER)
      .orderBy('node')
      .execute();
    return readRows(
      rows,
      ({ node, record, seen_at }) => ({
        ...readRecord(NodeRecord, record, `report of node ${node}`),
        node,
        seen_at,
      }),
      report,
    ).items;
  }

  return {
    async report({ node, seen_at, ...said }, expires_at) {
      const row = { record: JSON.stringify({ ...said, node }), seen_at, expires_at };
      await db
        .insertInto('node')
        .values({ node: indexKey(node), ...row })
        .onConflict((conflict) => conflict.column('node').doUpdateSet(row))
        .execute();
    },

    list: (now) => kept(now, false),
    missing: (now) => kept(now, true),

    steps: {
      forget: (node, now) => ({
        condition: 'the node is missing',
        query: db
          .deleteFrom('node')
          .where('node', '=', indexKey(node))
          .where('seen_at', '<=', now - GONE_AFTER)
          .compile(),
        rows: 'one',
      }),
    },

    async remove(node) {
      await db.deleteFrom('node').where('node', '=', indexKey(node)).execute();
    },
  };
}

import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { CLUSTER_KINDS, sufferInCluster } from './cluster-kinds.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { suffer } from './fault-table.ts';
import { failedRequests, ROLLING_KINDS, sufferRolling } from './rolling-kinds.ts';

const FAULTS = 1;

/** Seconds: longer than two restarts in a row take where other tests share the machine. */
const REUSE_WINDOW = 300;

/** The short form of `npm run faults`, for `npm run test:faults`. */
describe('faults with twenty requests under way', { concurrency: false, timeout: 600_000 }, () => {
  for (const kind of FAULT_KINDS) {
    test(`${kind.name}: nothing acknowledged is lost, nothing spent twice, no retry refused`, async (t) => {
      const row = await suffer(kind, FAULTS, REUSE_WINDOW);
      if (row.skipped !== false) return t.skip(row.skipped);
      t.diagnostic(JSON.stringify(row));
      const { lost, spentTwice, retriesRefused, errors } = row;
      const unavailable = kind.mayAnswer503 ? 0 : row.unavailable;
      assert.deepEqual(
        [lost, spentTwice, retriesRefused, errors, unavailable],
        [0, 0, 0, 0, 0],
        JSON.stringify(row),
      );
      assert.ok(row.requests > row.unanswered);
      return undefined;
    });
  }
});

/** Those that take seconds; the others are for `npm run faults`. */
describe('faults of three nodes, with requests under way', { concurrency: false, timeout: 300_000 }, () => {
  for (const kind of CLUSTER_KINDS.filter(({ isQuick }) => isQuick)) {
    test(`${kind.name}: nothing lost, nothing spent twice, nothing wrongly accepted`, async (t) => {
      const row = await sufferInCluster(kind, FAULTS);
      if (row.skipped !== false) return t.skip(row.skipped);
      t.diagnostic(JSON.stringify(row));
      const { lost, spentTwice, retriesRefused, errors, wronglyAccepted } = row;
      const unavailable = kind.mayAnswer503 ? 0 : row.unavailable;
      assert.deepEqual(
        [lost, spentTwice, retriesRefused, errors, wronglyAccepted, unavailable],
        [0, 0, 0, 0, 0, 0],
        JSON.stringify(row),
      );
      assert.ok(row.requests > row.unanswered);
      return undefined;
    });
  }
});

describe('restarts part by part, with requests under way', { concurrency: false, timeout: 300_000 }, () => {
  for (const kind of ROLLING_KINDS.filter(({ isQuick }) => isQuick)) {
    test(`${kind.name}: no request fails`, async (t) => {
      const row = await sufferRolling(kind, FAULTS);
      if (row.skipped !== false) return t.skip(row.skipped);
      t.diagnostic(JSON.stringify(row));
      const { lost, spentTwice, retriesRefused, wronglyAccepted } = row;
      assert.deepEqual(
        [failedRequests(row), lost, spentTwice, retriesRefused, wronglyAccepted],
        [0, 0, 0, 0, 0],
        JSON.stringify(row),
      );
      return undefined;
    });
  }
});

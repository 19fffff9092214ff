import assert from 'node:assert/strict';
import test from 'node:test';
import { pino } from 'pino';
import { createMetrics } from './metrics.ts';
import { countRequests, type RequestCount } from './request-counts.ts';

const MINUTE = 60_000;
const log = pino({ level: 'silent' });

/** A counter over a store that may be away, at a time that is set. */
function counting() {
  const metrics = createMetrics();
  const stored: RequestCount[] = [];
  const state = { now: 10 * MINUTE + 1_000, isAway: false };
  const counter = countRequests(
    metrics,
    {
      async add(counts) {
        if (state.isAway) throw new Error('away');
        stored.push(...counts);
      },
      histogram: async () => [],
    },
    () => state.now,
    log,
  );
  const answer = (endpoint: string, outcome: 'success' | 'refused' | 'failure', times = 1) => {
    for (let left = times; left > 0; left--) metrics.requestDuration.of({ endpoint, outcome }).observe(0.001);
  };
  return { counter, stored, state, answer };
}

test('what was answered since is counted once, in the minute it came in', async () => {
  const { counter, stored, state, answer } = counting();
  answer('token', 'success', 3);
  answer('token', 'refused');
  await counter.flush();
  await counter.flush();
  assert.deepEqual(stored, [
    { minute: 10 * MINUTE, endpoint: 'token', outcome: 'success', count: 3 },
    { minute: 10 * MINUTE, endpoint: 'token', outcome: 'refused', count: 1 },
  ]);
  state.now = 11 * MINUTE;
  answer('token', 'success');
  await counter.flush();
  answer('token', 'success', 2);
  await counter.close();
  assert.deepEqual(stored.slice(2), [
    { minute: 10 * MINUTE, endpoint: 'token', outcome: 'success', count: 1 },
    { minute: 11 * MINUTE, endpoint: 'token', outcome: 'success', count: 2 },
  ]);
});

test('counts wait for a database that is away, and none is lost', async () => {
  const { counter, stored, state, answer } = counting();
  state.isAway = true;
  answer('token', 'success', 2);
  await counter.flush();
  answer('token', 'success');
  answer('admin', 'failure');
  await counter.flush();
  assert.deepEqual(stored, []);
  state.isAway = false;
  await counter.close();
  assert.deepEqual(stored, [
    { minute: 10 * MINUTE, endpoint: 'token', outcome: 'success', count: 3 },
    { minute: 10 * MINUTE, endpoint: 'admin', outcome: 'failure', count: 1 },
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorderInto } from '../../test/recorder-into.ts';
import type { ClientUse } from '../storage/storage.ts';
import { createClientUses } from './client-uses.ts';

const DAY = 86_400_000;
const TODAY = 20_000 * DAY;

/** Counts over a store that adds up what it is given, or fails. */
function under() {
  const batches: (readonly ClientUse[])[] = [];
  const failures: unknown[] = [];
  const lost: number[] = [];
  const state = { now: TODAY + 5, fails: false, reach: 'reached' as 'reached' | 'away' };
  const uses = createClientUses({
    storage: {
      clientUses: {
        async add(given) {
          if (state.fails) throw new Error('the database is full');
          batches.push(given);
        },
        of: async () => [],
        since: async () => undefined,
      },
      reach: {
        state: () => state.reach,
        clockOffset: () => 0,
        isClockRight: () => true,
        canWrite: async () => true,
        connections: async () => undefined,
        durability: async () => undefined,
      },
    },
    events: recorderInto(),
    clock: () => state.now,
    onFailed: (error) => failures.push(error),
    onLost: (tokens) => lost.push(tokens),
  });
  /** What was written, by client and day. */
  const written = () => {
    const sums = new Map<string, number>();
    for (const { client_id, day, tokens } of batches.flat()) {
      const key = `${client_id} ${(day - TODAY) / DAY}`;
      sums.set(key, (sums.get(key) ?? 0) + tokens);
    }
    return Object.fromEntries(sums);
  };
  return { uses, batches, written, failures, lost, state };
}

test('every token is counted, and a thousand of one client are one row', async () => {
  const { uses, batches, state } = under();
  for (let time = 0; time < 1000; time++) uses.issued('a');
  state.now += 7;
  uses.issued('a');
  uses.issued('b');
  assert.equal(batches.length, 0, 'nothing is written while tokens are issued');
  await uses.flush();
  await uses.flush();
  assert.deepEqual(batches, [
    [
      { client_id: 'a', day: TODAY, tokens: 1001, last_at: TODAY + 12 },
      { client_id: 'b', day: TODAY, tokens: 1, last_at: TODAY + 12 },
    ],
  ]);
});

test('a day ends at midnight in UTC, and a clock that goes back adds to its day', async () => {
  const { uses, written, state } = under();
  uses.issued('a');
  state.now = TODAY + DAY;
  uses.issued('a');
  state.now = TODAY + DAY - 1;
  uses.issued('a');
  await uses.close();
  assert.deepEqual(written(), { 'a 0': 2, 'a 1': 1 });
});

test('what the database did not take waits, and is counted once', async () => {
  const { uses, written, failures, state } = under();
  uses.issued('a');
  state.fails = true;
  await uses.flush();
  assert.equal(failures.length, 1);
  uses.issued('a');
  state.reach = 'away';
  await uses.flush();
  assert.equal(failures.length, 1, 'a database that is away is not asked');
  state.fails = false;
  state.reach = 'reached';
  await uses.close();
  assert.deepEqual(written(), { 'a 0': 2 });
});

test('tokens that are issued while a batch is written are in the next', async () => {
  const { uses, written } = under();
  for (let client = 0; client < 2500; client++) uses.issued(`client-${client}`);
  const first = uses.flush();
  uses.issued('client-0');
  uses.issued('late');
  await first;
  await uses.close();
  const sums = written();
  assert.equal(sums['client-0 0'], 2);
  assert.equal(sums['late 0'], 1);
  assert.equal(Object.keys(sums).length, 2501);
});

test('no more waits than has room, and what is lost is told', async () => {
  const { uses, written, lost, state } = under();
  state.reach = 'away';
  for (let client = 0; client < 100_003; client++) uses.issued(`client-${client}`);
  uses.issued('client-0');
  await uses.flush();
  assert.deepEqual(lost, [3]);
  state.reach = 'reached';
  await uses.close();
  const sums = written();
  assert.equal(Object.keys(sums).length, 100_000);
  assert.equal(sums['client-0 0'], 2, 'one that is counted already is counted on');
});

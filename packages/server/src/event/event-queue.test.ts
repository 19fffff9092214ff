import assert from 'node:assert/strict';
import test from 'node:test';
import { pino } from 'pino';
import type { Event } from './event.ts';
import { newEventId } from './event-id.ts';
import { createEventQueue } from './event-queue.ts';
import type { EventStore } from './event-store.ts';
import { createMetrics } from './metrics.ts';

class Away extends Error {}

/** A queue over a store that can be made to fail. */
function queueOver() {
  const stored: Event[] = [];
  const said: string[] = [];
  let failure: Error | undefined;
  let calls = 0;
  const unused = async (): Promise<never> => {
    throw new Error('nobody asks for this');
  };
  const store: EventStore = {
    get steps(): EventStore['steps'] {
      throw new Error('nobody asks for this');
    },
    async append(events) {
      calls++;
      if (failure) throw failure;
      stored.push(...events);
    },
    audited: async () => {},
    prune: async () => {},
    find: unused,
    list: unused,
    histogram: unused,
    totals: unused,
    unaudited: unused,
  };
  const metrics = createMetrics();
  const kept = { ageMs: 1_000, count: 1 };
  const queue = createEventQueue(
    {
      store,
      isAway: (error) => error instanceof Away,
      log: pino({ level: 'info' }, { write: (line) => said.push(JSON.parse(line).msg) }),
      metrics,
      retention: () => ({ administrative: kept, security: kept, traffic: kept }),
      clock: () => 0,
    },
    () => {},
  );
  const add = (count: number) => {
    for (let index = 0; index < count; index++) {
      queue.add({ event_id: newEventId(), time: index, type: 'token.issued', outcome: 'success' });
    }
  };
  return {
    queue,
    add,
    stored,
    said,
    calls: () => calls,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    dropped: async () => (await metrics.eventsDropped.get()).values[0]?.value ?? 0,
  };
}

test('what happens while the database is away is stored once it is back, in order and once', async () => {
  const { queue, add, stored, said, fail, dropped } = queueOver();
  fail(new Away());
  for (let round = 0; round < 5; round++) {
    add(3_000);
    await queue.flush();
  }
  assert.equal(stored.length, 0);
  fail(undefined);
  add(1);
  await queue.flush();
  assert.equal(stored.length, 15_001);
  assert.equal(new Set(stored.map(({ event_id }) => event_id)).size, 15_001);
  assert.deepEqual(
    stored.slice(0, 4).map(({ time }) => time),
    [0, 1, 2, 3],
  );
  assert.equal(await dropped(), 0);
  assert.deepEqual(said, [
    'the database is away: events are kept until it is back',
    'the database is back: the events kept are stored',
  ]);
});

test('what cannot be kept is counted and said, and so is what an end leaves', async () => {
  const { queue, add, stored, said, fail, dropped } = queueOver();
  fail(new Away());
  add(1);
  await queue.flush();
  add(50_010);
  assert.equal(await dropped(), 11);
  fail(undefined);
  await queue.flush();
  assert.equal(stored.length, 50_000);
  assert.equal(said.at(-1), '11 events could not be kept and are lost to the database');
  fail(new Away());
  add(3);
  await queue.close();
  assert.equal(await dropped(), 14);
  assert.equal(said.at(-1), '3 events are lost to the database');
});

test('a database that refuses a batch does not keep the next from being stored', async () => {
  const { queue, add, stored, fail, dropped, calls } = queueOver();
  fail(new Error('refused'));
  add(2);
  await queue.flush();
  assert.equal(await dropped(), 2);
  fail(undefined);
  add(1);
  // Many who flush at once cause one more write at the most.
  await Promise.all(Array.from({ length: 10 }, () => queue.flush()));
  assert.equal(stored.length, 1);
  assert.equal(calls(), 2);
});

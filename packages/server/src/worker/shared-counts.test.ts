import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createOutboundBudget, OutboundBudgetSpent } from '../outbound/outbound-budget.ts';
import { createTurns } from '../user-authentication/turns.ts';
import { type Channel, createChannel, type Line } from './channel.ts';
import { leasesOfWorker, outboundBudgetOverChannel, turnsOverChannel } from './leases.ts';
import type { AskedOfSupervisor, Tally } from './questions.ts';
import { createTallies, numbersOverChannel, type Told } from './tallies.ts';

/** What is told is of this kind alone. */
const TallyAsTold = z.custom<Tally>();

type Leasing = Pick<AskedOfSupervisor, 'turn' | 'outbound' | 'leave'>;

/** A worker whose channel leads to a supervisor in this process. */
function workerOf(turns = createTurns(), budget = createOutboundBudget()) {
  const here: ((message: unknown) => void)[] = [];
  const there: ((message: unknown) => void)[] = [];
  const line = (own: typeof here, others: typeof here): Line => ({
    send(message) {
      const sent: unknown = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of others) listener(sent);
      });
    },
    onMessage: (listener) => void own.push(listener),
  });
  const leases = leasesOfWorker(turns, budget);
  const supervisor = createChannel<Record<never, never>, Leasing>(line(there, here), leases);
  const channel: Channel<AskedOfSupervisor> = createChannel(line(here, there), {});
  return {
    turns: turnsOverChannel(channel),
    budget: outboundBudgetOverChannel(channel),
    die() {
      supervisor.close();
      leases.release();
    },
  };
}

const entered = (turn: Awaited<ReturnType<ReturnType<typeof createTurns>['enter']>>): (() => void) => {
  assert.ok(typeof turn === 'function');
  return turn;
};

test('turns of several workers follow one another, and end with their worker', async () => {
  const shared = createTurns();
  const [a, b] = [workerOf(shared), workerOf(shared)];
  const order: string[] = [];
  const first = entered(await a.turns.enter('alice', 3));
  const second = b.turns.enter('alice', 3).then((turn) => {
    order.push('second');
    return entered(turn);
  });
  const third = a.turns.enter('alice', 3).then((turn) => {
    order.push('third');
    return entered(turn);
  });
  entered(await b.turns.enter('bob', 3))();
  await delay(5);
  assert.deepEqual(await b.turns.enter('alice', 3), { waiting: 3 });
  assert.deepEqual(order, []);
  first();
  await second;
  // It never leaves: its process has ended.
  b.die();
  (await third)();
  assert.deepEqual(order, ['second', 'third']);
  entered(await a.turns.enter('alice', 1))();
});

test('a worker that dies while it waits holds nothing up', async () => {
  const shared = createTurns();
  const [a, b] = [workerOf(shared), workerOf(shared)];
  const first = entered(await a.turns.enter('alice', 3));
  void b.turns.enter('alice', 3).catch(() => {});
  await delay(5);
  b.die();
  first();
  entered(await a.turns.enter('alice', 3))();
});

test('the budget of fetches is one for all workers, and given back by those that end', async () => {
  const shared = createOutboundBudget();
  const [a, b] = [workerOf(undefined, shared), workerOf(undefined, shared)];
  const errand = { purpose: 'keys', client_id: 'client' } as const;
  const unhurried = new AbortController().signal;
  const held = [
    await a.budget.turn(errand, unhurried),
    await a.budget.turn(errand, unhurried),
    await b.budget.turn(errand, unhurried),
    await b.budget.turn(errand, unhurried),
  ];
  const impatient = new AbortController();
  const waiting = a.budget.turn(errand, impatient.signal);
  await delay(5);
  impatient.abort(new Error('too late'));
  await assert.rejects(waiting, /too late/);
  b.die();
  (await a.budget.turn(errand, unhurried))();
  for (const end of held) end();
  for (let turn = 0; turn < 114; turn++) (await a.budget.turn(errand, unhurried))();
  await assert.rejects(
    a.budget.turn(errand, unhurried),
    (error) => error instanceof OutboundBudgetSpent && error.evidence.limit === 'perClientAndMinute',
  );
});

test('numbers are told to the others; connections go with their worker, costs stay', () => {
  const told: [string, Tally][] = [];
  const worker = (name: string): Told => ({
    tell(kind, question) {
      assert.equal(kind, 'tally');

      told.push([name, TallyAsTold.parse(structuredClone(question))]);
    },
  });
  const [a, b, c] = [worker('a'), worker('b'), worker('c')];
  const there = [a, b];
  let now = 0;
  const tallies = createTallies(
    () => there,
    () => now,
  );
  tallies.added(a, { name: 'connections', added: [['192.0.2.1', 2]] });
  tallies.added(b, { name: 'costs', added: [['192.0.2.1', 100]] });
  assert.deepEqual(told.splice(0), [
    ['b', { name: 'connections', added: [['192.0.2.1', 2]] }],
    ['a', { name: 'costs', added: [['192.0.2.1', 100]] }],
  ]);
  now = 10_000;
  tallies.join(c);
  assert.deepEqual(told.splice(0), [
    ['c', { name: 'connections', added: [['192.0.2.1', 2]] }],
    ['c', { name: 'costs', added: [['192.0.2.1', 50]] }],
  ]);
  there.shift();
  tallies.leave(a);
  assert.deepEqual(told, [['b', { name: 'connections', added: [['192.0.2.1', -2]] }]]);
});

test('what a worker adds is gathered for a moment, and nothing is told of what adds up to nothing', async () => {
  const told: Tally[] = [];
  const numbers = numbersOverChannel(
    { tell: (_kind, question) => void told.push(TallyAsTold.parse(structuredClone(question))) },
    'connections',
  );
  const heard: [string, number][] = [];
  numbers.onAdded((key, by) => heard.push([key, by]));
  numbers.add('a', 1);
  numbers.add('a', 1);
  numbers.add('b', 1);
  numbers.add('b', -1);
  await delay(40);
  assert.deepEqual(told, [{ name: 'connections', added: [['a', 2]] }]);
  numbers.told([['c', 3]]);
  assert.deepEqual(heard, [['c', 3]]);
});

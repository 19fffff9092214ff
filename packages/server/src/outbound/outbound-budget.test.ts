import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import {
  createOutboundBudget,
  OUTBOUND_LIMITS,
  OutboundBudgetSpent,
  type OutboundLimits,
} from './outbound-budget.ts';

const limits: OutboundLimits = {
  ...OUTBOUND_LIMITS,
  atOnce: { revocation: 2, keys: 2, 'request-object': 2, sector: 2, notice: 2, webhook: 2 },
  atOncePerClient: 1,
  perClientAndMinute: 3,
  waiting: 3,
  waitingPerClient: 1,
  waitMs: 200,
};
const unhurried = () => new AbortController().signal;

async function refused(promise: Promise<unknown>, limit: keyof OutboundLimits): Promise<void> {
  const error = await promise.then(
    () => assert.fail('nothing was refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OutboundBudgetSpent);
  assert.equal(error.evidence.limit, limit);
}

test('one purpose used up leaves every other its own', async () => {
  const budget = createOutboundBudget(systemClock, limits);
  const held = await Promise.all(
    ['a', 'b'].map((client_id) => budget.turn({ purpose: 'request-object', client_id }, unhurried())),
  );
  await refused(budget.turn({ purpose: 'request-object', client_id: 'c' }, unhurried()), 'waitMs');
  (await budget.turn({ purpose: 'revocation' }, unhurried()))();
  (await budget.turn({ purpose: 'keys', client_id: 'c' }, unhurried()))();
  for (const end of held) end();
});

test('a client has few at once, few waiting and few a minute', async () => {
  let now = 0;
  const budget = createOutboundBudget(() => now, limits);
  const errand = { purpose: 'keys', client_id: 'a' } as const;
  const end = await budget.turn(errand, unhurried());
  const second = budget.turn(errand, unhurried());
  await refused(budget.turn(errand, unhurried()), 'waitingPerClient');
  end();
  (await second)();
  await refused(budget.turn(errand, unhurried()), 'perClientAndMinute');
  now += 60_000;
  (await budget.turn(errand, unhurried()))();
});

test('whose client has the fewest under way goes next, not who asked first', async () => {
  const budget = createOutboundBudget(systemClock, { ...limits, atOncePerClient: 2, waitingPerClient: 2 });
  const order: string[] = [];
  const ask = async (client_id: string) => {
    const end = await budget.turn({ purpose: 'keys', client_id }, unhurried());
    order.push(client_id);
    return end;
  };
  const [first, second] = await Promise.all([ask('many'), ask('many')]);
  const third = ask('many');
  const other = ask('other');
  first();
  (await other)();
  (await third)();
  second();
  assert.deepEqual(order, ['many', 'many', 'other', 'many']);
});

test('the queue is bounded, and one that gives up leaves it', async () => {
  const budget = createOutboundBudget(systemClock, limits);
  const turn = (signal = unhurried()) => budget.turn({ purpose: 'notice' }, signal);
  const held = [await turn(), await turn()];
  const controller = new AbortController();
  const given = turn(controller.signal);
  const waiting = [turn(), turn()];
  await refused(turn(), 'waiting');
  controller.abort(new Error('over'));
  await assert.rejects(given, /over/);
  const last = turn();
  for (const end of held) end();
  for (const end of await Promise.all(waiting)) end();
  (await last)();
  (await turn())();
});

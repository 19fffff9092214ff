import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inOneTurn } from './one-turn.ts';

test('what is asked for in one turn is done at once, in parts that are not too large', async () => {
  const parts: (readonly number[])[] = [];
  const doubled = inOneTurn(async (asked: readonly number[]) => {
    parts.push(asked);
    return asked.map((number) => number * 2);
  }, 3);
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map(doubled)), [2, 4, 6, 8]);
  await turn();
  assert.equal(await doubled(5), 10);
  assert.deepEqual(parts, [[1, 2, 3], [4], [5]]);
});

test('what fails, fails for all that was asked for with it, and for nobody after', async () => {
  let isAway = true;
  const ask = inOneTurn(async (asked: readonly number[]) => {
    if (isAway) throw new Error('away');
    return asked.slice(0, 1);
  }, 10);
  for (const { status } of await Promise.allSettled([ask(1), ask(2)])) assert.equal(status, 'rejected');
  isAway = false;
  const [first, forgotten] = await Promise.allSettled([ask(3), ask(4)]);
  assert.deepEqual(first, { status: 'fulfilled', value: 3 });
  assert.equal(forgotten.status, 'rejected');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { inLanes, sampled } from './in-lanes.ts';

test('work is done so many at a time, and its results are in order', async () => {
  let [running, most] = [0, 0];
  const results = await inLanes([5, 1, 3, 2, 4], 2, async (each) => {
    running += 1;
    most = Math.max(most, running);
    await delay(each);
    running -= 1;
    return each * 10;
  });
  assert.deepEqual(results, [50, 10, 30, 20, 40]);
  assert.equal(most, 2);
  assert.deepEqual(await inLanes([], 2, async () => 1), []);
});

test('a sample is spread over all', () => {
  assert.deepEqual(sampled([1, 2, 3], 3), [1, 2, 3]);
  const thousand = Array.from({ length: 1000 }, (_, index) => index);
  const some = sampled(thousand, 200);
  assert.equal(new Set(some).size, 200);
  assert.deepEqual([some[0], some[1], some.at(-1)], [0, 5, 995]);
});

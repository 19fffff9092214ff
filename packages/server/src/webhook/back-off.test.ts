import assert from 'node:assert/strict';
import test from 'node:test';
import { retryAfterOf } from './attempt.ts';
import { RETRY_DELAYS, waitAfter } from './back-off.ts';

const waits = (random: number) =>
  RETRY_DELAYS.map((_, index) => waitAfter(index + 1, RETRY_DELAYS, undefined, random) ?? 0);

test('waits grow, up to a fifth longer than they say, and come to about a day', () => {
  assert.deepEqual(
    waits(0),
    RETRY_DELAYS.map((seconds) => seconds * 1000),
  );
  assert.equal(waits(0.5)[0], 5_500);
  const hours = (random: number) => waits(random).reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  assert.ok(hours(0) > 22 && hours(0.999) < 27, `${hours(0)} to ${hours(0.999)} hours`);
});

test('after the last there is none', () => {
  assert.equal(waitAfter(RETRY_DELAYS.length + 1, RETRY_DELAYS, undefined, 0), undefined);
  assert.equal(waitAfter(1, [], undefined, 0), undefined);
});

test('what the receiver asks for makes a wait longer, within an hour', () => {
  assert.equal(waitAfter(1, [5], 20_000, 0), 20_000);
  assert.equal(waitAfter(1, [5], 1_000, 0), 5_000);
  assert.equal(waitAfter(1, [5], 86_400_000, 0), 3_600_000);
  assert.equal(waitAfter(1, [7_200], 86_400_000, 0), 7_200_000);
});

test('Retry-After is read as seconds or as a date', () => {
  assert.equal(retryAfterOf('120', 0), 120_000);
  assert.equal(retryAfterOf('Thu, 01 Jan 1970 00:01:00 GMT', 10_000), 50_000);
  assert.equal(retryAfterOf('Thu, 01 Jan 1970 00:01:00 GMT', 90_000), 0);
  assert.equal(retryAfterOf('soon', 0), undefined);
  assert.equal(retryAfterOf('-5', 1e15), 0);
  assert.equal(retryAfterOf(undefined, 0), undefined);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { countingDays, DAY, noticeDue } from './thresholds.ts';

const DAYS = [30, 14, 7, 1];

test('the nearest number of days is due, and 0 after the end', () => {
  const year = { not_before: 0, not_after: 365 * DAY };
  const due = (left: number) => noticeDue(DAYS, year, 365 * DAY - left);
  assert.deepEqual([31 * DAY, 30 * DAY + 1, 30 * DAY, 15 * DAY, 14 * DAY, 5 * DAY, DAY, 1, 0, -1].map(due), [
    undefined,
    undefined,
    30,
    30,
    14,
    7,
    1,
    1,
    1,
    0,
  ]);
});

test('a number of days counts only where that is half of the lifetime at most', () => {
  const living = (days: number) => ({ not_before: 0, not_after: days * DAY });
  assert.deepEqual(countingDays(DAYS, living(60)), [1, 7, 14, 30]);
  assert.deepEqual(countingDays(DAYS, living(59)), [1, 7, 14]);
  assert.deepEqual(countingDays(DAYS, living(2)), [1]);
  assert.deepEqual(countingDays(DAYS, living(1)), []);
  assert.deepEqual(countingDays(DAYS, { not_after: DAY }), [1, 7, 14, 30], 'where it began is not known');
  assert.equal(noticeDue(DAYS, living(1), DAY / 2), undefined);
  assert.equal(noticeDue(DAYS, living(1), DAY + 1), 0);
});

test('of what nobody can say the end of no notice is due', () => {
  assert.equal(noticeDue(DAYS, { not_before: 0, not_after: undefined }, 5), undefined);
});

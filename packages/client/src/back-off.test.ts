import assert from 'node:assert/strict';
import test from 'node:test';
import { backOff, retryAfterOf } from './back-off.ts';

test('a pause is doubled each time, up to a minute, and a random half of it is taken off', () => {
  const longest = [1, 2, 3, 6, 7, 8, 1_000_000].map((failures) => backOff(failures, 0, () => 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
  assert.equal(
    backOff(3, 0, () => 0),
    2_000,
  );
  const chosen = new Set(Array.from({ length: 20 }, () => backOff(5)));
  assert.ok(chosen.size > 10 && [...chosen].every((each) => each >= 8_000 && each <= 16_000));
});

test('a pause is never shorter than the server asks', () => {
  assert.equal(
    backOff(1, 5_000, () => 1),
    5_000,
  );
  assert.equal(
    backOff(5, 5_000, () => 1),
    16_000,
  );
});

test('Retry-After is seconds or a date, no longer than five minutes', () => {
  const now = Date.parse('2026-11-27T12:00:00Z');
  for (const [header, expected] of [
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['999999999', 300_000],
    ['Fri, 27 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 27 Nov 2026 11:00:00 GMT', 0],
    ['Fri, 27 Nov 2027 11:00:00 GMT', 300_000],
    ['soon GMT', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['12345678901234567890', undefined],
    ['', undefined],
    [null, undefined],
  ] as const) {
    assert.equal(retryAfterOf(header, now), expected, String(header));
  }
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { createClockOffset } from './clock-offset.ts';

test('the offset is what the database says beside the middle of the question', () => {
  const offset = createClockOffset();
  offset.measured({ from: 1_000, to: 1_020 }, 301_010);
  assert.equal(offset.now(), 300_000);
});

test('it does not waver with what a measurement cannot tell', () => {
  const offset = createClockOffset();
  offset.measured({ from: 0, to: 10 }, 5_000);
  const before = offset.now();
  offset.measured({ from: 0, to: 1_000 }, 5_000 + 1_000);
  offset.measured({ from: 0, to: 10 }, 5_080);
  assert.equal(offset.now(), before);
});

test('it follows a clock that is set, either way', () => {
  const offset = createClockOffset();
  for (const ahead of [60_000, 0, -60_000, 2_000]) {
    offset.measured({ from: 100_000, to: 100_010 }, 100_005 + ahead);
    assert.equal(offset.now(), ahead);
  }
});

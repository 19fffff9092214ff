import assert from 'node:assert/strict';
import test from 'node:test';
import { systemClock } from '../clock.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createAddressBudget } from './address-budget.ts';

const limited = (error: unknown) =>
  error instanceof Refusal && error.because === 'waiting_requests_limited' && error.status === 429;

test('an address has its budget for ten minutes, others have theirs', () => {
  let now = 1_000_000;
  const budget = createAddressBudget(
    () => 2,
    () => now,
  );
  budget.spend('192.0.2.1');
  budget.spend('192.0.2.1');
  assert.throws(() => budget.spend('192.0.2.1'), limited);
  budget.spend('192.0.2.2');
  now += 599_999;
  assert.throws(() => budget.spend('192.0.2.1'), limited);
  now += 1;
  budget.spend('192.0.2.1');
  // A clock that was set back must not lock anyone out.
  budget.spend('192.0.2.1');
  now -= 3_600_000;
  budget.spend('192.0.2.1');
});

test('an IPv6 site is one address, and a limit that is lowered counts at once', () => {
  let most = 3;
  const budget = createAddressBudget(() => most, systemClock);
  budget.spend('2001:db8::1');
  budget.spend('2001:db8::2');
  most = 2;
  assert.throws(() => budget.spend('2001:db8::3'), limited);
});

test('an address that goes on keeps its count, however many others come', () => {
  const budget = createAddressBudget(
    () => 3,
    () => 1,
  );
  const others = (from: number) => {
    for (let n = from; n < from + 60_000; n++) budget.spend(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  };
  budget.spend('192.0.2.1');
  others(0);
  budget.spend('192.0.2.1');
  others(60_000);
  budget.spend('192.0.2.1');
  assert.throws(() => budget.spend('192.0.2.1'), limited);
});

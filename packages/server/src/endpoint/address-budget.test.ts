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
    () => ({ perAddress: 2, overAll: 1000 }),
    () => now,
  );
  budget.spend({ remote_address: '192.0.2.1' });
  budget.spend({ remote_address: '192.0.2.1' });
  assert.throws(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
  budget.spend({ remote_address: '192.0.2.2' });
  now += 599_999;
  assert.throws(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
  now += 1;
  budget.spend({ remote_address: '192.0.2.1' });
  // A clock that was set back must not lock anyone out.
  budget.spend({ remote_address: '192.0.2.1' });
  now -= 3_600_000;
  budget.spend({ remote_address: '192.0.2.1' });
});

test('an IPv6 site is one address, and a limit that is lowered counts at once', () => {
  let most = 3;
  const budget = createAddressBudget(() => ({ perAddress: most, overAll: 1000 }), systemClock);
  budget.spend({ remote_address: '2001:db8::1' });
  budget.spend({ remote_address: '2001:db8::2' });
  most = 2;
  assert.throws(() => budget.spend({ remote_address: '2001:db8::3' }), limited);
});

test('an address that goes on keeps its count, however many others come', () => {
  const budget = createAddressBudget(
    () => ({ perAddress: 3, overAll: 1_000_000 }),
    () => 1,
  );
  const others = (from: number) => {
    for (let n = from; n < from + 60_000; n++)
      budget.spend({ remote_address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` });
  };
  budget.spend({ remote_address: '192.0.2.1' });
  others(0);
  budget.spend({ remote_address: '192.0.2.1' });
  others(60_000);
  budget.spend({ remote_address: '192.0.2.1' });
  assert.throws(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
});

test('a client has a budget of its own, and what is large counts for more', () => {
  const budget = createAddressBudget(
    () => ({ perAddress: 2, overAll: 1000 }),
    () => 1,
  );
  for (let n = 0; n < 20; n++) budget.spend({ client_id: 'self-registered' });
  assert.throws(() => budget.spend({ client_id: 'self-registered' }), limited);
  budget.spend({ client_id: 'another' });
  budget.spend({ remote_address: '192.0.2.1' }, 2047);
  assert.throws(() => budget.spend({ remote_address: '192.0.2.1' }, 2048), limited);
});

test('all together have a budget, whose last quarter is for those who had little', () => {
  const budget = createAddressBudget(
    () => ({ perAddress: 1000, overAll: 400 }),
    () => 1,
  );
  const flood = { remote_address: '192.0.2.1' };
  for (let n = 0; n < 300; n++) budget.spend(flood);
  assert.throws(() => budget.spend(flood), limited);
  for (let n = 0; n < 100; n++) budget.spend({ remote_address: `198.51.100.${n}` });
  assert.throws(() => budget.spend({ remote_address: '203.0.113.1' }), limited);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Clock, systemClock } from '../clock.ts';
import { Refusal } from '../refusal/refusal.ts';
import {
  createAddressBudget,
  createWaitingRequestCounts,
  type WaitingRequestLimits,
} from './address-budget.ts';

const limited = (error: unknown) =>
  error instanceof Refusal && error.because === 'waiting_requests_limited' && error.status === 429;

const budgetOf = (limits: () => WaitingRequestLimits, clock: Clock) =>
  createAddressBudget(createWaitingRequestCounts(limits, clock));

test('an address has its budget for ten minutes, others have theirs', async () => {
  let now = 1_000_000;
  const budget = budgetOf(
    () => ({ perAddress: 2, overAll: 1000 }),
    () => now,
  );
  await budget.spend({ remote_address: '192.0.2.1' });
  await budget.spend({ remote_address: '192.0.2.1' });
  await assert.rejects(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
  await budget.spend({ remote_address: '192.0.2.2' });
  now += 599_999;
  await assert.rejects(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
  now += 1;
  await budget.spend({ remote_address: '192.0.2.1' });
  // A clock that was set back must not lock anyone out.
  await budget.spend({ remote_address: '192.0.2.1' });
  now -= 3_600_000;
  await budget.spend({ remote_address: '192.0.2.1' });
});

test('an IPv6 site is one address, and a limit that is lowered counts at once', async () => {
  let most = 3;
  const budget = budgetOf(() => ({ perAddress: most, overAll: 1000 }), systemClock);
  await budget.spend({ remote_address: '2001:db8::1' });
  await budget.spend({ remote_address: '2001:db8::2' });
  most = 2;
  await assert.rejects(() => budget.spend({ remote_address: '2001:db8::3' }), limited);
});

test('an address that goes on keeps its count, however many others come', async () => {
  const budget = budgetOf(
    () => ({ perAddress: 3, overAll: 1_000_000 }),
    () => 1,
  );
  const others = async (from: number) => {
    for (let n = from; n < from + 60_000; n++)
      await budget.spend({ remote_address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` });
  };
  await budget.spend({ remote_address: '192.0.2.1' });
  await others(0);
  await budget.spend({ remote_address: '192.0.2.1' });
  await others(60_000);
  await budget.spend({ remote_address: '192.0.2.1' });
  await assert.rejects(() => budget.spend({ remote_address: '192.0.2.1' }), limited);
});

test('a client has a budget of its own, and what is large counts for more', async () => {
  const budget = budgetOf(
    () => ({ perAddress: 2, overAll: 1000 }),
    () => 1,
  );
  for (let n = 0; n < 20; n++) await budget.spend({ client_id: 'self-registered' });
  await assert.rejects(() => budget.spend({ client_id: 'self-registered' }), limited);
  await budget.spend({ client_id: 'another' });
  await budget.spend({ remote_address: '192.0.2.1' }, 2047);
  await assert.rejects(() => budget.spend({ remote_address: '192.0.2.1' }, 2048), limited);
});

test('all together have a budget, whose last quarter is for those who had little', async () => {
  const budget = budgetOf(
    () => ({ perAddress: 1000, overAll: 400 }),
    () => 1,
  );
  const flood = { remote_address: '192.0.2.1' };
  for (let n = 0; n < 300; n++) await budget.spend(flood);
  await assert.rejects(() => budget.spend(flood), limited);
  for (let n = 0; n < 100; n++) await budget.spend({ remote_address: `198.51.100.${n}` });
  await assert.rejects(() => budget.spend({ remote_address: '203.0.113.1' }), limited);
});

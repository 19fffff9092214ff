import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUnprovenWork } from './unproven-work.ts';

const LIMITS = { perSecond: 100, burst: 1000, perSecondOverAll: 400, burstOverAll: 2000 };
const made = () => {
  const at = { now: 0, pressure: 1 };
  return {
    at,
    work: createUnprovenWork(
      () => at.now,
      LIMITS,
      () => at.pressure,
    ),
  };
};

test('an address that has spent its share waits until it has earned it back, others do not', () => {
  const { at, work } = made();
  const peer = { remote_address: '192.0.2.1' };
  work.charge(peer, 1000);
  assert.equal(work.delayOf(peer), 0);
  work.charge(peer, 50);
  assert.equal(work.delayOf(peer), 500);
  assert.equal(work.delayOf({ remote_address: '192.0.2.2' }), 0);
  at.now += 499;
  assert.ok(work.delayOf(peer) > 0);
  at.now += 2;
  assert.equal(work.delayOf(peer), 0);
});

test('what turns out to be proven is given back, and no more than there was', () => {
  const { work } = made();
  const peer = { remote_address: '192.0.2.1' };
  work.charge(peer, 600);
  work.charge(peer, -150);
  work.charge(peer, -5000);
  work.charge(peer, 1001);
  assert.equal(work.delayOf(peer), 10);
});

test('an IPv6 site is one address', () => {
  const { work } = made();
  work.charge({ remote_address: '2001:db8::1' }, 1100);
  assert.equal(work.delayOf({ remote_address: '2001:db8::2' }), 1000);
});

test('a connection has a share of its address, so that others there go on', () => {
  const { work } = made();
  const [one, other] = [{}, {}];
  work.charge({ remote_address: '192.0.2.1', connection: one }, 600);
  assert.equal(work.delayOf({ remote_address: '192.0.2.1', connection: one }), 2000);
  assert.equal(work.delayOf({ remote_address: '192.0.2.1', connection: other }), 0);
});

test('many addresses together have a share too, and one that cost little is not kept waiting for them', () => {
  const { work } = made();
  for (let n = 1; n <= 4; n++) work.charge({ remote_address: `192.0.2.${n}` }, 600);
  assert.equal(work.delayOf({ remote_address: '192.0.2.1' }), 1000);
  work.charge({ remote_address: '198.51.100.1' }, 100);
  assert.equal(work.delayOf({ remote_address: '198.51.100.1' }), 0);
});

test('a debt has a bound, and a proven connection stands for itself', () => {
  const { work } = made();
  const connection = {};
  work.charge({ remote_address: '192.0.2.1' }, 1_000_000);
  assert.equal(work.delayOf({ remote_address: '192.0.2.1' }), 5000);
  assert.equal(work.delayOf({ connection }), 0);
  work.charge({ connection }, 550);
  assert.equal(work.delayOf({ connection }), 1000);
});

test('work costs more while the process is busy', () => {
  const { at, work } = made();
  const peer = { remote_address: '192.0.2.1' };
  at.pressure = 4;
  work.charge(peer, 260);
  assert.equal(work.delayOf(peer), 400);
});

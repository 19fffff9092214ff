import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Allowance } from './allowance.ts';
import { createUnprovenWork, type Peer } from './unproven-work.ts';

/** Work under a clock of the test's, with what began, in its order. */
function made() {
  const at = { now: 1_000_000 };
  const begun: string[] = [];
  const clock = () => at.now;
  const allowance = new Allowance(clock, () => 1);
  const work = createUnprovenWork({ recordSampled: (type) => assert.fail(type) }, clock, allowance);
  const take = (name: string, peer: Peer, kind: 'handshake' | 'request' = 'request', ms = 1) =>
    work.take({
      kind,
      peer,
      ms,
      begin: () => begun.push(name),
      isOver: () => false,
      giveUp: () => begun.push(`${name} given up`),
    });
  /** Strangers have no time left, as when somebody proven is served. */
  const exhaust = () => {
    work.prove({ remote_address: '203.0.113.1', connection: {} });
    allowance.spend(100_000);
  };
  const turns = async () => {
    for (let times = 0; times < 20; times++) await turn();
  };
  const idle = async () => {
    at.now += 2_000;
    await new Promise((go) => setTimeout(go, 1_000));
    await turns();
  };
  return { at, begun, allowance, work, take, exhaust, turns, idle };
}

const one = { remote_address: '192.0.2.1' };
const other = { remote_address: '192.0.2.2' };

test('a request begins at once while nobody waits and strangers have time', () => {
  const { begun, take } = made();
  take('a', one);
  assert.deepEqual(begun, ['a']);
});

test('while strangers have no time left they wait, and the address that cost least comes first', async () => {
  const { begun, work, take, exhaust, idle } = made();
  work.charge(one, 500);
  work.charge(other, 20);
  exhaust();
  take('one', one);
  take('other', other);
  take('new', { remote_address: '198.51.100.1' });
  assert.deepEqual(begun, []);
  await idle();
  assert.deepEqual(begun, ['new', 'other', 'one']);
});

test('an address that has cost most has its turn though cheaper ones never stop asking', async () => {
  const { begun, work, take, exhaust, idle } = made();
  work.charge(one, 5_000);
  exhaust();
  take('dear', one);
  for (let index = 0; index < 12; index++) take('cheap', { remote_address: `198.51.100.${index}` });
  await idle();
  assert.equal(begun.length, 13);
  assert.equal(begun.indexOf('dear'), 3);
});

test('what was given back does not count', async () => {
  const { begun, work, take, exhaust, idle } = made();
  work.charge(one, 500);
  work.charge(one, -500);
  work.charge(other, 20);
  exhaust();
  take('other', other);
  take('one', one);
  await idle();
  assert.deepEqual(begun, ['one', 'other']);
});

test('within an address the connection that cost least comes first', async () => {
  const { begun, work, take, exhaust, idle } = made();
  const [much, little] = [
    { ...one, connection: {} },
    { ...one, connection: {} },
  ];
  work.charge(much, 100);
  work.charge(little, 1);
  exhaust();
  take('much', much);
  take('little', little);
  await idle();
  assert.deepEqual(begun, ['little', 'much']);
});

test('the newest handshake of an address comes first, and requests in turn with handshakes', async () => {
  const { begun, take, exhaust, idle } = made();
  exhaust();
  for (const name of ['first', 'second', 'third']) take(name, one, 'handshake');
  take('request', { ...one, connection: {} });
  await idle();
  assert.deepEqual(begun, ['third', 'request', 'second', 'first']);
});

test('the oldest handshake of an address has its turn though newer ones never stop coming', async () => {
  const { begun, take, exhaust, idle } = made();
  exhaust();
  take('oldest', one, 'handshake');
  for (let index = 0; index < 12; index++) take('newer', one, 'handshake');
  await idle();
  assert.equal(begun.length, 13);
  assert.equal(begun.indexOf('oldest'), 3);
});

test('an IPv6 site is one address', async () => {
  const { begun, work, take, exhaust, idle } = made();
  work.charge({ remote_address: '2001:db8::1' }, 100);
  exhaust();
  take('the same site', { remote_address: '2001:db8::2' });
  take('another', one);
  await idle();
  assert.deepEqual(begun, ['another', 'the same site']);
});

test('a proven connection does not wait, until it has cost too much itself; its address pays nothing for it', async () => {
  const { begun, work, take, exhaust, idle } = made();
  const connection = {};
  const peer = { ...one, connection };
  work.prove(peer);
  exhaust();
  take('proven', peer);
  assert.deepEqual(begun, ['proven']);
  work.charge(peer, 300);
  take('too much', peer);
  take('its address', one);
  assert.deepEqual(begun, ['proven', 'its address']);
  await idle();
  assert.deepEqual(begun.slice(2), ['too much']);
});

test('what a proven connection asks for between two proofs is paid for by them', () => {
  const { begun, work, take, exhaust } = made();
  const connection = {};
  const peer = { ...one, connection };
  work.prove(peer);
  exhaust();
  for (let times = 1; times <= 1_000; times++) {
    take('is it ready', peer);
    work.prove(peer);
  }
  assert.equal(begun.length, 1_000);
});

test('new connections of an address that has proven who it is do not wait, until too much came to nothing', async () => {
  const { at, begun, work, take, exhaust, idle } = made();
  work.prove({ ...one, connection: {} });
  exhaust();
  take('its next', one, 'handshake', 150);
  take('and the next', one, 'handshake', 150);
  take('too many', one, 'handshake', 150);
  assert.deepEqual(begun, ['its next', 'and the next']);
  work.charge(one, -150);
  take('again', one, 'handshake', 150);
  assert.deepEqual(begun.slice(2), ['again']);
  await idle();
  assert.deepEqual(begun.slice(3), ['too many']);
  at.now += 600_000;
  exhaust();
  take('long after', one, 'handshake', 150);
  assert.deepEqual(begun.slice(4), []);
});

test('what an address that has proven who it is may cost takes no time from strangers, and gives them none', () => {
  const { work, take, allowance } = made();
  work.prove({ ...one, connection: {} });
  const left = () => {
    allowance.spend(40);
    const wait = allowance.wait();
    allowance.spend(-40);
    return Math.round(wait);
  };
  const before = left();
  take('its next', one, 'handshake', 150);
  assert.equal(left(), before);
  take('and the next', one, 'handshake', 150);
  assert.equal(left(), before);
  work.charge(one, 150);
  const less = left();
  assert.ok(less > before, `${less}, ${before}`);
  work.charge(one, -150);
  assert.equal(left(), before);
  work.charge(one, -150);
  work.charge(one, -150);
  assert.equal(left(), before);
});

test('time that is given back brings the next turn forward', async () => {
  const { begun, work, take, exhaust, turns } = made();
  exhaust();
  take('waits', one);
  await turns();
  assert.deepEqual(begun, []);
  work.charge(other, -100);
  await turns();
  assert.deepEqual(begun, ['waits']);
});

test('strangers have all the time while nobody proven asks, and three tenths while somebody does', () => {
  const at = { now: 0 };
  const allowance = new Allowance(
    () => at.now,
    () => 1,
  );
  allowance.spend(1000);
  assert.equal(allowance.wait(), 0);
  allowance.leaveTime();
  const wait = allowance.wait();
  assert.ok(wait > 300 && wait < 340, `${wait}`);
  at.now += wait / 2;
  allowance.leaveTime();
  assert.ok(Math.abs(allowance.wait() - wait / 2) < 1);
  at.now += wait / 2 + 1;
  assert.equal(allowance.wait(), 0);
  allowance.spend(4);
  assert.ok(Math.abs(allowance.wait() - 4 / 0.3) < 4);
});

test('work counts for more while the process is busy', () => {
  const pressure = { now: 1 };
  const at = { now: 0 };
  const allowance = new Allowance(
    () => at.now,
    () => pressure.now,
  );
  allowance.leaveTime();
  allowance.spend(30);
  assert.equal(allowance.wait(), 0);
  pressure.now = 2;
  allowance.spend(3);
  assert.equal(Math.round(allowance.wait()), 20);
});

test('what waits too long is given up, and what nobody waits for is left out', async () => {
  const { at, begun, work, take, exhaust } = made();
  exhaust();
  take('old', one);
  work.take({
    kind: 'request',
    peer: one,
    ms: 1,
    begin: () => begun.push('over'),
    isOver: () => true,
    giveUp: () => begun.push('over, given up'),
  });
  at.now += 5_001;
  take('young', one);
  await new Promise((go) => setTimeout(go, 500));
  assert.deepEqual(begun, ['old given up', 'young']);
});

test('a piece that throws ends no line', async () => {
  const begun: string[] = [];
  const told: string[] = [];
  const work = createUnprovenWork({
    recordSampled: (type) => {
      told.push(type);
      return undefined;
    },
  });
  const piece = (begin: () => void) => ({
    kind: 'handshake' as const,
    peer: one,
    ms: 1,
    begin,
    isOver: () => false,
    giveUp: () => assert.fail(),
  });
  work.take(piece(() => begun.push('last')));
  work.take(
    piece(() => {
      throw new Error('of a listener');
    }),
  );
  for (let times = 0; times < 20; times++) await turn();
  assert.deepEqual(begun, ['last']);
  assert.equal(told.length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockFindings, connectionFindings } from './database-findings.ts';

test('a clock is told of when it is two seconds off, and fails where a server would not be ready', () => {
  const found = (milliseconds: number, isRight: boolean) =>
    clockFindings({ clockOffset: () => milliseconds, isClockRight: () => isRight });
  assert.deepEqual(found(1_900, true), []);
  assert.deepEqual(found(-1_900, true), []);
  assert.deepEqual(found(2_500, true), [
    {
      outcome: 'warning',
      code: 'clock_differs',
      detail: "the clock of this machine is 2.5 seconds behind the database's",
    },
  ]);
  const [ahead] = found(-300_000, false);
  assert.equal(ahead?.outcome, 'failed');
  assert.match(ahead?.detail ?? '', /300\.0 seconds ahead of .*: a server here is not ready/);
});

test('the pools of all nodes are held against what the database server takes', () => {
  const found = (addresses: number, poolSize: number) =>
    connectionFindings({ most: 97, processes: addresses + 1, addresses }, poolSize);
  assert.deepEqual(connectionFindings(undefined, 10), [], 'an embedded database takes any number');
  assert.equal(found(0, 10)[0]?.outcome, 'ok', 'no server runs yet');
  assert.deepEqual(found(3, 31), [
    {
      outcome: 'ok',
      detail: '3 nodes with a pool_size of 31 may hold 97 connections, and the server takes 97',
    },
  ]);
  const [over] = found(3, 32);
  assert.equal(over?.outcome, 'warning');
  assert.match(
    over?.detail ?? '',
    /may hold 100 connections, .* takes 97: lower pool_size, or raise max_connections/,
  );
  const [many] = connectionFindings({ most: 97, processes: 41, addresses: 2 }, 10);
  assert.match(many?.detail ?? '', /may hold 121 connections/, 'a worker has two at least');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import { systemClock } from '../clock.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createGuessingGuard } from './guessing-guard.ts';

const noStep = () => ({ condition: '', query: CompiledQuery.raw('select 1'), rows: 'any' }) as const;

/** Stores that answer a turn of the event loop later, as a database on the network does. */
function slowStores() {
  const failures = new Map<string, number>();
  const locks = new Map<string, Record<string, unknown>>();
  const later = async <T>(value: T): Promise<T> => {
    await setImmediate();
    return value;
  };
  return {
    guesses: {
      fail: async (key: string) => {
        await setImmediate();
        const count = (failures.get(key) ?? 0) + 1;
        failures.set(key, count);
        return count;
      },
      count: (key: string) => later(failures.get(key) ?? 0),
      clear: async (key: string) => {
        await setImmediate();
        failures.delete(key);
      },
      steps: { clear: noStep },
    },
    ephemerals: {
      put: async (_kind: string, key: string, value: Record<string, unknown>) => {
        await setImmediate();
        locks.set(key, value);
      },
      get: (_kind: string, key: string) => later(locks.get(key)),
      steps: { put: noStep, add: noStep, take: noStep, takeRead: noStep, replace: noStep },
    },
  };
}

const LIMITS = { maxFailuresPerUser: 5, maxFailuresPerAddress: 8, windowMs: 60_000, lockMs: 60_000 };

/** Guesses once, from `address`. @returns whether the guess was checked at all */
const guess = (guard: ReturnType<typeof createGuessingGuard>, username: string, address: string) =>
  guard.inTurn(username, async () => {
    if (await guard.lockOn(username, address)) return false;
    await guard.failed(username, address);
    return true;
  });

test('many guesses at once are no more than as many in turn', async () => {
  const guard = createGuessingGuard(slowStores(), () => LIMITS, systemClock);
  const checked = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      guess(guard, index % 2 ? 'Person' : 'person', `192.0.2.${index}`),
    ),
  );
  assert.equal(checked.filter(Boolean).length, 5);
});

test('guesses at one account do not hold up another, nor does one that throws', async () => {
  const guard = createGuessingGuard(slowStores(), () => LIMITS, systemClock);
  let release = () => {};
  const held = guard.inTurn('one', () => new Promise<void>((resolve) => (release = resolve)));
  assert.equal(await guess(guard, 'other', '192.0.2.1'), true);
  release();
  await held;
  await assert.rejects(
    guard.inTurn('one', () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(await guess(guard, 'one', '192.0.2.1'), true);
});

test('no more than 64 wait for one account', async () => {
  const guard = createGuessingGuard(slowStores(), () => LIMITS, systemClock);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => guess(guard, 'person', '192.0.2.1')),
  );
  const refused = outcomes.filter(
    (outcome) => outcome.status === 'rejected' && outcome.reason instanceof Refusal,
  );
  assert.equal(refused.length, 36);
});

test('the addresses of one IPv6 site are one address', async () => {
  const guard = createGuessingGuard(slowStores(), () => LIMITS, systemClock);
  const checked: boolean[] = [];
  for (let index = 0; index < 20; index++) {
    checked.push(await guess(guard, `person ${index}`, `2001:db8:1:2::${index.toString(16)}`));
  }
  assert.equal(checked.filter(Boolean).length, 8);
  assert.equal(await guess(guard, 'person elsewhere', '2001:db8:1:3::1'), true);
});

test('a known browser stands apart: strangers do not lock it, and it locks nobody else', async () => {
  const guard = createGuessingGuard(slowStores(), () => LIMITS, systemClock);
  for (let turn = 0; turn < 10; turn++) await guess(guard, 'person', '192.0.2.1');
  assert.ok(await guard.lockOn('person', '192.0.2.1'));
  assert.equal(await guard.lockOn('person', '192.0.2.1', 'browser'), undefined);
  for (let turn = 0; turn < LIMITS.maxFailuresPerUser; turn++) {
    await guard.failed('person', '192.0.2.1', 'browser');
  }
  assert.ok(await guard.lockOn('person', '192.0.2.1', 'browser'));
  assert.equal(await guard.lockOn('person', '192.0.2.1', 'another'), undefined);
  assert.equal(await guard.lockOn('somebody', '192.0.2.9'), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { eventually } from '../../test/eventually.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import { createNotices, type Notices, type NoticesOptions } from './notices.ts';

const LEFT_AFTER = 200;

test('a notice of a process that ended is told by one of the others, and is over then', async (t) => {
  const storage = await openTestStorage(t);
  const told: string[] = [];
  const opened: Notices<{ to: string }>[] = [];
  const process = (name: string, over: Partial<NoticesOptions<{ to: string }>> = {}) => {
    const notices = createNotices({
      kind: 'test',
      record: z.object({ to: z.string() }),
      storage,
      clock: systemClock,
      tell: async ({ to }) => {
        told.push(`${name} ${to}`);
        return true;
      },
      reportError: (error) => assert.fail(error),
      lookEvery: 20,
      leftAfter: LEFT_AFTER,
      ...over,
    });
    opened.push(notices);
    return notices;
  };
  const killed = process('killed', { lookEvery: 3_600_000 });
  await storage.commit([killed.step('a', { to: 'alice' })]);
  process('one');
  process('two');
  await delay(LEFT_AFTER / 2);
  assert.deepEqual(told, [], 'whoever wrote it may still be at it');
  await eventually(
    () => storage.ephemerals.list('test', Date.now(), 10),
    (left) => left.length === 0,
  );
  assert.equal(told.length, 1);
  await Promise.all(opened.map((notices) => notices.close()));
});

test('a notice cut short by closing stays, and one that was refused is never told', async (t) => {
  const storage = await openTestStorage(t);
  const told: string[] = [];
  const notices = createNotices({
    kind: 'test',
    record: z.object({ to: z.string() }),
    storage,
    clock: systemClock,
    tell: async ({ to }, closing) => {
      told.push(to);
      return !closing.aborted && to !== 'later';
    },
    reportError: (error) => assert.fail(error),
  });
  const unmet = { ...notices.step('x', { to: 'nobody' }), rows: 'one' } as const;
  const never = storage.sessions.steps.remove('none');
  assert.equal((await storage.commit([unmet, never])).outcome, 'refused');
  await storage.commit([notices.step('b', { to: 'later' })]);
  notices.begin('b', { to: 'later' });
  await notices.close();
  assert.deepEqual(
    (await storage.ephemerals.list('test', Date.now(), 10)).map(({ key }) => key),
    ['b'],
  );
  assert.deepEqual(told, ['later']);
});

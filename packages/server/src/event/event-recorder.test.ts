import assert from 'node:assert/strict';
import test, { mock, type TestContext } from 'node:test';
import { pino } from 'pino';
import { openTestStorage } from '../../test/test-storage.ts';
import type { AuditGap } from './audit-file.ts';
import type { Event } from './event.ts';
import type { EventClass } from './event-class.ts';
import { createEventRecorder } from './event-recorder.ts';
import type { Retention } from './event-store.ts';
import { createMetrics } from './metrics.ts';

const MINUTE = 60_000;
const changed = {
  type: 'client.updated',
  outcome: 'success',
  actor: { name: 'alice', through: 'admin-api', remote_address: '192.0.2.1' },
  object: { kind: 'client', id: 'a' },
  client_id: 'a',
  changes: { scope: { old: 'read', new: 'read write' }, client_secret: { old: 'one', new: 'two' } },
} as const;

async function started(t: TestContext, retention: Partial<Record<EventClass, Retention>> = {}) {
  mock.timers.enable({ apis: ['setInterval', 'Date'], now: 100 * MINUTE });
  t.after(() => mock.timers.reset());
  const storage = await openTestStorage(t);
  const file: Event[] = [];
  let tellGap: (gap: AuditGap) => void = () => {};
  const kept = { ageMs: 10 ** 12, count: 1_000 };
  const events = createEventRecorder({
    isAway: () => false,
    store: storage.events,
    log: pino({ level: 'silent' }),
    auditTrail: (onGap) => {
      tellGap = onGap;
      return {
        append(event, written) {
          file.push(event);
          written?.();
          return true;
        },
        isWritable: () => true,
        reopen() {},
        flush: async () => {},
        close: async () => 0,
      };
    },
    metrics: createMetrics(),
    retention: () => ({ administrative: kept, security: kept, traffic: kept, ...retention }),
    tends: true,
    clock: Date.now,
  });
  t.after(() => events.close());
  const list = async (type: string) => (await storage.events.list({ type }, { limit: 100 })).items;
  return { storage, events, file, list, gap: (gap: AuditGap) => tellGap(gap) };
}

test('an event is in the database and the file, with the address of its actor and without secrets', async (t) => {
  const { events, file, list } = await started(t);
  const event_id = events.record(changed);
  await events.flush();
  const [stored] = await list('client.updated');
  assert.equal(stored?.event_id, event_id);
  assert.deepEqual(stored?.actor, changed.actor);
  assert.equal(stored?.remote_address, '192.0.2.1');
  assert.deepEqual(stored?.changes?.scope, changed.changes.scope);
  assert.doesNotMatch(JSON.stringify(stored), /"(?:one|two)"/);
  assert.deepEqual(file, [stored]);
});

test('an event of a unit of work is in the database with the unit, in the file once it is settled', async (t) => {
  const { storage, events, file, list } = await started(t);
  const refused = events.prepare(changed);
  const impossible = refused.steps.map((step) => ({ ...step, condition: 'never', rows: 'one' }) as const);
  assert.equal((await storage.commit([...refused.steps, ...impossible])).outcome, 'refused');
  assert.deepEqual(await list('client.updated'), []);

  const committed = events.prepare(changed);
  assert.equal((await storage.commit(committed.steps)).outcome, 'committed');
  assert.equal((await list('client.updated'))[0]?.event_id, committed.event_id);
  assert.equal(file.length, 0);
  committed.settle();
  assert.equal(file[0]?.event_id, committed.event_id);
  await events.flush();
  assert.deepEqual(await storage.events.unaudited(Date.now() + 1, 10), []);
});

test('one whose process ended before it was settled comes into the file later', async (t) => {
  const { storage, events, file } = await started(t);
  const { steps, event_id } = events.prepare(changed);
  await storage.commit(steps);
  mock.timers.tick(2 * MINUTE);
  while (file.length === 0) await new Promise((done) => setImmediate(done));
  assert.deepEqual(
    file.map((event) => event.event_id),
    [event_id],
  );
  await events.flush();
  assert.deepEqual(await storage.events.unaudited(Date.now() + 1, 10), []);
});

test('what is sampled is counted exactly, and kept out of the file', async (t) => {
  const { storage, events, file, list } = await started(t);
  for (let count = 0; count < 200; count++) events.recordSampled('token.issued', 'success', () => ({}));
  events.record({ type: 'token.refused', outcome: 'refused' });
  await events.flush();
  const issued = await list('token.issued');
  assert.equal(issued.length, 20);
  assert.ok(issued.every(({ sampled }) => sampled === true));
  assert.deepEqual(await storage.events.totals({ since: 0, until: Date.now() + 1 }), [
    { type: 'token.issued', outcome: 'success', sampled: true, count: 200, kept: 20 },
    { type: 'token.refused', outcome: 'refused', sampled: false, count: 1, kept: 1 },
  ]);
  assert.deepEqual(
    file.map(({ type }) => type),
    ['token.refused'],
  );
});

test('twenty tokens a second for two hours leave the last change where it is', async (t) => {
  const { events, list } = await started(t, { traffic: { ageMs: 10 ** 12, count: 100 } });
  events.record(changed);
  for (let second = 0; second < 7_200; second++) {
    for (let count = 0; count < 20; count++) events.recordSampled('token.issued', 'success', () => ({}));
    mock.timers.tick(1_000);
    if (second % 300 === 0) await events.flush();
  }
  await events.flush();
  assert.equal((await list('client.updated')).length, 1);
});

test('what the file lacked is told by an event', async (t) => {
  const { events, gap, list } = await started(t);
  gap({ missing: 7, since: 0, why: 'ENOSPC' });
  await events.flush();
  const [told] = await list('audit.');
  assert.equal(told?.outcome, 'failure');
  assert.deepEqual(told?.detail, { missing: 7, since: '1970-01-01T00:00:00.000Z', why: 'ENOSPC' });
});

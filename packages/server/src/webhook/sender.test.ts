import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { pino } from 'pino';
import { eventually } from '../../test/eventually.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import { NO_AUDIT_TRAIL } from '../event/audit-file.ts';
import { createEventRecorder } from '../event/event-recorder.ts';
import { createMetrics } from '../event/metrics.ts';
import type { Attempt, AttemptOutcome } from './attempt.ts';
import { deliveriesOf } from './cloud-event.ts';
import { createWebhookSender } from './sender.ts';
import type { Webhook } from './webhook.ts';
import { measureWebhooks } from './webhook-metrics.ts';

const FAILED: AttemptOutcome = {
  outcome: 'failed',
  why: 'no',
  evidence: { because: 'network' },
  isGone: false,
};
const webhook = (id: string, ...events: readonly string[]): Webhook => ({
  id,
  url: 'https://hooks.example/secret-path',
  secret: 's'.repeat(24),
  events,
  timeout: 1,
  retry_delays: [1],
});

/** Webhooks over a database of their own, whose attempts end as `attempt` says; time is the test's. */
async function started(
  t: TestContext,
  webhooks: readonly Webhook[],
  attempt: Attempt,
  options: { readonly nodes?: number; readonly waiting?: number; readonly settled?: number } = {},
) {
  const storage = await openTestStorage(t);
  let now = 1_700_000_000_000;
  const clock = () => now;
  const kept = { ageMs: 10 ** 12, count: 100_000 };
  const events = createEventRecorder({
    isAway: () => false,
    store: storage.events,
    log: pino({ level: 'silent' }),
    auditTrail: () => NO_AUDIT_TRAIL,
    metrics: createMetrics(),
    retention: () => ({ administrative: kept, security: kept, traffic: kept }),
    deliveries: (event) => deliveriesOf(event, webhooks, 'https://issuer.example'),
    tends: false,
    clock,
  });
  const senders = Array.from({ length: options.nodes ?? 1 }, () =>
    createWebhookSender({
      webhooks: () => webhooks,
      storage,
      events,
      attempt,
      metrics: measureWebhooks(createMetrics()),
      clock,
      random: () => 0,
      timing: { look: 5, tidy: 20 },
      bounds: {
        ...(options.waiting !== undefined && { waiting: options.waiting }),
        ...(options.settled !== undefined && { settled: options.settled }),
      },
    }),
  );
  t.after(async () => {
    for (const sender of senders) await sender.close();
    await events.close();
  });
  const record = async (type: 'client.created' | 'token.refused' | 'expiry.passed', count = 1) => {
    for (let index = 0; index < count; index++) events.record({ type, outcome: 'success' });
    await events.flush();
  };
  const list = async (filter: Parameters<typeof storage.webhookDeliveries.list>[0]) =>
    (await storage.webhookDeliveries.list(filter, { limit: 1_000 })).items;
  const eventsOf = async (type: string) => {
    await events.flush();
    return (await storage.events.list({ type }, { limit: 1_000 })).items;
  };
  return {
    storage,
    record,
    list,
    eventsOf,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('of two webhooks that are told of one another and never work each is told once', async (t) => {
  const { record, list, eventsOf, pass } = await started(
    t,
    [webhook('one', '*'), webhook('two', '*')],
    async () => FAILED,
  );
  await record('client.created');
  const settled = async () => {
    pass(10_000);
    return [await list({ state: 'waiting' }), await list({ state: 'dead' })].map(({ length }) => length);
  };
  // The event goes to both; of each of these deliveries the other is told, and of that nobody.
  await eventually(settled, ([waiting, dead]) => waiting === 0 && dead === 4);
  for (let count = 0; count < 5; count++) await settled();
  assert.equal((await eventsOf('webhook.undelivered')).length, 2);
  assert.deepEqual(
    new Set((await list({})).map(({ event_type }) => event_type)),
    new Set(['client.created', 'webhook.undelivered']),
  );
});

test('a webhook that works again is told of once, whichever node it works for', async (t) => {
  let works = false;
  const { record, list, eventsOf, pass } = await started(
    t,
    [{ ...webhook('a', 'client.*'), retry_delays: [1, 1, 1, 1, 1, 1] }],
    async () => (works ? { outcome: 'delivered', status: 200 } : FAILED),
    { nodes: 3 },
  );
  await record('client.created', 20);
  await eventually(
    async () => {
      pass(1_000);
      return list({});
    },
    (all) => all.some(({ attempts }) => attempts >= 4),
  );
  works = true;
  await eventually(
    async () => {
      pass(1_000);
      return list({ state: 'delivered' });
    },
    (delivered) => delivered.length === 20,
  );
  assert.equal((await eventsOf('webhook.recovered')).length, 1);
});

test('a hiccup is told of to nobody', async (t) => {
  let failures = 1;
  const { record, list, eventsOf, pass } = await started(t, [webhook('a', '*')], async () =>
    failures-- > 0 ? FAILED : { outcome: 'delivered', status: 200 },
  );
  await record('client.created');
  await eventually(
    async () => {
      pass(1_000);
      return list({ state: 'delivered' });
    },
    (delivered) => delivered.length === 1,
  );
  assert.deepEqual(await eventsOf('webhook.recovered'), []);
});

test('a flood of what a webhook is told of is bounded, told of, and costs no notice', async (t) => {
  const hanging = new Promise<AttemptOutcome>((resolve) => t.after(() => resolve({ outcome: 'no room' })));
  const { record, list, eventsOf } = await started(t, [webhook('a', '*')], () => hanging, {
    waiting: 50,
    settled: 100,
  });
  await record('expiry.passed', 3);
  for (let count = 0; count < 5; count++) await record('token.refused', 200);
  const [waiting, dead] = await eventually(
    async () => [await list({ state: 'waiting' }), await list({ state: 'dead' })],
    ([waits, gone]) => waits?.length === 53 && gone?.length === 100,
  );
  assert.equal(waiting?.filter(({ event_type }) => event_type === 'expiry.passed').length, 3);
  assert.match(dead?.[0]?.last_error ?? '', /more than 50 deliveries waited/);
  const told = await eventsOf('webhook.undelivered');
  assert.ok(told.length >= 1 && told.length < 20, `${told.length} events`);
  const given = told.reduce((sum, { detail }) => sum + Number(detail?.deliveries), 0);
  assert.equal(given, 1_000 - 50);
});

test('a receiver that fails is sent one thing at a time, and one without room for it is no failure', async (t) => {
  let underWay = 0;
  let most = 0;
  const { record, list, pass } = await started(
    t,
    [
      { ...webhook('failing', 'client.*'), retry_delays: Array.from({ length: 20 }, () => 1) },
      webhook('full', 'expiry.*'),
    ],
    async ({ id }) => {
      if (id === 'full') return { outcome: 'no room' };
      underWay++;
      most = Math.max(most, underWay);
      await new Promise((done) => setTimeout(done, 2));
      underWay--;
      return FAILED;
    },
  );
  await record('expiry.passed');
  await record('client.created');
  await eventually(
    () => list({ webhook: 'failing' }),
    ([first]) => first?.last_error !== undefined,
  );
  most = 0;
  await record('client.created', 20);
  for (let count = 0; count < 20; count++) {
    pass(3_000);
    await new Promise((done) => setTimeout(done, 10));
  }
  assert.equal(most, 1);
  const [full] = await list({ webhook: 'full' });
  assert.equal(full?.state, 'waiting');
  assert.ok((full?.attempts ?? 9) <= 1 && full?.last_error === undefined);
});

test('a webhook that is taken out while much waits for it is sent nothing more, and goes on once it is back', async (t) => {
  const configured = [webhook('a', 'client.*')];
  let sent = 0;
  const { record, list } = await started(t, configured, async () => {
    sent++;
    if (sent === 10) configured.length = 0;
    return { outcome: 'delivered', status: 200 };
  });
  await record('client.created', 100);
  await eventually(
    async () => configured.length,
    (count) => count === 0,
  );
  await new Promise((done) => setTimeout(done, 100));
  // Those that were under way with the tenth, or claimed with it.
  assert.ok(sent < 20, `${sent} were sent`);
  configured.push(webhook('a', 'client.*'));
  await eventually(
    () => list({ state: 'delivered' }),
    (delivered) => delivered.length === 100,
  );
  assert.equal(sent, 100);
});

import assert from 'node:assert/strict';
import { event, onBothDatabases, readAll, unique } from '../../../test/storage-contract.ts';
import type { NewDelivery } from '../../event/new-delivery.ts';
import type { Storage } from '../storage.ts';

function delivery(webhook: string, over: Partial<NewDelivery> = {}): NewDelivery {
  const event_id = over.event_id ?? unique('event');
  return {
    delivery_id: `${event_id}_${webhook}`,
    webhook,
    event_id,
    event_type: 'client.created',
    body: '{"specversion":"1.0"}',
    created_at: 1_000,
    expires_at: 9_000_000,
    ...over,
  };
}

const written = async (storage: Storage, ...deliveries: readonly NewDelivery[]) => {
  await storage.events.append([], [], deliveries);
  return deliveries;
};

onBothDatabases('deliveries to webhooks', (test) => {
  test('come with their event, in its batch and in its unit of work, once', async ({ storage }) => {
    const webhook = unique('hook');
    const told = event();
    const sent = delivery(webhook, { event_id: told.event_id });
    await storage.events.append([told], [], [sent]);
    await storage.events.append([told], [], [sent]);
    const expected = { ...sent, state: 'waiting', attempts: 0, next_attempt_at: 1_000 };
    assert.deepEqual(await storage.webhookDeliveries.find(sent.delivery_id), expected);

    const other = event();
    const refused = delivery(webhook, { event_id: other.event_id });
    const { insert, deliver } = storage.events.steps;
    const impossible = storage.sessions.steps.remove('none');
    const unit = await storage.commit([insert(other), ...deliver([refused]), impossible]);
    assert.equal(unit.outcome, 'refused');
    assert.equal(await storage.webhookDeliveries.find(refused.delivery_id), undefined);
    assert.equal((await storage.commit([insert(other), ...deliver([refused])])).outcome, 'committed');
    assert.deepEqual(
      (await storage.webhookDeliveries.ofEvents([told.event_id, other.event_id, 'none'])).get(other.event_id),
      [{ ...refused, state: 'waiting', attempts: 0, next_attempt_at: 1_000 }],
    );
  });

  test('are claimed by one of many at once, those first that wait longest', async ({ storage, another }) => {
    const webhook = unique('hook');
    const all = await written(
      storage,
      ...Array.from({ length: 60 }, (_, index) => delivery(webhook, { created_at: 1_000 + index })),
    );
    await written(storage, delivery(webhook, { created_at: 5_001 }), delivery(unique('other')));
    const [first] = await storage.webhookDeliveries.claim(webhook, 5_000, 9_000, 1);
    assert.equal(first?.delivery_id, all[0]?.delivery_id);
    assert.deepEqual([first?.attempts, first?.next_attempt_at], [1, 9_000]);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? storage : another).webhookDeliveries.claim(webhook, 5_000, 9_000, 7),
      ),
    );
    const rest = await storage.webhookDeliveries.claim(webhook, 5_000, 9_000, 100);
    const ids = [...claims.flat(), ...rest].map(({ delivery_id }) => delivery_id);
    assert.equal(ids.length, 59);
    assert.equal(new Set(ids).size, 59);
    // A claim that was left is good again once its time has come.
    assert.equal((await storage.webhookDeliveries.claim(webhook, 9_000, 9_500, 100)).length, 61);
  });

  test('are settled by whoever has the claim', async ({ storage }) => {
    const { webhookDeliveries } = storage;
    const webhook = unique('hook');
    const [sent] = await written(storage, delivery(webhook));
    assert.ok(sent);
    const [claimed] = await webhookDeliveries.claim(webhook, 2_000, 3_000, 1);
    assert.ok(claimed);
    const [again] = await webhookDeliveries.claim(webhook, 3_000, 4_000, 1);
    assert.ok(again);
    await webhookDeliveries.postpone(claimed, 99_000, 'late');
    const bury = (of: typeof claimed) => storage.commit([webhookDeliveries.steps.bury(of, 'gave up', 3_500)]);
    assert.equal((await bury(claimed)).outcome, 'refused');
    assert.deepEqual(await webhookDeliveries.find(sent.delivery_id), again);
    await webhookDeliveries.release(again, 3_100);
    const [third] = await webhookDeliveries.claim(webhook, 3_100, 5_000, 1);
    assert.equal(third?.attempts, 2);
    assert.ok(third);
    await webhookDeliveries.postpone(third, 3_200, 'the server answered 500');
    const [fourth] = await webhookDeliveries.claim(webhook, 3_200, 6_000, 1);
    assert.deepEqual([fourth?.attempts, fourth?.last_error], [3, 'the server answered 500']);
    assert.ok(fourth);
    assert.equal((await bury(fourth)).outcome, 'committed');
    const dead = await webhookDeliveries.find(sent.delivery_id);
    assert.deepEqual([dead?.state, dead?.settled_at, dead?.last_error], ['dead', 3_500, 'gave up']);
    assert.deepEqual(await webhookDeliveries.claim(webhook, 9_000, 9_999, 1), []);

    const replay = (id: string) => storage.commit([webhookDeliveries.steps.replay(id, 7_000, 8_000)]);
    assert.equal((await replay('none')).outcome, 'refused');
    assert.equal((await replay(sent.delivery_id)).outcome, 'committed');
    assert.deepEqual(await webhookDeliveries.find(sent.delivery_id), {
      ...sent,
      state: 'waiting',
      attempts: 0,
      next_attempt_at: 7_000,
    });
    await webhookDeliveries.delivered(sent.delivery_id, 7_500);
    await webhookDeliveries.delivered(sent.delivery_id, 8_500);
    const delivered = await webhookDeliveries.find(sent.delivery_id);
    assert.deepEqual([delivered?.state, delivered?.settled_at], ['delivered', 7_500]);
  });

  test('are listed newest first, narrowed, and counted', async ({ storage }) => {
    const { webhookDeliveries } = storage;
    const webhook = unique('hook');
    const all = await written(
      storage,
      ...[1, 2, 3, 4].map((at) => delivery(webhook, { created_at: at * 1_000 })),
    );
    await webhookDeliveries.delivered(all[0]?.delivery_id ?? '', 6_000);
    await webhookDeliveries.delivered(all[1]?.delivery_id ?? '', 7_000);
    const listed = async (filter: Parameters<typeof webhookDeliveries.list>[0]) =>
      (await readAll((next) => webhookDeliveries.list(filter, { limit: 2, ...next }))).map(
        ({ delivery_id }) => all.findIndex((each) => each.delivery_id === delivery_id),
      );
    assert.deepEqual(await listed({ webhook }), [3, 2, 1, 0]);
    assert.deepEqual(await listed({ webhook, state: 'delivered' }), [1, 0]);
    assert.deepEqual(await listed({ event_id: all[2]?.event_id ?? '' }), [2]);
    assert.deepEqual(await listed({ webhook, state: 'dead' }), []);
    const tallies = (await webhookDeliveries.tallies()).filter((tally) => tally.webhook === webhook);
    assert.deepEqual(tallies, [
      { webhook, state: 'delivered', count: 2, last_settled_at: 7_000 },
      { webhook, state: 'waiting', count: 2 },
    ]);
  });

  test('are bounded: the surplus that waits is given up, what is settled is forgotten, notices never', async ({
    storage,
  }) => {
    const { webhookDeliveries } = storage;
    const webhook = unique('hook');
    const notice = delivery(webhook, { event_type: 'expiry.approaching', created_at: 99_000 });
    const all = await written(
      storage,
      notice,
      ...Array.from({ length: 600 }, (_, index) => delivery(webhook, { created_at: 1_000 + index })),
    );
    assert.equal(await webhookDeliveries.buryBeyond(webhook, 20, 'too many', 5_000), 580);
    assert.equal(await webhookDeliveries.buryBeyond(webhook, 20, 'too many', 5_000), 0);
    const count = async () =>
      Object.fromEntries(
        (await webhookDeliveries.tallies())
          .filter((tally) => tally.webhook === webhook)
          .map(({ state, count }) => [state, count]),
      );
    assert.deepEqual(await count(), { dead: 580, waiting: 21 });
    assert.equal((await webhookDeliveries.find(all[1]?.delivery_id ?? ''))?.state, 'waiting');
    await webhookDeliveries.prune(webhook, 'dead', 5);
    assert.deepEqual(await count(), { dead: 5, waiting: 21 });
    await webhookDeliveries.delivered(notice.delivery_id, 9_000);
    await webhookDeliveries.prune(webhook, 'delivered', 0);
    assert.equal((await webhookDeliveries.find(notice.delivery_id))?.state, 'delivered');
  });
});

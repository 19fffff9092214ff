import assert from 'node:assert/strict';
import { client, onBothDatabases, unique } from '../../../test/storage-contract.ts';
import type { ClientUse } from '../storage.ts';

const DAY = 86_400_000;
const TODAY = 20_000 * DAY;

onBothDatabases('uses of clients', (test) => {
  const use = (client_id: string, over: Partial<ClientUse> = {}): ClientUse => ({
    client_id,
    day: TODAY,
    tokens: 1,
    last_at: TODAY + 5,
    ...over,
  });

  test('what processes count at once adds up, and the last time is the latest', async ({
    storage,
    another,
  }) => {
    const clients = Array.from({ length: 250 }, () => client());
    for (const each of clients) await storage.clients.insert(each);
    const uses = (tokens: number, last_at: number) =>
      clients.map(({ client_id }) => use(client_id, { tokens, last_at: TODAY + last_at }));
    await Promise.all([
      storage.clientUses.add(uses(3, 20)),
      another.clientUses.add(uses(4, 10).toReversed()),
      storage.clientUses.add(uses(1, 1)),
    ]);
    for (const { client_id } of clients) {
      assert.deepEqual(await another.clientUses.of(client_id, 0), [
        { day: TODAY, tokens: 8, last_at: TODAY + 20 },
      ]);
    }
  });

  test('days are kept apart, told in their order, and from the one that is asked for', async ({
    storage,
  }) => {
    const used = client();
    const { client_id } = used;
    await storage.clients.insert(used);
    const days = [2, 0, 1].map((day) =>
      use(client_id, { day: TODAY + day * DAY, tokens: day + 1, last_at: TODAY + day * DAY }),
    );
    await storage.clientUses.add(days);
    const told = async (since: number) =>
      (await storage.clientUses.of(client_id, since)).map(({ day, tokens }) => [(day - TODAY) / DAY, tokens]);
    assert.deepEqual(await told(0), [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    assert.deepEqual(await told(TODAY + 2 * DAY), [[2, 3]]);
  });

  test('a client that is gone keeps no use, and hinders nobody’s', async ({ storage }) => {
    const [gone, there] = [client(), client()];
    await storage.clients.insert(gone);
    await storage.clients.insert(there);
    await storage.clientUses.add([use(gone.client_id)]);
    await storage.clients.remove(gone.client_id);
    await storage.clientUses.add([use(gone.client_id), use(there.client_id), use(unique('nobody'))]);
    assert.deepEqual(await storage.clientUses.of(gone.client_id, 0), []);
    assert.equal((await storage.clientUses.of(there.client_id, 0)).length, 1);
  });

  test('a day is swept ninety days after it began', async ({ storage }) => {
    const used = client();
    const { client_id } = used;
    await storage.clients.insert(used);
    const old = 10_000 * DAY;
    await storage.clientUses.add([use(client_id, { day: old }), use(client_id, { day: old + DAY })]);
    assert.equal(await storage.clientUses.since(), old);
    await storage.sweep(old + 90 * DAY - 1);
    assert.equal((await storage.clientUses.of(client_id, 0)).length, 2);
    await storage.sweep(old + 90 * DAY);
    assert.deepEqual(
      (await storage.clientUses.of(client_id, 0)).map(({ day }) => day),
      [old + DAY],
    );
    assert.equal(await storage.clientUses.since(), old + DAY);
  });
});

import assert from 'node:assert/strict';
import { onBothDatabases } from '../../../test/storage-contract.ts';

const MINUTE = 60_000;
const FOREVER = 10 ** 13;

onBothDatabases('counts of requests', (test) => {
  test('are added up over processes, by bucket, endpoint and outcome', async ({ storage, another }) => {
    const since = 1_000 * MINUTE;
    const token = { endpoint: 'token', outcome: 'success' } as const;
    await storage.requestCounts.add([]);
    await Promise.all(
      [storage, another].flatMap(({ requestCounts }) =>
        Array.from({ length: 5 }, () =>
          requestCounts.add([
            { ...token, minute: since, count: 2 },
            { ...token, minute: since + MINUTE, count: 1 },
            { endpoint: 'admin', outcome: 'refused', minute: since, count: 1 },
          ]),
        ),
      ),
    );
    await storage.requestCounts.add([
      { ...token, minute: since - MINUTE, count: 7 },
      { endpoint: 'token', outcome: 'failure', minute: since + 2 * MINUTE, count: 3_000_000_000 },
    ]);
    assert.deepEqual(await another.requestCounts.histogram(since, 2 * MINUTE), [
      { time: since, endpoint: 'admin', outcome: 'refused', count: 10 },
      { time: since, endpoint: 'token', outcome: 'success', count: 30 },
      { time: since + 2 * MINUTE, endpoint: 'token', outcome: 'failure', count: 3_000_000_000 },
    ]);
    const minutes = Array.from({ length: 450 }, (_, at) => ({ ...token, minute: 0 + at * MINUTE, count: 1 }));
    await storage.requestCounts.add(minutes);
    const [all] = await storage.requestCounts.histogram(0, 450 * MINUTE);
    assert.equal(all?.count, 450);
  });

  test('are removed with the counts of events', async ({ storage }) => {
    const now = 5_000 * MINUTE;
    const counted = { endpoint: 'jwks', outcome: 'success', count: 1 } as const;
    await storage.requestCounts.add([4_000, 4_999].map((at) => ({ ...counted, minute: at * MINUTE })));
    const kept = { ageMs: FOREVER, count: 1_000 };
    await storage.events.prune(
      { administrative: kept, security: kept, traffic: { ageMs: 500 * MINUTE, count: 1_000 } },
      now,
    );
    assert.deepEqual(await storage.requestCounts.histogram(0, MINUTE), [
      { ...counted, time: 4_999 * MINUTE },
    ]);
  });
});

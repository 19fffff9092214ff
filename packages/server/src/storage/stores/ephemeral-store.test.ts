import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('ephemeral values', (test) => {
  test('of parallel takers one gets the value', async ({ storage }) => {
    const [kind, key] = ['par', unique('request_uri')];
    await storage.ephemerals.put(kind, key, { scope: 'openid' }, 9_000);
    const taken = await Promise.all(
      Array.from({ length: 50 }, () => storage.ephemerals.take(kind, key, 2_000)),
    );
    assert.deepEqual(
      taken.filter((value) => value !== undefined),
      [{ scope: 'openid' }],
    );
  });

  test('keep kinds apart, replaced only while there, gone at their end', async ({ storage }) => {
    const { ephemerals } = storage;
    const key = unique('key');
    await ephemerals.put('device_code', key, { state: 'pending' }, 9_000);
    assert.equal(await ephemerals.get('par', key, 1_000), undefined);
    assert.deepEqual(await ephemerals.get('device_code', key, 8_999), { state: 'pending' });
    assert.equal(await ephemerals.get('device_code', key, 9_000), undefined);
    assert.equal(await ephemerals.take('device_code', key, 9_000), undefined);
    assert.equal(await ephemerals.replace('device_code', key, { state: 'late' }, 9_000), false);
    assert.equal(await ephemerals.replace('device_code', key, { state: 'approved' }, 8_999), true);
    assert.equal(await ephemerals.get('device_code', key, 9_000), undefined);
    assert.deepEqual(await ephemerals.take('device_code', key, 8_999), { state: 'approved' });
    assert.equal(await ephemerals.replace('device_code', key, { state: 'again' }, 1_000), false);
    await ephemerals.put('par', key, { first: true }, 2_000);
    await ephemerals.put('par', key, { second: true }, 9_000);
    assert.deepEqual(await ephemerals.get('par', key, 3_000), { second: true });
  });

  test('a value is taken as it was read, or not at all', async ({ storage }) => {
    const { ephemerals } = storage;
    const key = unique('key');
    const take = async (value: Readonly<Record<string, unknown>>, now: number) => {
      const { outcome } = await storage.commit([ephemerals.steps.takeRead('link', key, value, now)]);
      return outcome;
    };
    await ephemerals.put('link', key, { id: 'one', made_by: 'anna' }, 9_000);
    const read = await ephemerals.get('link', key, 1_000);
    assert.ok(read);
    await ephemerals.put('link', key, { id: 'two', made_by: 'anna' }, 9_000);
    assert.equal(await take(read, 1_000), 'refused', 'another one is in its place');
    const now = await ephemerals.get('link', key, 1_000);
    assert.deepEqual(now, { id: 'two', made_by: 'anna' });
    assert.equal(await take(now, 9_000), 'refused', 'it is past its end');
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => take(now, 1_000)));
    assert.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1);
  });
});

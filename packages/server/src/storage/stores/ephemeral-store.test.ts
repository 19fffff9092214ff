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
});

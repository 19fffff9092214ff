import assert from 'node:assert/strict';
import { onBothDatabases, signingKey } from '../../../test/storage-contract.ts';
import type { StoredSigningKey } from '../../token/signing-key.ts';
import type { Storage } from '../storage.ts';

const ofAlg = async (storage: Storage, alg: StoredSigningKey['alg']) =>
  (await storage.signingKeys.list()).filter((key) => key.alg === alg);

onBothDatabases('signing keys', (test) => {
  test('of many first keys one wins and everyone gets it', async ({ storage }) => {
    const candidates = Array.from({ length: 10 }, () => signingKey({ alg: 'ES256' }));
    const winners = await Promise.all(candidates.map((key) => storage.signingKeys.insertIfNone(key)));
    const stored = await ofAlg(storage, 'ES256');
    assert.equal(stored.length, 1);
    for (const winner of winners) assert.deepEqual(winner, stored[0]);
    const next = signingKey({ alg: 'ES256', state: 'next' });
    assert.deepEqual(await storage.signingKeys.insertIfNone(next), next);
  });

  test('rotation retires the active key; the next one signs, and the new one waits', async ({ storage }) => {
    const active = signingKey({ alg: 'PS256' });
    const next = signingKey({ alg: 'PS256', state: 'next', created_at: 1_001 });
    await storage.signingKeys.insertIfNone(active);
    await storage.signingKeys.insertIfNone(next);
    const fresh = signingKey({ alg: 'PS256', state: 'next', created_at: 1_002 });
    await storage.signingKeys.rotate(fresh, 5_000);
    const retired = { ...active, state: 'retired', retired_at: 5_000 };
    assert.deepEqual(await ofAlg(storage, 'PS256'), [retired, { ...next, state: 'active' }, fresh]);

    const urgent = signingKey({ alg: 'PS256', created_at: 1_003 });
    await storage.signingKeys.rotate(urgent, 6_000);
    assert.deepEqual(await ofAlg(storage, 'PS256'), [
      retired,
      { ...next, state: 'retired', retired_at: 6_000 },
      fresh,
      urgent,
    ]);
    await storage.signingKeys.rotate(fresh, 7_000);
    assert.deepEqual(
      (await ofAlg(storage, 'PS256')).map(({ state }) => state),
      ['retired', 'retired', 'active', 'retired'],
    );
  });

  test('rotation without a next key makes the new one active', async ({ storage }) => {
    const first = signingKey({ alg: 'EdDSA' });
    const second = signingKey({ alg: 'EdDSA', state: 'next', created_at: 1_001 });
    await storage.signingKeys.insertIfNone(first);
    await storage.signingKeys.rotate(second, 5_000);
    assert.deepEqual(await ofAlg(storage, 'EdDSA'), [
      { ...first, state: 'retired', retired_at: 5_000 },
      { ...second, state: 'active' },
    ]);
    assert.equal(await storage.signingKeys.remove(first.kid), true);
    assert.equal(await storage.signingKeys.remove(first.kid), false);
  });

  test('rotations at once leave one active and one next key', async ({ storage }) => {
    await storage.signingKeys.insertIfNone(signingKey({ alg: 'RS256' }));
    await storage.signingKeys.insertIfNone(signingKey({ alg: 'RS256', state: 'next' }));
    await Promise.all(
      Array.from({ length: 6 }, () =>
        storage.signingKeys.rotate(signingKey({ alg: 'RS256', state: 'next' }), 5_000),
      ),
    );
    const states = (await ofAlg(storage, 'RS256')).map(({ state }) => state).toSorted();
    assert.deepEqual(states, ['active', 'next', ...Array(6).fill('retired')]);
  });
});

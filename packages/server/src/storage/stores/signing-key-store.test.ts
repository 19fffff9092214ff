import assert from 'node:assert/strict';
import { onBothDatabases, signingKey } from '../../../test/storage-contract.ts';
import type { StoredSigningKey } from '../../token/server-key.ts';
import type { Storage } from '../storage.ts';

type Present = { readonly active: string | undefined; readonly next: string | undefined };

const ofAlg = async ({ signingKeys }: Storage, alg: StoredSigningKey['alg']) =>
  (await signingKeys.list()).filter((key) => key.alg === alg);

const insert = ({ signingKeys, commit }: Storage, key: StoredSigningKey) =>
  commit([signingKeys.steps.insertIfNone(key)]);

const rotate = (
  { signingKeys, commit }: Storage,
  replacement: StoredSigningKey,
  present: Present,
  retired_at: number,
) => commit(signingKeys.steps.rotate(replacement, present, retired_at));

onBothDatabases('signing keys', (test) => {
  test('of many first keys one wins', async ({ storage }) => {
    const candidates = Array.from({ length: 10 }, () => signingKey({ alg: 'ES256' }));
    const outcomes = await Promise.all(candidates.map((key) => insert(storage, key)));
    const winners = candidates.filter((_, index) => outcomes[index]?.outcome === 'committed');
    assert.deepEqual(await ofAlg(storage, 'ES256'), winners);
    assert.equal(winners.length, 1);
    const next = signingKey({ alg: 'ES256', state: 'next' });
    assert.equal((await insert(storage, next)).outcome, 'committed');
  });

  test('rotation retires the active key; the next one signs, and the new one waits', async ({ storage }) => {
    const active = signingKey({ alg: 'PS256' });
    const next = signingKey({ alg: 'PS256', state: 'next', created_at: 1_001 });
    for (const key of [active, next]) await insert(storage, key);
    const fresh = signingKey({ alg: 'PS256', state: 'next', created_at: 1_002 });
    await rotate(storage, fresh, { active: active.kid, next: next.kid }, 5_000);
    const retired = { ...active, state: 'retired', retired_at: 5_000 };
    assert.deepEqual(await ofAlg(storage, 'PS256'), [
      retired,
      { ...next, state: 'active', activated_at: 5_000 },
      fresh,
    ]);

    const urgent = signingKey({ alg: 'PS256', created_at: 1_003 });
    await rotate(storage, urgent, { active: next.kid, next: fresh.kid }, 6_000);
    assert.deepEqual(await ofAlg(storage, 'PS256'), [
      retired,
      { ...next, state: 'retired', activated_at: 5_000, retired_at: 6_000 },
      fresh,
      { ...urgent, activated_at: 6_000 },
    ]);
    const late = signingKey({ alg: 'PS256', state: 'next', created_at: 1_004 });
    const { outcome } = await rotate(storage, late, { active: next.kid, next: fresh.kid }, 7_000);
    assert.equal(outcome, 'refused', 'the keys were rotated since they were seen');
    assert.equal((await ofAlg(storage, 'PS256')).length, 4);
  });

  test('rotation without a next key makes the new one active', async ({ storage }) => {
    const first = signingKey({ alg: 'EdDSA' });
    const second = signingKey({ alg: 'EdDSA', state: 'next', created_at: 1_001 });
    await insert(storage, first);
    await rotate(storage, second, { active: first.kid, next: undefined }, 5_000);
    assert.deepEqual(await ofAlg(storage, 'EdDSA'), [
      { ...first, state: 'retired', retired_at: 5_000 },
      { ...second, state: 'active', activated_at: 5_000 },
    ]);
    const remove = () => storage.commit([storage.signingKeys.steps.remove(first.kid)]);
    assert.equal((await remove()).outcome, 'committed');
    assert.equal((await remove()).outcome, 'refused');
  });

  test('of rotations at once one happens, and leaves one active and one next key', async ({ storage }) => {
    const [active, next] = [signingKey({ alg: 'RS256' }), signingKey({ alg: 'RS256', state: 'next' })];
    for (const key of [active, next]) await insert(storage, key);
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        rotate(
          storage,
          signingKey({ alg: 'RS256', state: 'next' }),
          { active: active.kid, next: next.kid },
          5_000,
        ),
      ),
    );
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'committed').length, 1);
    const states = (await ofAlg(storage, 'RS256')).map(({ state }) => state).toSorted();
    assert.deepEqual(states, ['active', 'next', 'retired']);
  });
});

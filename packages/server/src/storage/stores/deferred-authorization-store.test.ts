import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { onBothDatabases } from '../../../test/storage-contract.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { StorageConflict } from '../storage.ts';

const DAY = 86_400_000;

const deferred = (client_id: string, over: Partial<DeferredAuthorization> = {}): DeferredAuthorization => ({
  authorization_sha256: randomUUID(),
  kind: 'device',
  client_id,
  scope: 'openid',
  user_code: randomUUID(),
  state: 'pending',
  interval: 5,
  created_at: 1_000,
  expires_at: 100_000,
  ...over,
});

onBothDatabases('deferred authorizations', (test) => {
  test('a deferred authorization is decided once and redeemed once', async ({
    storage,
    another,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const { deferredAuthorizations } = storage;
    const pending = deferred(client_id);
    await deferredAuthorizations.insert(pending);
    assert.deepEqual(await deferredAuthorizations.find(pending.authorization_sha256), pending);
    const redeem = (authorization: DeferredAuthorization, through = storage, at = 3_000) =>
      through.commit([deferredAuthorizations.steps.redeem({ ...authorization, redeemed: { at } })]);
    assert.equal((await redeem(pending)).outcome, 'refused');
    const decisions = await Promise.all(
      ['approved', 'denied', 'approved', 'denied'].map((state, index) =>
        (index % 2 === 0 ? storage : another).deferredAuthorizations.decide(
          { ...pending, sub: `person-${index}`, state: state === 'approved' ? 'approved' : 'denied' },
          2_000,
        ),
      ),
    );
    assert.equal(decisions.filter(Boolean).length, 1);
    assert.equal(await deferredAuthorizations.findByUserCode(pending.user_code ?? '', 2_000), undefined);

    const approved = deferred(client_id);
    await deferredAuthorizations.insert(approved);
    const decided = {
      ...approved,
      sub: 'alice',
      state: 'approved',
      approval: { grant_id: 'grant', scope: 'openid', auth_time: 1 },
    } as const;
    assert.equal(await deferredAuthorizations.decide(decided, 2_000), true);
    const units = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        redeem(decided, index % 2 === 0 ? storage : another, 3_000 + index),
      ),
    );
    assert.equal(units.filter(({ outcome }) => outcome === 'committed').length, 1);
    const at = 3_000 + units.findIndex(({ outcome }) => outcome === 'committed');
    assert.deepEqual(await deferredAuthorizations.find(approved.authorization_sha256), {
      ...decided,
      redeemed: { at },
    });
  });

  test('nothing is decided after its end, and a user code stands for one pending authorization', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const { deferredAuthorizations } = storage;
    const pending = deferred(client_id);
    await deferredAuthorizations.insert(pending);
    const code = pending.user_code ?? '';
    assert.deepEqual(await deferredAuthorizations.findByUserCode(code, 99_999), pending);
    assert.equal(await deferredAuthorizations.findByUserCode(code, 100_000), undefined);
    assert.equal(await deferredAuthorizations.decide({ ...pending, state: 'denied' }, 100_000), false);
    await assert.rejects(
      deferredAuthorizations.insert(deferred(client_id, { user_code: code })),
      StorageConflict,
    );
  });

  test('asking too soon makes the interval longer by five seconds each time', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const { deferredAuthorizations } = storage;
    const { authorization_sha256, ...rest } = deferred(client_id);
    await deferredAuthorizations.insert({ ...rest, authorization_sha256 });
    const at = (now: number) => deferredAuthorizations.poll(authorization_sha256, now);
    assert.equal(await at(10_000), 'in time');
    assert.equal(await at(14_999), 'too soon');
    assert.equal((await deferredAuthorizations.find(authorization_sha256))?.interval, 10);
    assert.equal(await at(24_998), 'too soon');
    assert.equal(await at(24_998 + 15_000), 'in time');
  });

  test('what waits for a person is listed for this person alone', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const { deferredAuthorizations } = storage;
    const sub = `sub-${randomUUID()}`;
    const item = (over: Partial<DeferredAuthorization>) => {
      const { user_code: _none, ...rest } = deferred(client_id, { kind: 'backchannel', sub, ...over });
      return rest;
    };
    const later = item({ expires_at: 50_000 });
    const sooner = item({ expires_at: 40_000 });
    for (const each of [
      later,
      sooner,
      item({ expires_at: 3_000 }),
      item({ sub: 'other' }),
      item({ state: 'denied' }),
    ]) {
      await deferredAuthorizations.insert(each);
    }
    assert.deepEqual(await deferredAuthorizations.listPending(sub, 3_000), [sooner, later]);
  });

  test('stay known for a day after their end', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const pending = deferred(client_id, { expires_at: 9_000 });
    await storage.deferredAuthorizations.insert(pending);
    await storage.sweep(9_000 + DAY - 1);
    assert.ok(await storage.deferredAuthorizations.find(pending.authorization_sha256));
    await storage.sweep(9_000 + DAY);
    assert.equal(await storage.deferredAuthorizations.find(pending.authorization_sha256), undefined);
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { onBothDatabases } from '../../../test/storage-contract.ts';
import type { Credential } from '../../user/credential.ts';
import { StorageConflict } from '../storage.ts';

const passkey = (over: { sub: string; credential_id?: string; created_at?: number }) =>
  ({
    kind: 'passkey',
    credential_id: randomUUID(),
    created_at: 1_000,
    public_key: 'pQECAyYgASFY',
    counter: 0,
    transports: ['internal'],
    label: 'Telephone',
    ...over,
  }) as const satisfies Credential;

onBothDatabases('credentials', (test) => {
  test('come back as they were put, oldest first, each to its owner alone', async ({ storage }) => {
    const sub = randomUUID();
    const later = passkey({ sub, created_at: 2_000 });
    const totp: Credential = {
      kind: 'totp',
      credential_id: randomUUID(),
      sub,
      created_at: 1_000,
      sealed_secret: 'v1.x',
    };
    await storage.credentials.insert(later);
    await storage.credentials.insert(totp);
    await storage.credentials.insert(passkey({ sub: randomUUID() }));
    assert.deepEqual(await storage.credentials.list(sub), [totp, later]);
    assert.deepEqual(await storage.credentials.find('totp', totp.credential_id), totp);
    assert.equal(await storage.credentials.find('passkey', totp.credential_id), undefined);
  });

  test('one id is registered once, whoever comes second', async ({ storage }) => {
    const first = passkey({ sub: randomUUID() });
    await storage.credentials.insert(first);
    await assert.rejects(
      storage.credentials.insert(passkey({ sub: randomUUID(), credential_id: first.credential_id })),
      StorageConflict,
    );
    assert.deepEqual(await storage.credentials.find('passkey', first.credential_id), first);
  });

  test('an update never brings back what was removed, nor moves it to another person', async ({
    storage,
  }) => {
    const sub = randomUUID();
    const key = passkey({ sub });
    await storage.credentials.insert(key);
    await storage.credentials.update({ ...key, counter: 7 });
    await storage.credentials.update({ ...key, sub: randomUUID(), counter: 9 });
    assert.deepEqual(await storage.credentials.list(sub), [{ ...key, counter: 7 }]);
    await storage.credentials.remove(key);
    await storage.credentials.update({ ...key, counter: 8 });
    assert.deepEqual(await storage.credentials.list(sub), []);
  });

  test('of parallel removals one succeeds, and none by another person', async ({ storage }) => {
    const code: Credential = {
      kind: 'recovery_code',
      credential_id: randomUUID(),
      sub: randomUUID(),
      created_at: 1,
    };
    await storage.credentials.insert(code);
    assert.equal(await storage.credentials.remove({ ...code, sub: randomUUID() }), false);
    const removals = await Promise.all(Array.from({ length: 20 }, () => storage.credentials.remove(code)));
    assert.equal(removals.filter(Boolean).length, 1);
  });

  test('end with their owner', async ({ storage }) => {
    const sub = randomUUID();
    await storage.users.insert({
      sub,
      username: sub,
      password_hash: 'x',
      roles: [],
      claims: {},
      enabled: true,
      created_at: 1,
      revision: 1,
    });
    await storage.credentials.insert(passkey({ sub }));
    await storage.users.remove(sub);
    assert.deepEqual(await storage.credentials.list(sub), []);
  });
});

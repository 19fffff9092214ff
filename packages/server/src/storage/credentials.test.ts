import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import type { Credential } from '../user/credential.ts';
import type { Session } from '../user/session.ts';
import { openStorage, type StorageOptions } from './open-storage.ts';
import { type Storage, StorageConflict } from './storage.ts';

const KINDS: readonly {
  readonly name: string;
  readonly skip: string | false;
  open(): Promise<{ readonly options: StorageOptions; stop(): Promise<void> }>;
}[] = [
  {
    name: 'sqlite',
    skip: false,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-credentials-'));
      return {
        options: { type: 'sqlite', file: join(folder, 'test.db') },
        stop: () => rm(folder, { recursive: true }),
      };
    },
  },
  {
    name: 'postgres',
    skip: whyNoPostgres(),
    async open() {
      const { url, stop } = await startPostgres();
      return { options: { type: 'postgres', url }, stop };
    },
  },
];

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

for (const { name, skip, open } of KINDS) {
  describe(`credentials and sessions on ${name}`, { skip, timeout: 120_000 }, () => {
    let storage: Storage;
    let end = async () => {};
    before(async () => {
      const { options, stop } = await open();
      storage = await openStorage(options);
      end = async () => {
        await storage.close();
        await stop();
      };
    });
    after(() => end());

    test('come back as they were put, oldest first, each to its owner alone', async () => {
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

    test('one id is registered once, whoever comes second', async () => {
      const first = passkey({ sub: randomUUID() });
      await storage.credentials.insert(first);
      await assert.rejects(
        storage.credentials.insert(passkey({ sub: randomUUID(), credential_id: first.credential_id })),
        StorageConflict,
      );
      assert.deepEqual(await storage.credentials.find('passkey', first.credential_id), first);
    });

    test('an update never brings back what was removed, nor moves it to another person', async () => {
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

    test('of parallel removals one succeeds, and none by another person', async () => {
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

    test('end with their owner', async () => {
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

    test('parallel changes of one session lose nothing', async () => {
      const session: Session = {
        session_id: randomUUID(),
        secret_sha256: randomUUID(),
        sub: 'alice',
        auth_time: 1,
        amr: ['pwd'],
        client_ids: [],
        created_at: 1,
        last_seen_at: 1,
        expires_at: Date.now() + 60_000,
      };
      await storage.sessions.insert(session);
      const client_ids = Array.from({ length: 20 }, (_, index) => `client-${index}`);
      await Promise.all(
        client_ids.map((client_id) =>
          storage.sessions.change(session.session_id, (current) => ({
            ...current,
            client_ids: [...current.client_ids, client_id],
          })),
        ),
      );
      const changed = await storage.sessions.find(session.session_id);
      assert.deepEqual(changed?.client_ids.toSorted(), client_ids.toSorted());
      assert.equal(await storage.sessions.change(randomUUID(), (current) => current), undefined);
    });
  });
}

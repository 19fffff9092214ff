import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { DeferredAuthorization } from '../token/deferred-authorization.ts';
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
      const folder = await mkdtemp(join(tmpdir(), 'countersign-registrations-'));
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

const DAY = 86_400_000;

const initialToken = (over: Partial<InitialAccessToken> = {}): InitialAccessToken => ({
  token_id: randomUUID(),
  token_sha256: randomUUID(),
  label: 'partner',
  clients_allowed: 1,
  clients_registered: 0,
  created_at: 1_000,
  expires_at: 9_000,
  ...over,
});

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

for (const { name, skip, open } of KINDS) {
  describe(`registrations and deferred authorizations on ${name}`, { skip, timeout: 120_000 }, () => {
    let storage: Storage;
    let others: readonly Storage[] = [];
    let end = async () => {};
    const client_id = `client-${randomUUID()}`;

    const addClient = async (id: string) => {
      await storage.clients.insert({
        client_id: id,
        client_id_issued_at: 1,
        metadata: ClientMetadata.parse({
          client_name: 'Registered',
          token_endpoint_auth_method: 'none',
          grant_types: [],
        }),
        enabled: true,
        revision: 1,
      });
      return id;
    };

    before(async () => {
      const { options, stop } = await open();
      storage = await openStorage(options);
      others = [storage, await openStorage(options)];
      end = async () => {
        for (const each of others) await each.close();
        await stop();
      };
      await addClient(client_id);
    });
    after(() => end());

    test('an initial access token registers as many clients as it allows, whoever asks at once', async () => {
      const token = initialToken({ clients_allowed: 3 });
      await storage.initialAccessTokens.insert(token);
      const used = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          others[index % 2]?.initialAccessTokens.use(token.token_sha256, 8_999),
        ),
      );
      assert.equal(used.filter(Boolean).length, 3);
      assert.equal((await storage.initialAccessTokens.find(token.token_sha256))?.clients_registered, 3);
    });

    test('an initial access token ends at its time, and when it is removed', async () => {
      const token = initialToken();
      await storage.initialAccessTokens.insert(token);
      assert.equal(await storage.initialAccessTokens.use(token.token_sha256, 9_000), false);
      assert.ok((await storage.initialAccessTokens.list()).some((each) => each.token_id === token.token_id));
      assert.equal(await storage.initialAccessTokens.remove(token.token_id), true);
      assert.equal(await storage.initialAccessTokens.remove(token.token_id), false);
      assert.equal(await storage.initialAccessTokens.use(token.token_sha256, 1_000), false);
    });

    test('a registration changes for whoever has its present token, and goes with its client', async () => {
      const id = await addClient(`client-${randomUUID()}`);
      const registration = {
        client_id: id,
        registration_access_token_sha256: 'first',
        software_statement: 'a.b.c',
        registered_at: 1,
      };
      const { dynamicRegistrations } = storage;
      await dynamicRegistrations.insert(registration);
      assert.deepEqual(await dynamicRegistrations.find(id), registration);
      const next = (token: string) => ({ ...registration, registration_access_token_sha256: token });
      const replaced = await Promise.all(
        ['one', 'other'].map((token) => dynamicRegistrations.replace(next(token), 'first')),
      );
      assert.deepEqual(replaced.toSorted(), [false, true]);
      await storage.clients.remove(id);
      assert.equal(await dynamicRegistrations.find(id), undefined);
    });

    test('a deferred authorization is decided once and redeemed once', async () => {
      const { deferredAuthorizations } = storage;
      const pending = deferred(client_id);
      await deferredAuthorizations.insert(pending);
      assert.deepEqual(await deferredAuthorizations.find(pending.authorization_sha256), pending);
      assert.equal(await deferredAuthorizations.redeem(pending.authorization_sha256), undefined);
      const decisions = await Promise.all(
        ['approved', 'denied', 'approved', 'denied'].map((state, index) =>
          others[index % 2]?.deferredAuthorizations.decide(
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
      const redeemed = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          others[index % 2]?.deferredAuthorizations.redeem(approved.authorization_sha256),
        ),
      );
      assert.deepEqual(
        redeemed.filter((each) => each !== undefined),
        [decided],
      );
    });

    test('nothing is decided after its end, and a user code stands for one pending authorization', async () => {
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

    test('asking too soon makes the interval longer by five seconds each time', async () => {
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

    test('what waits for a person is listed for this person alone', async () => {
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

    test('what expired stays known for a day', async () => {
      const token = initialToken();
      const pending = deferred(client_id, { expires_at: 9_000 });
      await storage.initialAccessTokens.insert(token);
      await storage.deferredAuthorizations.insert(pending);
      await storage.sweep(9_000 + DAY - 1);
      assert.ok(await storage.initialAccessTokens.find(token.token_sha256));
      assert.ok(await storage.deferredAuthorizations.find(pending.authorization_sha256));
      await storage.sweep(9_000 + DAY);
      assert.equal(await storage.initialAccessTokens.find(token.token_sha256), undefined);
      assert.equal(await storage.deferredAuthorizations.find(pending.authorization_sha256), undefined);
    });
  });
}

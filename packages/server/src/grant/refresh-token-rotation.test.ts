import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { client, grant, onBothDatabases, refreshToken, unique, user } from '../../test/storage-contract.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { createClientDirectory } from '../client-authentication/client-directory.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import { successionOf } from '../token/succession.ts';
import type { RotationRules } from '../token/token-plan.ts';
import { createSessionUse } from '../user-authentication/session-use.ts';
import { refreshTokenGrant } from './refresh-token.ts';
import { parseForm } from './token-form.ts';

const NOW = Date.UTC(2030, 0, 1);
const SECOND = 1000;
const IDLE = 1_000;
const ENCRYPTION_KEY = Buffer.alloc(32, 1);

/** A person's family of refresh tokens, refreshed as by any number of nodes. */
async function family(
  storage: Storage,
  metadata: Partial<ClientMetadata>,
  rules: Partial<RotationRules> = {},
  fields: Partial<RefreshToken> = {},
) {
  const person = user();
  const app = client({}, { grant_types: ['authorization_code', 'refresh_token'], ...metadata });
  const { client_id } = app;
  const of = grant(client_id, { sub: person.sub, created_at: NOW, expires_at: NOW + 100_000 * SECOND });
  const { grant_id } = of;
  const first = generateOpaqueToken();
  await storage.clients.insert(app);
  await storage.users.insert(person);
  await storage.grants.insert(of);
  const { cnf: _bound, ...record } = refreshToken(client_id, {
    token_sha256: hashOpaqueToken(first),
    grant_id,
    sub: person.sub,
    scope: 'offline_access',
    issued_at: NOW,
    expires_at: NOW + IDLE * SECOND,
  });
  await storage.refreshTokens.insert({ ...record, ...fields });

  const told: string[] = [];

  /** One request, planned again where another was faster. @returns the answered refresh token */
  const refresh = async (token: string, at = NOW, node = storage): Promise<string> => {
    const refreshing = refreshTokenGrant({
      storage: node,
      sessionUse: createSessionUse(node, () => ({ absoluteMs: SECOND, idleMs: SECOND })),
      successorOf: successionOf('refresh token', ENCRYPTION_KEY),
      rules: () => ({
        refresh_token_rotation: 'unbound',
        refresh_token_reuse_window: 30,
        refresh_token_idle_lifetime: IDLE,
        max_refresh_token_idle_lifetime: IDLE,
        ...rules,
      }),
    });
    const known = await createClientDirectory(node.clients, node.registry).find(client_id);
    assert.ok(known);
    const plan = await refreshing.plan({
      form: parseForm(`refresh_token=${token}`),
      client: { known, method: known.client.metadata.token_endpoint_auth_method, certificate: undefined },
      issuer: 'https://localhost:9443',
      resources: [],
      detailsTypes: [],
      refuse: async (refusal, _grant_id, ends) => {
        await node.commit(ends);
        throw refusal;
      },
      remote_address: '192.0.2.1',
      now: at,
    });
    const { answered_refresh_token: answered, refresh_token, steps = [], events = [] } = plan;
    assert.ok(answered && refresh_token);
    const record = { ...refresh_token, issued_at: at, expires_at: at + IDLE * SECOND };
    const token_sha256 = hashOpaqueToken(answered.value);
    const stores = answered.isStored ? [] : [node.refreshTokens.steps.insert({ ...record, token_sha256 })];
    const { outcome } = await node.commit([...steps, ...stores]);
    if (outcome !== 'committed') return refresh(token, at, node);
    told.push(...events.map(({ type }) => type));
    return answered.value;
  };
  const isAlive = async () => (await storage.grants.find(grant_id))?.revoked_at === undefined;
  const stored = (token: string) => storage.refreshTokens.find(hashOpaqueToken(token));
  return { first, refresh, isAlive, stored, told };
}

const refusedBecause = (because: string) => (error: unknown) =>
  error instanceof Refusal && error.error === 'invalid_grant' && error.because === because;
const reused = refusedBecause('refresh_token_reused');
const UNBOUND: Partial<ClientMetadata> = { token_endpoint_auth_method: 'none' };
const CONFIDENTIAL: Partial<ClientMetadata> = { token_endpoint_auth_method: 'client_secret_basic' };

onBothDatabases('refresh tokens bound to their client', (test) => {
  test('are kept: 50 of 50 uses at once succeed, on two nodes', async ({ storage, another }) => {
    const { first, refresh, isAlive, stored } = await family(storage, CONFIDENTIAL);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(first, NOW, index % 2 ? storage : another)),
    );
    assert.deepEqual(answers, Array(50).fill(first));
    assert.ok(await isAlive());
    assert.equal((await stored(first))?.used_at, undefined);
  });

  test('end when idle and with their grant; the last use is written coarsely', async ({ storage }) => {
    const { first, refresh, stored } = await family(storage, CONFIDENTIAL);
    const end = async () => ((await stored(first))?.expires_at ?? 0) - NOW;
    await refresh(first, NOW + 49 * SECOND);
    assert.equal(await end(), IDLE * SECOND, 'less than a twentieth of the idle lifetime');
    await refresh(first, NOW + 50 * SECOND);
    assert.equal(await end(), (IDLE + 50) * SECOND);
    const late = NOW + (IDLE + 50) * SECOND;
    await assert.rejects(refresh(first, late), refusedBecause('refresh_token_expired'));
    for (let at = late - 1; at < NOW + 99_900 * SECOND; at += 900 * SECOND) await refresh(first, at);
    await refresh(first, NOW + 99_999 * SECOND);
    assert.equal(await end(), 100_000 * SECOND);
    await assert.rejects(refresh(first, NOW + 100_000 * SECOND), refusedBecause('refresh_token_expired'));
  });

  test('are replaced where that is set', async ({ storage }) => {
    const { first, refresh } = await family(storage, CONFIDENTIAL, { refresh_token_rotation: 'always' });
    assert.notEqual(await refresh(first), first);
  });
});

onBothDatabases('refresh tokens of clients that prove nothing', (test) => {
  test('50 uses at once, on two nodes: one successor, and the family lives', async ({ storage, another }) => {
    const { first, refresh, isAlive } = await family(storage, UNBOUND);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(first, NOW, index % 2 ? storage : another)),
    );
    const [second = ''] = answers;
    assert.notEqual(second, first);
    assert.deepEqual(answers, Array(50).fill(second));
    assert.ok(await isAlive());
    assert.notEqual(await refresh(second, NOW + SECOND), second);
  });

  test('after the window a use revokes this family, and no other', async ({ storage }) => {
    const [one, other] = [await family(storage, UNBOUND), await family(storage, UNBOUND)];
    const [second, next] = [await one.refresh(one.first), await other.refresh(other.first)];
    assert.equal(await one.refresh(one.first, NOW + 30 * SECOND - 1), second);
    await assert.rejects(one.refresh(one.first, NOW + 30 * SECOND), reused);
    assert.equal(await one.isAlive(), false);
    await assert.rejects(one.refresh(second, NOW + 30 * SECOND), refusedBecause('grant_revoked'));
    assert.ok(await other.isAlive());
    assert.ok(await other.refresh(next, NOW + 30 * SECOND));
  });

  test('the window is that of the client, where it has its own', async ({ storage }) => {
    const { first, refresh } = await family(storage, { ...UNBOUND, refresh_token_reuse_window: 0 });
    await refresh(first);
    await assert.rejects(refresh(first), reused);
  });

  test('the window ends when the successor of the successor is used', async ({ storage }) => {
    const { first, refresh, isAlive } = await family(storage, UNBOUND);
    const second = await refresh(first);
    const third = await refresh(second);
    assert.equal(await refresh(first, NOW + SECOND), second, 'the answer with the third may be on its way');
    await refresh(third, NOW + SECOND);
    await assert.rejects(refresh(first, NOW + SECOND), reused);
    assert.equal(await isAlive(), false);
  });

  test('a repeat succeeds at ten different moments, and each is an event', async ({ storage }) => {
    const { first, refresh, isAlive, stored, told } = await family(storage, UNBOUND);
    const second = await refresh(first);
    for (let repeat = 1; repeat <= 10; repeat++) {
      const at = NOW + 2 * repeat * SECOND;
      assert.deepEqual([await refresh(first, at), await refresh(first, at + 999)], [second, second]);
      assert.equal((await stored(first))?.repeats, repeat);
      assert.deepEqual(told, Array(2 * repeat).fill('token.refresh_repeated'));
    }
    await assert.rejects(refresh(first, NOW + 22 * SECOND), reused);
    assert.equal(await isAlive(), false);
  });

  test('a thief who used a copy within the window is found when holder and thief part', async ({
    storage,
  }) => {
    const { first, refresh, isAlive } = await family(storage, UNBOUND);
    const held = await refresh(first);
    assert.equal(await refresh(first, NOW + 5 * SECOND), held, 'the thief has the same, and no branch');
    await refresh(held, NOW + 600 * SECOND);
    await assert.rejects(refresh(held, NOW + 900 * SECOND), reused);
    assert.equal(await isAlive(), false);
  });

  test('a token replaced under another [encryption] key, or by an older version, is used once', async ({
    storage,
  }) => {
    const { first, refresh, isAlive } = await family(storage, UNBOUND);
    await storage.commit([storage.refreshTokens.steps.redeem(hashOpaqueToken(first), NOW)]);
    await assert.rejects(refresh(first), reused);
    assert.equal(await isAlive(), false);
  });
});

describe('successors', () => {
  test('depend on predecessor and key alone, and look like any opaque token', () => {
    const token = generateOpaqueToken();
    const [one, same] = [
      successionOf('refresh token', ENCRYPTION_KEY),
      successionOf('refresh token', Buffer.alloc(32, 1)),
    ];
    assert.equal(one(token), same(token));
    assert.match(one(token), /^[A-Za-z0-9_-]{43}$/);
    assert.notEqual(one(token), successionOf('refresh token', Buffer.alloc(32, 2))(token));
    assert.notEqual(one(token), one(unique('other')));
  });
});

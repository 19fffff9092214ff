import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { parseClientMetadata } from '../client/client-registration.ts';
import { createClientDirectory } from '../client-authentication/client-directory.ts';
import { Refusal } from '../refusal/refusal.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { Step } from '../unit-of-work.ts';
import { createSessionUse } from '../user-authentication/session-use.ts';
import { authorizationCodeGrant } from './authorization-code.ts';
import { refreshTokenGrant } from './refresh-token.ts';
import { parseForm } from './token-form.ts';

const NOW = Date.UTC(2030, 0, 1);
const issuer = 'https://localhost:9443';
let folder: string;
let storage: Storage;
let grant_id: string;

const plan = async (grant: 'code' | 'refresh', form: Record<string, string>, now = NOW) => {
  const known = await createClientDirectory(storage.clients, storage.registry).find('client');
  assert.ok(known);
  const client = { known, method: 'client_secret_basic', certificate: undefined };
  const request = {
    form: parseForm(new URLSearchParams(form).toString()),
    client,
    issuer,
    resources: [],
    detailsTypes: [],
    refuse: async (refusal: Refusal, _grant_id: string, ends: readonly Step[]) => {
      await storage.commit(ends);
      throw refusal;
    },
    remote_address: '192.0.2.1',
    now,
  };
  const rules = () => ({
    refresh_token_rotation: 'unbound' as const,
    refresh_token_reuse_window: 30,
    refresh_token_idle_lifetime: 60,
    max_refresh_token_idle_lifetime: 60,
  });
  const sessionUse = createSessionUse(storage, () => ({ absoluteMs: 12 * 3_600_000, idleMs: 3_600_000 }));
  const refreshing = refreshTokenGrant({ storage, sessionUse, rules, successorOf: (token) => token });
  return (grant === 'code' ? authorizationCodeGrant(storage) : refreshing).plan(request);
};
const refusedBecause = (because: string) => (error: unknown) =>
  error instanceof Refusal && error.error === 'invalid_grant' && error.because === because;

const insertCode = async (fields: { code_challenge?: string; expires_at?: number } = {}) => {
  const code = generateOpaqueToken();
  await storage.authorizationCodes.insert({
    code_sha256: hashOpaqueToken(code),
    grant_id,
    client_id: 'client',
    sub: 'person',
    scope: 'openid',
    auth_time: NOW / 1000 - 60,
    session_id: 'session',
    expires_at: NOW + 60_000,
    ...fields,
  });
  return code;
};
const insertRefreshToken = async (fields: Partial<RefreshToken> = {}) => {
  const token = generateOpaqueToken();
  await storage.refreshTokens.insert({
    token_sha256: hashOpaqueToken(token),
    grant_id,
    client_id: 'client',
    sub: 'person',
    scope: 'openid offline_access',
    issued_at: NOW,
    expires_at: NOW + 60_000,
    ...fields,
  });
  return token;
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-grant-'));
  storage = await openStorage({ type: 'sqlite', file: join(folder, 'test.db') });
  await storage.clients.insert({
    client_id: 'client',
    client_id_issued_at: 0,
    metadata: parseClientMetadata({ client_name: 'Client', redirect_uris: ['https://client.example/cb'] }),
    enabled: true,
    revision: 1,
  });
  await storage.users.insert({
    sub: 'person',
    username: 'ada',
    password_hash: 'none',
    roles: [],
    claims: {},
    enabled: true,
    created_at: 0,
    revision: 1,
  });
});
after(async () => {
  await storage.close();
  await rm(folder, { recursive: true, force: true });
});
const newGrant = async () => {
  grant_id = generateOpaqueToken();
  await storage.grants.insert({
    grant_id,
    client_id: 'client',
    sub: 'person',
    scope: 'openid',
    created_at: NOW,
    expires_at: NOW + 3_600_000,
  });
};
beforeEach(newGrant);

test('a code is good until its end and no longer', async () => {
  const expires_at = NOW + 60_000;
  assert.equal(
    (await plan('code', { code: await insertCode({ expires_at }) }, expires_at - 1)).sub,
    'person',
  );
  const late = { code: await insertCode({ expires_at }) };
  await assert.rejects(plan('code', late, expires_at), refusedBecause('code_expired'));
});

test('the verifier of RFC 7636 appendix B fits its challenge, and nothing else does', async () => {
  const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  assert.ok(await plan('code', { code: await insertCode({ code_challenge }), code_verifier }));
  for (const wrong of [{}, { code_verifier: code_challenge }, { code_verifier: `${code_verifier}x` }]) {
    await newGrant();
    const form = { code: await insertCode({ code_challenge }), ...wrong };
    await assert.rejects(plan('code', form), refusedBecause('pkce_verifier_differs'));
  }
});

test('a code presented wrongly is spent, and its grant is over', async () => {
  const code = await insertCode();
  await assert.rejects(
    plan('code', { code, code_verifier: 'v'.repeat(43) }),
    refusedBecause('pkce_verifier_differs'),
  );
  assert.ok((await storage.grants.find(grant_id))?.revoked_at);
  await assert.rejects(plan('code', { code }), refusedBecause('code_reused'));
});

test('a code of a grant that was revoked meanwhile is refused', async () => {
  const code = await insertCode();
  await storage.grants.revoke(grant_id, NOW);
  await assert.rejects(plan('code', { code }), refusedBecause('grant_revoked'));
});

test('a refresh token ends when idle too long, and with its grant', async () => {
  const idle = { refresh_token: await insertRefreshToken() };
  await assert.rejects(plan('refresh', idle, NOW + 60_000), refusedBecause('refresh_token_expired'));
  const { refresh_token, not_after } = await plan('refresh', idle, NOW + 59_999);
  assert.equal(refresh_token?.grant_id, grant_id);
  assert.equal(not_after, NOW + 3_600_000);
  const kept = { refresh_token: await insertRefreshToken({ expires_at: NOW + 9_000_000 }) };
  await assert.rejects(plan('refresh', kept, NOW + 3_600_000), refusedBecause('refresh_token_expired'));
});

test('a scope the client is no longer registered for is dropped', async () => {
  const refresh_token = await insertRefreshToken({ scope: 'openid offline_access withdrawn' });
  assert.equal((await plan('refresh', { refresh_token })).scope, 'openid offline_access');
});

test('a session that expired ends a refresh token without offline_access, unless its client refreshed since', async () => {
  const session = {
    session_id: 'short',
    secret_sha256: 'hash',
    sub: 'person',
    auth_time: 0,
    amr: [],
    client_ids: [],
    created_at: NOW,
    last_seen_at: NOW,
    expires_at: NOW + 1000,
  };
  await storage.sessions.insert(session);
  const of = { scope: 'openid', session_id: 'short' };
  assert.ok(await plan('refresh', { refresh_token: await insertRefreshToken(of) }, NOW + 999));
  const late = { refresh_token: await insertRefreshToken(of) };
  await assert.rejects(plan('refresh', late, NOW + 1000), refusedBecause('session_ended'));
  const offline = await insertRefreshToken({ ...of, scope: 'openid offline_access' });
  assert.ok(await plan('refresh', { refresh_token: offline }, NOW + 1000));
  const used = { refresh_token: await insertRefreshToken(of) };
  await storage.commit((await plan('refresh', used, NOW + 999)).steps ?? []);
  assert.ok(await plan('refresh', used, NOW + 1000));
});

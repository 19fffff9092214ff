import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { parseClientMetadata } from '../../client/client-registration.ts';
import { systemClock } from '../../clock.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { generateOpaqueToken } from '../../token/opaque-token.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { browserOf, createPendingRequests, type PendingRequests } from './pending-request.ts';

let folder: string;
let storage: Storage;
let pending: PendingRequests;
const browser = generateOpaqueToken();
const cookie = `other=1; __Host-countersign-browser=${browser}; third=x`;
const request: AuthorizationRequest = {
  client_id: 'client',
  redirect_uri: 'https://client.example/cb',
  redirect_uri_named: true,
  response_mode: 'query',
  scope: 'openid email',
  prompt: ['login'],
  login_hint: 'ada',
};
const client = {
  client_id: 'client',
  client_id_issued_at: 0,
  metadata: parseClientMetadata({
    client_name: 'Client',
    redirect_uris: ['https://client.example/cb'],
    logo_uri: 'https://client.example/logo.png',
  }),
  enabled: true,
  revision: 1,
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-pending-'));
  storage = await openStorage({ type: 'sqlite', file: join(folder, 'test.db') });
  pending = createPendingRequests(storage, 'https://localhost:9443', systemClock);
});
after(async () => {
  await storage.close();
  await rm(folder, { recursive: true, force: true });
});

test('pages see what they need of a request, in its own browser alone', async () => {
  const id = await pending.open(request, client, { created_at: 1_000_000 }, browser);
  assert.deepEqual(await pending.find(id, cookie), {
    id,
    client: { client_id: 'client', client_name: 'Client', logo_uri: 'https://client.example/logo.png' },
    redirect_uri: 'https://client.example/cb',
    scopes: ['openid', 'email'],
    prompt: ['login'],
    login_hint: 'ada',
    signed_in_after: 1_000_000,
  });
  const another = `__Host-countersign-browser=${generateOpaqueToken()}`;
  for (const stranger of [undefined, '', another, '__Host-countersign-browser=']) {
    assert.equal(await pending.find(id, stranger), undefined);
  }
  assert.equal(await pending.find('x', cookie), undefined);
  assert.equal(await pending.find(generateOpaqueToken(), cookie), undefined);
});

test('refusing and agreeing are remembered until the request is finished, once', async () => {
  const id = await pending.open(request, client, { created_at: 1 }, browser);
  const url = `https://localhost:9443/oauth2/authorize/continue?request=${id}`;
  assert.equal(pending.continueUrl(id), url);
  await storage.commit(await pending.consent(id, 'ada', ['openid']));
  assert.equal(await pending.refuse(id), url);
  const resumed = await pending.resume(id, browser, undefined);
  assert.deepEqual(resumed?.request, request);
  assert.deepEqual(resumed?.progress, {
    created_at: 1,
    refused: true,
    consented: { sub: 'ada', scopes: ['openid'] },
  });
  const finished = await Promise.all([1, 2, 3].map(() => storage.commit(resumed?.finishing ?? [])));
  assert.equal(finished.filter(({ outcome }) => outcome === 'committed').length, 1);
  assert.equal(await pending.resume(id, browser, undefined), undefined);
});

test('a request of no browser becomes the first one’s, with the session it has then', async () => {
  const id = await pending.open(request, client, { created_at: 1 }, undefined);
  assert.equal(await pending.find(id, cookie), undefined, 'no page shows it yet');
  const first = await pending.resume(id, browser, 'session');
  assert.equal(first?.progress.session_at_start, 'session');
  assert.equal(await pending.resume(id, generateOpaqueToken(), 'session'), undefined);
  assert.equal((await pending.resume(id, browser, 'later'))?.progress.session_at_start, 'session');
  assert.ok(await pending.find(id, cookie));
});

test('the browser is known by a well-formed cookie', () => {
  assert.equal(browserOf(cookie), browser);
  assert.equal(browserOf('__Host-countersign-browser=short'), undefined);
  assert.equal(browserOf(undefined), undefined);
});

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
import { parametersOf } from './parameters.ts';
import { clientOfRequest, createPendingRequests, type PendingRequests } from './pending-request.ts';
import { createPushedRequests } from './pushed-request.ts';

let folder: string;
let storage: Storage;
let pending: PendingRequests;
const browser = generateOpaqueToken();
const cookie = `other=1; __Host-countersign-browser=${browser}; third=x`;
const browserWith = (...secrets: readonly string[]) => ({
  secrets,
  secret: () => secrets[0] ?? generateOpaqueToken(),
});
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
  const before = Date.now();
  await storage.commit(await pending.consent(id, 'ada', ['openid']));
  assert.equal(await pending.refuse(id), url);
  const resumed = await pending.resume(id, browserWith(browser), undefined);
  assert.deepEqual(resumed?.request, request);
  const { consented: { at = 0, ...consented } = {}, ...progress } = resumed?.progress ?? {};
  assert.deepEqual(progress, { created_at: 1, refused: true });
  assert.deepEqual(consented, { sub: 'ada', scopes: ['openid'] });
  assert.ok(at >= before && at <= Date.now(), `${at}`);
  const finished = await Promise.all([1, 2, 3].map(() => storage.commit(resumed?.ending ?? [])));
  assert.equal(finished.filter(({ outcome }) => outcome === 'committed').length, 1);
  assert.equal(await pending.resume(id, browserWith(browser), undefined), undefined);
});

test('a request of no browser becomes the first one’s, with the session it has then', async () => {
  const id = await pending.open(request, client, { created_at: 1 }, undefined);
  assert.equal(await pending.find(id, cookie), undefined, 'no page shows it yet');
  const first = await pending.resume(id, browserWith(browser), 'session');
  assert.equal(first?.progress.session_at_start, 'session');
  assert.equal(await pending.resume(id, browserWith(generateOpaqueToken()), 'session'), undefined);
  assert.equal(
    (await pending.resume(id, browserWith(browser), 'later'))?.progress.session_at_start,
    'session',
  );
  assert.ok(await pending.find(id, cookie));
});

test('of two browsers that come at once with a request of no browser one has it', async () => {
  const id = await pending.open(request, client, { created_at: 1 }, undefined);
  const resumed = await Promise.all(
    Array.from({ length: 10 }, () => pending.resume(id, browserWith(generateOpaqueToken()), undefined)),
  );
  assert.equal(resumed.filter((found) => found !== undefined).length, 1);
});

test('its name says of which client it was, also when nothing is left of it', async () => {
  const id = await pending.open(request, client, { created_at: 1 }, browser);
  assert.equal(clientOfRequest(id), 'client');
  assert.equal(clientOfRequest(generateOpaqueToken()), undefined);
  const [token = ''] = id.split('.');
  assert.equal((await pending.find(`${token}.another`, cookie))?.client.client_id, 'client');
});

test('the first decision about a pushed request is that of everybody who loaded it', async () => {
  const pushed = createPushedRequests(storage.ephemerals, systemClock);
  const loads = async () => {
    const { request_uri } = await pushed.push('client', parametersOf({ client_id: 'client' }));
    const { end } = await pushed.find(request_uri, 'client');
    const opened = await Promise.all(
      [1, 2].map(() => pending.open(request, client, { created_at: 1 }, browser, end)),
    );
    return { request_uri, one: opened[0] ?? '', two: opened[1] ?? '' };
  };
  const resume = (id: string) => pending.resume(id, browserWith(browser), undefined);

  const denied = await loads();
  const other = await resume(denied.two);
  await pending.refuse(denied.one);
  assert.equal(await pending.find(denied.two, cookie), undefined);
  assert.equal(await resume(denied.two), undefined);
  assert.equal((await storage.commit(other?.deciding ?? [])).outcome, 'refused', 'nor by what it was');
  await assert.rejects(pushed.find(denied.request_uri, 'client'));
  const told = await resume(denied.one);
  assert.equal(told?.progress.refused, true);
  assert.equal((await storage.commit(told?.ending ?? [])).outcome, 'committed', 'the client hears of it');

  const granted = await loads();
  const [one, two] = [await resume(granted.one), await resume(granted.two)];
  const outcomes = await Promise.all([one, two].map((found) => storage.commit(found?.deciding ?? [])));
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), ['committed', 'refused']);

  const open = await loads();
  await storage.commit((await resume(open.one))?.ending ?? []);
  assert.ok(await pending.find(open.two, cookie), 'what nobody decided ends nothing else');
  await pushed.find(open.request_uri, 'client');
});

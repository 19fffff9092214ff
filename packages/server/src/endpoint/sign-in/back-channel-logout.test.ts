import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../test/eventually.ts';
import { recorderInto } from '../../../test/recorder-into.ts';
import { openTestStorage } from '../../../test/test-storage.ts';
import { UNCHANGED } from '../../../test/unchanged-registry.ts';
import type { Client } from '../../client/client.ts';
import { ClientMetadata } from '../../client/client-metadata.ts';
import { systemClock } from '../../clock.ts';
import type { EventDraft } from '../../event/event.ts';
import { OutboundRefused, type OutboundRequest } from '../../outbound/outbound-fetch.ts';
import { openKeyRing } from '../../token/key-ring.ts';
import { createSubjects } from '../../token/pairwise-subject.ts';
import type { StoredServerKey } from '../../token/server-key.ts';
import type { Session } from '../../user/session.ts';
import { createBackChannelLogout } from './back-channel-logout.ts';

const session = (client_ids: readonly string[]): Session => ({
  session_id: 'sid-1',
  secret_sha256: 'x',
  sub: 'anna',
  auth_time: 1,
  amr: ['pwd'],
  client_ids,
  created_at: 1,
  last_seen_at: 1,
  expires_at: 2,
});

const subjects = createSubjects(randomBytes(32));

const client = (client_id: string, metadata: Partial<ClientMetadata> = {}): Client => ({
  client_id,
  client_id_issued_at: 1,
  enabled: true,
  revision: 1,
  metadata: ClientMetadata.parse({
    client_name: client_id,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    backchannel_logout_uri: `https://${client_id}.example/logout`,
    ...metadata,
  }),
});

const refusedWith = (status: number) =>
  new OutboundRefused('status', `the server answered ${status}`, { presented: status });

async function sender(
  t: TestContext,
  clients: readonly Client[],
  answers: (request: OutboundRequest) => Error | undefined,
) {
  const storage = await openTestStorage(t);
  const stored: StoredServerKey[] = [];
  const keyRing = await openKeyRing(
    {
      list: async () => stored,
      insertIfNone: async (key) => {
        stored.push(key);
      },
    },
    'ES256',
    randomBytes(32),
    UNCHANGED,
    systemClock,
  );
  const requests: OutboundRequest[] = [];
  const events: EventDraft[] = [];
  const logout = createBackChannelLogout({
    issuer: 'https://issuer.example',
    clients: { find: async (client_id: string) => clients.find((known) => known.client_id === client_id) },
    clock: systemClock,
    keyRing,
    subjects,
    retryAfterMs: [1, 1],
    fetch: async (request) => {
      requests.push(request);
      const failure = answers(request);
      if (failure) throw failure;
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
    events: recorderInto(events),
    storage,
    reportError: (error) => assert.fail(error),
  });
  t.after(() => logout.close());
  /** What stands in the database to be told. */
  const left = () => storage.ephemerals.list('logout-notice', Date.now(), 100);
  /** Ends a session and waits until nothing happens any more. */
  const end = async (client_ids: readonly string[], settled: number) => {
    await storage.commit(logout.steps(session(client_ids)));
    assert.equal((await left()).length, client_ids.length);
    logout.tell(session(client_ids));
    while (events.length < settled) await new Promise((resolve) => setImmediate(resolve));
  };
  return { storage, logout, requests, events, end, left };
}

const tokenOf = ({ body }: OutboundRequest): string =>
  new URLSearchParams(Buffer.from(body ?? []).toString()).get('logout_token') ?? '';
const partsOf = (token: string): readonly unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

test('each client of the session gets a token of its own, by POST', async (t) => {
  const { requests, events, end } = await sender(
    t,
    [client('one'), client('two', { id_token_signed_response_alg: 'EdDSA' })],
    () => undefined,
  );
  await end(['one', 'two'], 2);
  const sent = new Map(requests.map((request) => [request.url, request]));
  assert.deepEqual([...sent.keys()].toSorted(), ['https://one.example/logout', 'https://two.example/logout']);
  for (const [name, alg] of [
    ['one', 'ES256'],
    ['two', 'EdDSA'],
  ] as const) {
    const request = sent.get(`https://${name}.example/logout`);
    assert(request);
    assert.equal(request.method, 'POST');
    assert.equal(request.headers?.['content-type'], 'application/x-www-form-urlencoded');
    const [header, payload] = partsOf(tokenOf(request));
    assert.partialDeepStrictEqual(header, { typ: 'logout+jwt', alg });
    assert.partialDeepStrictEqual(payload, {
      iss: 'https://issuer.example',
      aud: name,
      sub: 'anna',
      sid: 'sid-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
  }
  assert.deepEqual(
    events.map(({ type }) => type),
    ['logout_token.delivered', 'logout_token.delivered'],
  );
});

test('clients without a URI, disabled or gone are passed over', async (t) => {
  const { backchannel_logout_uri: _uri, ...silent } = client('silent').metadata;
  const { requests, end } = await sender(
    t,
    [{ ...client('silent'), metadata: silent }, { ...client('off'), enabled: false }, client('one')],
    () => undefined,
  );
  await end(['silent', 'off', 'gone', 'one'], 1);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ['https://one.example/logout'],
  );
});

test('a client of pairwise subjects is told of person and session by the names it knows them by', async (t) => {
  const pairwise = client('one', { subject_type: 'pairwise', redirect_uris: ['https://one.example/cb'] });
  const { requests, end } = await sender(t, [pairwise, client('two')], () => undefined);
  await end(['one', 'two'], 2);
  const [told, plain] = ['one', 'two'].map((name) => {
    const request = requests.find(({ url }) => url.includes(name));
    assert(request);
    return partsOf(tokenOf(request))[1];
  });
  assert.partialDeepStrictEqual(plain, { sub: 'anna', sid: 'sid-1' });
  assert.doesNotMatch(JSON.stringify(told), /anna|sid-1/);
  assert.partialDeepStrictEqual(told, {
    sub: subjects.of(pairwise, 'anna'),
    sid: subjects.sessionOf(pairwise, 'sid-1'),
  });
});

test('a passing failure is tried again, with a fresh token', async (t) => {
  let attempts = 0;
  const { requests, events, end } = await sender(t, [client('one')], () =>
    ++attempts < 3
      ? attempts === 1
        ? refusedWith(503)
        : new OutboundRefused('network', 'reset')
      : undefined,
  );
  await end(['one'], 1);
  assert.equal(requests.length, 3);
  assert.equal(new Set(requests.map(tokenOf)).size, 3);
  assert.equal(events[0]?.type, 'logout_token.delivered');
});

test('attempts are bounded, and the operator learns why they failed', async (t) => {
  const { requests, events, end } = await sender(t, [client('one')], () => refusedWith(500));
  await end(['one'], 1);
  assert.equal(requests.length, 3);
  assert.partialDeepStrictEqual(events, [
    {
      type: 'logout_token.undelivered',
      outcome: 'failure',
      client_id: 'one',
      evidence: { presented: 500, attempts: 3, why: 'the server answered 500' },
    },
  ]);
});

test('a refusal of the client is final', async (t) => {
  const { requests, events, end } = await sender(t, [client('one')], () => refusedWith(400));
  await end(['one'], 1);
  assert.equal(requests.length, 1);
  assert.equal(events[0]?.type, 'logout_token.undelivered');
});

test('one client’s failure is not another’s', async (t) => {
  const { events, end } = await sender(t, [client('one'), client('two')], ({ url }) =>
    url.includes('one') ? new Error('unforeseen') : undefined,
  );
  await end(['one', 'two'], 2);
  assert.deepEqual(events.map(({ type, client_id }) => `${client_id} ${type}`).toSorted(), [
    'one logout_token.undelivered',
    'two logout_token.delivered',
  ]);
});

test('closing leaves what waits to the next process', async (t) => {
  const { storage, logout, requests, events, left } = await sender(t, [client('one')], () =>
    refusedWith(503),
  );
  await storage.commit(logout.steps(session(['one'])));
  logout.tell(session(['one']));
  await logout.close();
  assert(requests.length >= 1);
  assert.equal((await left()).length, events.length === 0 ? 1 : 0);
});

test('what was told is over', async (t) => {
  const { end, left } = await sender(t, [client('one')], () => undefined);
  await end(['one', 'gone'], 1);
  await eventually(left, (notices) => notices.length === 0);
});

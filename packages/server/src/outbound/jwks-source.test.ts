import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { selfSigned, serveHttps } from '../../test/https-on-loopback.ts';
import { systemClock } from '../clock.ts';
import { createJwksSource, type JwksResult, type JwksSourceOptions, lifetimeOf } from './jwks-source.ts';
import { createOutboundFetch, type OutboundFetch, OutboundRefused } from './outbound-fetch.ts';

const URI = 'https://client.example/jwks';
const identity = await selfSigned('loopback');

const SECOND = 1_000;
const HOUR = 3_600_000;

const jwks = (...kids: string[]) =>
  JSON.stringify({
    keys: kids.map((kid) => ({ ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid })),
  });

const kids = (result: JwksResult | undefined): (string | undefined)[] | undefined =>
  result === undefined || result.kind === 'unavailable' ? undefined : result.keys.map(({ kid }) => kid);

const failure = (result: JwksResult): string | undefined =>
  result.kind === 'fresh' ? undefined : result.failure.because;

/** A source over a publisher that is not there: what it answers, how often it was asked, and the clock are the test's. */
function published(options: Partial<JwksSourceOptions> = {}) {
  const at = {
    now: 1_000_000_000_000,
    fetches: 0,
    headers: {} as Readonly<Record<string, string>>,
    document: jwks('a'),
    down: false,
    /** Fetches wait for this before they answer. */
    gate: Promise.resolve(),
  };
  const fetch: OutboundFetch = async () => {
    at.fetches += 1;
    await at.gate;
    if (at.down) throw new OutboundRefused('network', 'down', { code: 'ECONNREFUSED' });
    return { status: 200, headers: at.headers, body: Buffer.from(at.document) };
  };
  const source = createJwksSource(fetch, { clock: () => at.now, random: () => 1, ...options });
  return { at, source };
}

test('keys are fetched once and held for the hour', async () => {
  const { at, source } = published();
  assert.equal(source.peek(URI), undefined);
  const first = await source.keysOf(URI);
  assert.equal(first.kind, 'fresh');
  assert.deepEqual(kids(first), ['a']);
  assert.equal(await source.keysOf(URI), first);
  assert.equal(source.peek(URI), first);
  at.now += HOUR - 1;
  await source.keysOf(URI);
  assert.equal(at.fetches, 1);
  at.now += 1;
  assert.equal(source.peek(URI), undefined);
  await source.keysOf(URI);
  assert.equal(at.fetches, 2);
});

test('the lifetime follows Cache-Control within its bounds', () => {
  const lifetimes: readonly (readonly [header: string, seconds: number])[] = [
    ['', 3600],
    ['public', 3600],
    ['max-age=600', 600],
    ['public, Max-Age="600", immutable', 600],
    ['max-age=1', 60],
    ['max-age=0', 60],
    ['no-store', 60],
    ['no-cache, max-age=600', 60],
    ['max-age=99999999999999999999', 86_400],
    ['max-age=-5', 3600],
    ['s-maxage=5', 3600],
  ];
  for (const [header, seconds] of lifetimes) {
    assert.equal(lifetimeOf({ 'cache-control': header }), seconds * SECOND, header);
  }
  assert.equal(lifetimeOf({}), HOUR);
  assert.equal(lifetimeOf({ 'cache-control': 'max-age=600', age: '100' }), 500 * SECOND);
  assert.equal(lifetimeOf({ 'cache-control': 'max-age=600', age: 'old' }), 600 * SECOND);
});

test('the publisher decides the lifetime', async () => {
  const { at, source } = published();
  at.headers = { 'cache-control': 'max-age=120' };
  await source.keysOf(URI);
  at.now += 119 * SECOND;
  assert.ok(source.peek(URI));
  at.now += SECOND;
  assert.equal(source.peek(URI), undefined);
});

test('the generation changes with the keys and with nothing else', async () => {
  const { at, source } = published();
  const first = await source.keysOf(URI);
  at.now += HOUR;
  const same = await source.keysOf(URI);
  assert.equal(same.generation, first.generation);
  assert.notEqual(same, first);
  at.document = jwks('b');
  at.now += HOUR;
  assert.notEqual((await source.keysOf(URI)).generation, first.generation);
});

test('an unknown certificate brings one refresh in ten seconds, for all who ask', async () => {
  const { at, source } = published();
  await source.keysOf(URI);
  at.document = jwks('b');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => source.refreshFor(URI, 'unknown-certificate')),
  );
  assert.equal(at.fetches, 2);
  assert.equal(new Set(answers).size, 1);
  assert.deepEqual(kids(answers[0]), ['b']);

  at.document = jwks('c');
  at.now += 9_999;
  assert.deepEqual(kids(await source.refreshFor(URI, 'unknown-kid')), ['b']);
  assert.equal(at.fetches, 2);
  at.now += 1;
  assert.deepEqual(kids(await source.refreshFor(URI, 'unknown-kid')), ['c']);
});

test('the refresh interval is of one URI', async () => {
  const { at, source } = published({ refreshIntervalMs: 1 });
  await source.keysOf(URI);
  await source.refreshFor(URI, 'unknown-kid');
  await source.keysOf(`${URI}2`);
  await source.refreshFor(`${URI}2`, 'unknown-kid');
  assert.equal(at.fetches, 4);
  at.now += 1;
  await source.refreshFor(URI, 'unknown-kid');
  assert.equal(at.fetches, 5);
});

test('failures without keys are remembered and retried after growing delays', async () => {
  const { at, source } = published();
  at.down = true;
  const first = await source.keysOf(URI);
  assert.equal(first.kind, 'unavailable');
  assert.equal(failure(first), 'network');
  assert.equal(source.peek(URI), first);
  const delays: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = source.peek(URI);
    assert.ok(before?.kind === 'unavailable');
    delays.push(before.nextAttemptAt - at.now);
    at.now = before.nextAttemptAt - 1;
    await source.keysOf(URI);
    await source.refreshFor(URI, 'unknown-certificate');
    assert.equal(at.fetches, i + 1, 'nothing is fetched before the delay is over');
    at.now += 1;
    assert.equal(source.peek(URI), undefined);
    await source.keysOf(URI);
  }
  assert.deepEqual(
    delays,
    [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * SECOND),
  );

  at.down = false;
  at.now += 60 * SECOND;
  assert.equal((await source.keysOf(URI)).kind, 'fresh');
  at.down = true;
  at.now += HOUR;
  const again = await source.keysOf(URI);
  assert.ok(again.kind === 'stale');
  assert.equal(again.nextAttemptAt - at.now, SECOND, 'a success starts the delays anew');
});

test('the delay is jittered to between half and all of it', async () => {
  for (const [random, delay] of [
    [0, 500],
    [0.5, 750],
  ] as const) {
    const { at, source } = published({ random: () => random });
    at.down = true;
    const result = await source.keysOf(URI);
    assert.ok(result.kind === 'unavailable');
    assert.equal(result.nextAttemptAt - at.now, delay);
  }
});

test('while the publisher is down the last good keys are served, a day past their lifetime', async () => {
  const { at, source } = published();
  const good = await source.keysOf(URI);
  at.down = true;
  at.now += HOUR;
  const stale = await source.keysOf(URI);
  assert.ok(stale.kind === 'stale');
  assert.deepEqual(kids(stale), ['a']);
  assert.equal(stale.generation, good.generation);
  assert.deepEqual(stale.failure, {
    because: 'network',
    message: 'down',
    evidence: { code: 'ECONNREFUSED' },
  });
  assert.equal(source.peek(URI), stale);

  at.now = stale.usableUntil - 1;
  assert.deepEqual(kids(await source.keysOf(URI)), ['a']);
  at.now = stale.usableUntil;
  assert.equal(stale.usableUntil - stale.expiresAt, 24 * HOUR);
  const over = await source.keysOf(URI);
  assert.equal(over.kind, 'unavailable');
  assert.notEqual(over.generation, good.generation);

  at.down = false;
  at.now += HOUR;
  const back = await source.keysOf(URI);
  assert.equal(back.kind, 'fresh');
  assert.notEqual(back.generation, good.generation, 'a decision forgotten once stays forgotten');
});

test('keys that nobody asked for in days are not served when their renewal fails', async () => {
  const { at, source } = published();
  await source.keysOf(URI);
  at.down = true;
  at.now += 26 * HOUR;
  assert.equal((await source.keysOf(URI)).kind, 'unavailable');
});

test('stale keys are answered at once and renewed behind the request', async () => {
  const { at, source } = published();
  await source.keysOf(URI);
  at.down = true;
  at.now += HOUR;
  await source.keysOf(URI);
  at.down = false;
  at.document = jwks('b');
  const gate = Promise.withResolvers<void>();
  at.gate = gate.promise;
  at.now += SECOND;
  assert.equal(source.peek(URI), undefined);
  assert.deepEqual(kids(await source.keysOf(URI)), ['a']);
  gate.resolve();
  assert.deepEqual(kids(await source.refreshFor(URI, 'unknown-certificate')), ['b'], 'the renewal is shared');
  assert.equal(at.fetches, 3);
});

test('a refresh that fails leaves the keys in use and says why it failed', async () => {
  const { at, source } = published();
  await source.keysOf(URI);
  at.document = '<html>';
  const result = await source.refreshFor(URI, 'unknown-certificate');
  assert.equal(result.kind, 'stale');
  assert.equal(failure(result), 'html');
  assert.deepEqual(kids(result), ['a']);
});

test('the URIs held are bounded; the least recently used gives way, its generation never returns', async () => {
  const { at, source } = published({ maxUris: 2 });
  const first = await source.keysOf('https://a.example/');
  await source.keysOf('https://b.example/');
  await source.keysOf('https://a.example/');
  await source.keysOf('https://c.example/');
  assert.equal(source.peek('https://b.example/'), undefined);
  // Looking at keys that are held is using them.
  assert.ok(source.peek('https://a.example/'));
  await source.keysOf('https://b.example/');
  assert.equal(source.peek('https://c.example/'), undefined);
  assert.ok(source.peek('https://a.example/'));
  await source.keysOf('https://b.example/');
  await source.keysOf('https://c.example/');
  assert.equal(source.peek('https://a.example/'), undefined);
  assert.notEqual((await source.keysOf('https://a.example/')).generation, first.generation);
  assert.equal(at.fetches, 6);
});

test('a URI that gives way while its fetch is under way is not fetched a second time beside it', async () => {
  const { at, source } = published({ maxUris: 1 });
  const gate = Promise.withResolvers<void>();
  at.gate = gate.promise;
  const answers = ['a', 'b', 'a'].map((host) => source.keysOf(`https://${host}.example/`));
  gate.resolve();
  await Promise.all(answers);
  assert.equal(at.fetches, 2);
});

test('an error nobody foresaw is a failure like others, not a rejection', async () => {
  const source = createJwksSource(() => Promise.reject(new TypeError('surprise')), { clock: systemClock });
  const result = await source.keysOf(URI);
  assert.equal(failure(result), 'unexpected');
});

test('every attempt is told with what asked for it', async () => {
  const told: string[] = [];
  const { at, source } = published({
    onAttempt: (uri, asked, { kind }) => told.push(`${uri} ${asked} ${kind}`),
  });
  await source.keysOf(URI);
  at.down = true;
  await source.refreshFor(URI, 'unknown-kid');
  assert.deepEqual(told, [`${URI} lifetime fresh`, `${URI} unknown-kid stale`]);
});

/** A source over a real https server on loopback. */
async function served(t: TestContext, listener: RequestListener, options: Partial<JwksSourceOptions> = {}) {
  const seen = { requests: 0 };
  const server = await serveHttps(t, identity, (request, response) => {
    seen.requests += 1;
    listener(request, response);
  });
  const fetch = createOutboundFetch({
    allowedAddresses: ['127.0.0.1'],
    trustedCertificates: [identity.pem],
  });
  t.after(() => fetch.close());
  return {
    source: createJwksSource(fetch, { clock: systemClock, ...options }),
    uri: `${server.origin}/jwks.json`,
    server,
    seen,
  };
}

test('over https: 50 requests at once make one fetch', async (t) => {
  const document = jwks('a');
  const { source, uri, seen } = await served(t, (_request, response) => {
    response.setHeader('content-type', 'application/jwk-set+json').end(document);
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => source.keysOf(uri)));
  assert.equal(seen.requests, 1);
  for (const answer of answers) assert.deepEqual(kids(answer), ['a']);
});

test('over https: rotated keys are known after one refresh', async (t) => {
  let document = jwks('old');
  const { source, uri, seen } = await served(t, (_request, response) => {
    response.setHeader('content-type', 'application/json').end(document);
  });
  assert.deepEqual(kids(await source.keysOf(uri)), ['old']);
  document = jwks('old', 'new');
  assert.deepEqual(kids(await source.keysOf(uri)), ['old']);
  assert.deepEqual(kids(await source.refreshFor(uri, 'unknown-certificate')), ['old', 'new']);
  assert.equal(seen.requests, 2);
});

test('over https: a server that goes down leaves stale keys, one that never was leaves none', async (t) => {
  const { source, uri, server } = await served(t, (_request, response) => {
    response.setHeader('content-type', 'application/json').end(jwks('a'));
  });
  await source.keysOf(uri);
  await server.stop();
  const stale = await source.refreshFor(uri, 'unknown-certificate');
  assert.deepEqual([stale.kind, failure(stale), kids(stale)], ['stale', 'network', ['a']]);
  const none = await source.keysOf(`${uri}?other`);
  assert.deepEqual([none.kind, failure(none)], ['unavailable', 'network']);
});

test('over https: what is no usable key set is refused with its cause', async (t) => {
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const many = JSON.stringify({ keys: Array.from({ length: 2_000 }, () => key) });
  const answers: Record<string, RequestListener> = {
    'media-type': (_request, response) => response.setHeader('content-type', 'text/html').end('<html>'),
    html: (_request, response) =>
      response.setHeader('content-type', 'application/json').end('<!doctype html>'),
    'too-many-keys': (_request, response) => response.setHeader('content-type', 'application/json').end(many),
    'too-large': (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(20_000_000, ' '))),
    'address-not-allowed': (_request, response) =>
      response.writeHead(302, { location: 'https://10.0.0.1/jwks.json' }).end(),
    status: (_request, response) => response.writeHead(404).end(),
    timeout: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    },
  };
  const { source, uri } = await served(
    t,
    (request, response) => answers[request.url?.split('?')[1] ?? '']?.(request, response),
    { timeoutMs: 4_000 },
  );
  const causes = Object.keys(answers);
  const results = await Promise.all(causes.map((cause) => source.keysOf(`${uri}?${cause}`)));
  assert.deepEqual(results.map(failure), causes);
});

test('a caller cannot wait longer than five seconds', async () => {
  let asked = 0;
  const fetch: OutboundFetch = async ({ timeoutMs }) => {
    asked = timeoutMs;
    return { status: 200, headers: {}, body: Buffer.from('{"keys":[]}') };
  };
  await createJwksSource(fetch, { clock: systemClock, timeoutMs: 60_000 }).keysOf(URI);
  assert.equal(asked, 5_000);
});

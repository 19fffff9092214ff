import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { selfSigned, serveHttp, serveHttps } from '../../test/https-on-loopback.ts';
import { systemClock } from '../clock.ts';
import { createOutboundBudget, OUTBOUND_LIMITS } from './outbound-budget.ts';
import {
  createOutboundFetch,
  type OutboundFetchOptions,
  type OutboundRefusalCause,
  OutboundRefused,
} from './outbound-fetch.ts';

const NAME = 'keys.example.test';
const identity = await selfSigned('loopback', [NAME]);
const LIMITS = { purpose: 'keys' as const, maxBytes: 10_000, timeoutMs: 30_000 };
const LOOPBACK = { allowedAddresses: ['127.0.0.1'], trustedCertificates: [identity.pem] };

function outbound(t: TestContext, options: OutboundFetchOptions = LOOPBACK) {
  // How long a fetch waits for its turn is the budget's to test: here the machine may be as slow as it is.
  const budget = createOutboundBudget(systemClock, { ...OUTBOUND_LIMITS, waitMs: 60_000 });
  const fetch = createOutboundFetch({ budget, ...options });
  t.after(() => fetch.close());
  return fetch;
}

async function refused(
  promise: Promise<unknown>,
  because: OutboundRefusalCause,
  evidence: Readonly<Record<string, unknown>> = {},
): Promise<OutboundRefused> {
  const error = await promise.then(
    () => assert.fail('nothing was refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OutboundRefused, String(error));
  assert.equal(error.because, because, error.message);
  assert.partialDeepStrictEqual(error.evidence, evidence);
  return error;
}

const json = (response: ServerResponse, text = '{}') =>
  response.setHeader('content-type', 'application/json').end(text);

test('a document is fetched with its status, headers and bytes', async (t) => {
  let seen: IncomingHttpHeaders = {};
  const server = await serveHttps(t, identity, (request, response) => {
    seen = request.headers;
    json(response.setHeader('cache-control', 'max-age=60').setHeader('set-cookie', 'a=b'), '{"a":1}');
  });
  const fetch = outbound(t);
  const request = { url: `${server.origin}/jwks`, accept: ['application/json'], ...LIMITS };
  const { status, headers, body } = await fetch(request);
  assert.equal(status, 200);
  assert.equal(headers['cache-control'], 'max-age=60');
  assert.equal(Buffer.from(body).toString(), '{"a":1}');
  assert.equal(seen.accept, 'application/json');
  assert.equal(seen.connection, 'close');
  await fetch(request);
  assert.equal(seen.cookie, undefined);
});

test('a POST sends its body and headers', async (t) => {
  const server = await serveHttps(t, identity, (request, response) => {
    assert.equal(request.method, 'POST');
    assert.equal(request.headers['content-type'], 'application/ocsp-request');
    assert.equal(request.headers['content-length'], '3');
    request.pipe(response);
  });
  const { body } = await outbound(t)({
    url: server.origin,
    method: 'POST',
    headers: { 'Content-Type': 'application/ocsp-request' },
    body: Uint8Array.of(1, 2, 3),
    ...LIMITS,
  });
  assert.deepEqual([...body], [1, 2, 3]);
});

test('only https is fetched, and http where the call allows it', async (t) => {
  const server = await serveHttp(t, (_request, response) => json(response));
  const fetch = outbound(t);
  await refused(fetch({ url: server.origin, ...LIMITS }), 'scheme', { presented: 'http' });
  assert.equal((await fetch({ url: server.origin, ...LIMITS, allowPlainHttp: true })).status, 200);
  for (const url of ['file:///etc/passwd', 'data:,x', 'ftp://127.0.0.1/', '/jwks', '']) {
    await refused(fetch({ url, ...LIMITS, allowPlainHttp: true }), 'scheme');
  }
});

test('credentials in a URL are refused and not shown', async (t) => {
  const error = await refused(outbound(t)({ url: 'https://me:hidden@127.0.0.1/', ...LIMITS }), 'scheme');
  assert.doesNotMatch(JSON.stringify([error.message, error.evidence]), /hidden/);
});

test('addresses that are not public are refused before a connection is made', async (t) => {
  let connections = 0;
  const server = await serveHttps(t, identity, (_request, response) => {
    connections += 1;
    json(response);
  });
  const fetch = outbound(t, { trustedCertificates: [identity.pem] });
  const hosts = [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
  ];
  for (const host of hosts) {
    await refused(fetch({ url: `https://${host}:${server.port}/`, ...LIMITS }), 'address-not-allowed');
  }
  assert.equal(connections, 0);
});

test('every address of a name must be allowed', async (t) => {
  const fetch = outbound(t, {
    resolve: async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
  });
  await refused(fetch({ url: `https://${NAME}/`, ...LIMITS }), 'address-not-allowed', {
    host: NAME,
    presented: '10.0.0.1',
    range: 'private',
  });
});

test('the address checked is the address connected to, whatever the name resolves to next', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => json(response));
  const answers = ['127.0.0.1', '127.0.0.2'];
  const fetch = outbound(t, {
    ...LOOPBACK,
    resolve: async () => [{ address: answers.shift() ?? '127.0.0.3', family: 4 }],
  });
  const url = `https://${NAME}:${server.port}/`;
  assert.equal((await fetch({ url, ...LIMITS })).status, 200);
  assert.deepEqual(answers, ['127.0.0.2'], 'the name was resolved once');
  await refused(fetch({ url, ...LIMITS }), 'address-not-allowed', { presented: '127.0.0.2' });
});

test('a host name in the configuration allows where it leads', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => json(response));
  const fetch = outbound(t, {
    ...LOOPBACK,
    allowedAddresses: [NAME],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  assert.equal((await fetch({ url: `https://${NAME}:${server.port}/`, ...LIMITS })).status, 200);
});

test('a name that does not resolve, or never does, is refused', async (t) => {
  const failing = outbound(t, { resolve: () => Promise.reject(new Error('ENOTFOUND')) });
  await refused(failing({ url: `https://${NAME}/`, ...LIMITS }), 'network');
  const empty = outbound(t, { resolve: async () => [] });
  await refused(empty({ url: `https://${NAME}/`, ...LIMITS }), 'network');
  const hanging = outbound(t, { resolve: () => new Promise(() => {}) });
  await refused(hanging({ url: `https://${NAME}/`, ...LIMITS, timeoutMs: 50 }), 'timeout', {
    phase: 'resolving',
  });
});

test('up to three redirects are followed under the same rules', async (t) => {
  const server = await serveHttps(t, identity, (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) json(response);
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  const fetch = outbound(t);
  assert.equal((await fetch({ url: `${server.origin}/3`, ...LIMITS })).status, 200);
  const error = await refused(fetch({ url: `${server.origin}/4`, ...LIMITS }), 'redirect');
  assert.deepEqual(
    error.evidence.redirects,
    ['/3', '/2', '/1'].map((path) => server.origin + path),
  );
});

test('a redirect to a private address, to plain http, with credentials or without a target is refused', async (t) => {
  const targets: Record<string, string> = {
    '/private': 'https://10.0.0.1/',
    '/metadata': 'https://169.254.169.254/latest',
    '/plain': 'http://127.0.0.1/',
    '/credentials': 'https://me:pw@127.0.0.1/',
  };
  const server = await serveHttps(t, identity, (request, response) => {
    const location = targets[request.url ?? ''];
    response.writeHead(307, location === undefined ? {} : { location }).end();
  });
  const fetch = outbound(t);
  const from = (path: string) => fetch({ url: server.origin + path, ...LIMITS, allowPlainHttp: true });
  await refused(from('/private'), 'address-not-allowed', { url: 'https://10.0.0.1/', presented: '10.0.0.1' });
  await refused(from('/metadata'), 'address-not-allowed', { range: 'linkLocal' });
  await refused(from('/plain'), 'redirect', { presented: 'http://127.0.0.1/' });
  await refused(from('/credentials'), 'scheme');
  await refused(from('/nowhere'), 'redirect');
  await refused(fetch({ url: `${server.origin}/private`, method: 'POST', ...LIMITS }), 'redirect');
});

test('headers of a call stay with the origin they were meant for', async (t) => {
  const seen: IncomingHttpHeaders[] = [];
  const other = await serveHttps(t, identity, (request, response) => {
    seen.push(request.headers);
    json(response);
  });
  const server = await serveHttps(t, identity, (request, response) => {
    seen.push(request.headers);
    const location = request.url === '/' ? '/again' : other.origin;
    response.writeHead(302, { location }).end();
  });
  await outbound(t)({ url: `${server.origin}/`, headers: { Authorization: 'Bearer t' }, ...LIMITS });
  assert.deepEqual(
    seen.map(({ authorization }) => authorization),
    ['Bearer t', 'Bearer t', undefined],
  );
});

test('a status other than 2xx is refused', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => {
    response.writeHead(503, { 'retry-after': '30' }).end();
  });
  await refused(outbound(t)({ url: server.origin, ...LIMITS }), 'status', {
    presented: 503,
    retry_after: '30',
  });
});

test('a media type that was not asked for is refused', async (t) => {
  const server = await serveHttps(t, identity, (request, response) => {
    const types: Record<string, string> = {
      '/html': 'text/html; charset=utf-8',
      '/json': 'Application/JSON;v=1',
    };
    const type = types[request.url ?? ''];
    if (type !== undefined) response.setHeader('content-type', type);
    response.end('{}');
  });
  const fetch = outbound(t);
  const get = (path: string) => fetch({ url: server.origin + path, accept: ['application/json'], ...LIMITS });
  assert.equal((await get('/json')).status, 200);
  await refused(get('/html'), 'media-type', { expected: ['application/json'], presented: 'text/html' });
  await refused(get('/none'), 'media-type', { presented: null });
});

test('a body larger than allowed is refused, announced or not', async (t) => {
  let sent = 0;
  const server = await serveHttps(t, identity, (request, response) => {
    if (request.url === '/announced') {
      response.writeHead(200, { 'content-length': '1000000' }).flushHeaders();
      return;
    }
    const endless = () => {
      sent += 1;
      if (!response.destroyed) response.write(Buffer.alloc(5_000), () => setImmediate(endless));
    };
    endless();
  });
  const fetch = outbound(t);
  await refused(fetch({ url: `${server.origin}/announced`, ...LIMITS }), 'too-large', {
    presented: 1_000_000,
  });
  await refused(fetch({ url: `${server.origin}/endless`, ...LIMITS }), 'too-large', { expected: 10_000 });
  assert.ok(sent < 1_000, `${sent} chunks were taken`);
});

test('a body of exactly the allowed size is taken', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => response.end(Buffer.alloc(10_000)));
  assert.equal((await outbound(t)({ url: server.origin, ...LIMITS })).body.byteLength, 10_000);
});

test('a compressed body is decompressed, and counted as it comes out', async (t) => {
  const bodies: Record<string, readonly [encoding: string, body: Buffer]> = {
    '/gzip': ['gzip', gzipSync('{"a":1}')],
    '/br': ['br', brotliCompressSync('{"a":1}')],
    '/bomb': ['gzip', gzipSync(Buffer.alloc(5_000_000))],
    '/lie': ['gzip', Buffer.from('{"a":1}')],
    '/name': ['gzip', Buffer.concat([Buffer.from('1f8b0808000000000003', 'hex'), Buffer.alloc(50_000, 'a')])],
    '/cut': ['gzip', gzipSync('{"a":1}').subarray(0, 15)],
    '/twice': ['gzip, gzip', gzipSync(gzipSync('{"a":1}'))],
  };
  const server = await serveHttps(t, identity, (request, response) => {
    const [encoding, body] = bodies[request.url ?? ''] ?? [];
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  });
  const fetch = outbound(t);
  const get = (path: string) => fetch({ url: server.origin + path, ...LIMITS });
  for (const path of ['/gzip', '/br']) {
    assert.equal(Buffer.from((await get(path)).body).toString(), '{"a":1}');
  }
  await refused(get('/bomb'), 'too-large', { expected: 10_000 });
  await refused(get('/name'), 'too-large');
  await refused(get('/lie'), 'media-type');
  await refused(get('/cut'), 'media-type');
  await refused(get('/twice'), 'media-type', { presented: 'gzip, gzip' });
});

test('the deadline covers a server that is silent, and one that drips', async (t) => {
  const server = await serveHttps(t, identity, (request, response) => {
    if (request.url === '/silent') return;
    const drip = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(drip));
  });
  const fetch = outbound(t);
  const get = (path: string) =>
    fetch({ url: server.origin + path, purpose: 'keys', maxBytes: 10_000, timeoutMs: 300 });
  await refused(get('/silent'), 'timeout', { phase: 'awaiting-headers', received: 0 });
  const { evidence } = await refused(get('/drip'), 'timeout', { phase: 'reading-body' });
  assert.ok(Number(evidence.received) > 0);
});

test('the deadline covers the whole way of redirects and a header that drips', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => {
    setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60);
  });
  await refused(outbound(t)({ url: server.origin, purpose: 'keys', maxBytes: 1, timeoutMs: 100 }), 'timeout');

  const plain = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\nx: ');
    const drip = setInterval(() => socket.write('.'), 10);
    socket.on('close', () => clearInterval(drip));
  });
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  t.after(() => plain.close());
  const address = plain.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = `http://127.0.0.1:${address.port}/`;
  await refused(
    outbound(t)({ url, purpose: 'keys', maxBytes: 1, timeoutMs: 200, allowPlainHttp: true }),
    'timeout',
    {
      phase: 'awaiting-headers',
    },
  );
});

test('a handshake that never ends is left at the deadline', async (t) => {
  const silent = net.createServer((socket) => socket.on('error', () => {}));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  t.after(() => silent.close());
  const address = silent.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = `https://127.0.0.1:${address.port}/`;
  await refused(outbound(t)({ url, purpose: 'keys', maxBytes: 1, timeoutMs: 200 }), 'timeout', {
    phase: 'tls-handshake',
  });
});

test('a header too large is refused', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => {
    json(response.setHeader('x', 'y'.repeat(20_000)));
  });
  await refused(outbound(t)({ url: server.origin, ...LIMITS }), 'too-large');
});

test('a certificate that is not trusted, or of another name, is refused', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => json(response));
  const untrusting = outbound(t, { allowedAddresses: ['127.0.0.1'] });
  await refused(untrusting({ url: server.origin, ...LIMITS }), 'tls', {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    message: 'self-signed certificate',
    expected: 'a certificate of a public authority, or of one in [outbound] trusted_certificates_file',
  });
  const fetch = outbound(t, { ...LOOPBACK, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  await refused(fetch({ url: `https://other.example.test:${server.port}/`, ...LIMITS }), 'tls', {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('a server that is down, or breaks off, is refused', async (t) => {
  const server = await serveHttps(t, identity, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
  });
  const fetch = outbound(t);
  await refused(fetch({ url: server.origin, ...LIMITS }), 'network');
  await server.stop();
  await refused(fetch({ url: server.origin, ...LIMITS }), 'network', { code: 'ECONNREFUSED' });
});

test('no connection outlives its fetch', async (t) => {
  const server = await serveHttps(t, identity, (request, response) => {
    if (request.url === '/large') response.end(Buffer.alloc(50_000));
    else json(response);
  });
  const fetch = outbound(t);
  await Promise.all(Array.from({ length: 30 }, () => fetch({ url: server.origin, ...LIMITS })));
  await refused(fetch({ url: `${server.origin}/large`, ...LIMITS }), 'too-large');
  for (let i = 0; i < 2_000 && (await server.connections()) > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await server.connections(), 0);
});

test('connections to one server are bounded; what waits for one is served next', async (t) => {
  const held: ServerResponse[] = [];
  const full = Promise.withResolvers<void>();
  let released = false;
  const server = await serveHttps(t, identity, (_request, response) => {
    if (released) return void json(response);
    held.push(response);
    if (held.length === 8) full.resolve();
  });
  const fetch = outbound(t);
  const answers = Array.from({ length: 20 }, () => fetch({ url: server.origin, ...LIMITS }));
  await full.promise;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(held.length, 8);
  released = true;
  for (const response of held) json(response);
  await Promise.all(answers);
});

test('close refuses what is under way', async (t) => {
  const asked = Promise.withResolvers<void>();
  const server = await serveHttps(t, identity, () => asked.resolve());
  const fetch = outbound(t);
  const pending = refused(fetch({ url: server.origin, ...LIMITS }), 'network');
  await asked.promise;
  fetch.close();
  assert.match((await pending).message, /stopping/);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { runProgram } from '../../test/countersign-process.ts';
import { eventually } from '../../test/eventually.ts';
import { missingProgram } from '../../test/installed-program.ts';
import { recorderInto } from '../../test/recorder-into.ts';
import type { EventDraft } from '../event/event.ts';
import { createMetrics } from '../event/metrics.ts';
import { createHttpsListener, type HttpsListenerOptions } from './https-listener.ts';
import { trustedAddresses } from './trusted-addresses.ts';
import { createUnprovenWork } from './unproven-work.ts';

const { certificate, privateKey } = await issueCertificate({
  subject: 'CN=localhost',
  usage: 'server',
  keyType: 'EC-P256',
  days: 1,
  now: Date.now(),
});
const serverCertificate = {
  cert: certificateToPem(certificate),
  key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
};

/** A listener that answers what it reads with 200, and the events it recorded. */
async function listening(t: TestContext, options: Partial<HttpsListenerOptions> = {}) {
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  const listener = createHttpsListener({
    serverCertificate,
    clientAuth: 'want',
    admits: () => true,
    whyNotAdmitted: () => ({}),
    minVersion: 'TLSv1.2',
    handshakeTimeoutMs: 500,
    requestTimeoutMs: 600,
    keepAliveTimeoutMs: 5_000,
    maxHeaderSize: 16_384,
    maxConnections: 100,
    maxConnectionsPerAddress: 100,
    proxies: trustedAddresses([]),
    proxyProtocol: false,
    work: createUnprovenWork(events),
    responseTimeoutMs: 5_000,
    maxCertificateChainSize: 32_768,
    events,
    metrics: createMetrics(),
    ...options,
  });
  const server = listener.serverFor((request, response) => {
    request.on('error', () => {});
    request.resume();
    request.on('end', () => response.end('read'));
  });
  await listener.listen(0, '127.0.0.1');
  t.after(() => listener.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  const tls = async (more: ConnectionOptions = {}) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more });
    await once(socket, 'secureConnect');
    return socket;
  };
  return {
    port,
    recorded,
    tcp: () => connectTcp(port, '127.0.0.1'),
    tls,
    /** Sends over TLS and waits for the end. @returns what came back */
    async ask(text: string): Promise<string> {
      const socket = await tls();
      socket.write(text);
      return received(socket);
    },
    /** The one event there is, once there is one. */
    async event(): Promise<EventDraft> {
      await eventually(async () => recorded.length, Boolean);
      assert.equal(recorded.length, 1, JSON.stringify(recorded));
      const [event] = recorded;
      assert.ok(event);
      return event;
    },
  };
}

function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return new Promise((done) => socket.once('close', () => done(text)));
}

const head = (...lines: readonly string[]) =>
  ['POST / HTTP/1.1', 'Host: localhost', ...lines, '', ''].join('\r\n');
const PEM = ['-----BEGIN CERTIFICATE-----', 'MIIBszCCAVqgAwIBAgIUMark', '-----END CERTIFICATE-----'];

for (const [what, text, status, because, why] of [
  ['a broken chunk', `${head('Transfer-Encoding: chunked')}zz\r\n`, 400, 'malformed_request', /chunk size/],
  ['a header without a colon', head('Mark'), 400, 'malformed_request', /HPE_/],
  ['two lengths', head('Content-Length: 1', 'Content-Length: 2'), 400, 'malformed_request', /Content-Length/],
  ['what is no HTTP', 'Mark\r\n\r\n', 400, 'malformed_request', /HPE_/],
  ['no Host', 'GET / HTTP/1.1\r\nX-Mark: Mark\r\n\r\n', 400, 'malformed_request', /Host/],
  [
    'a header of 40 kB',
    head(`X-Mark: ${'Mark'.repeat(10_000)}`),
    431,
    'request_too_large',
    /max_header_size/,
  ],
  [
    'an unmet expectation',
    head('Expect: Mark', 'Content-Length: 0'),
    417,
    'malformed_request',
    /100-continue/,
  ],
  [
    'a tunnel',
    'CONNECT mark.example:443 HTTP/1.1\r\nHost: Mark\r\n\r\n',
    405,
    'method_not_allowed',
    /CONNECT/,
  ],
  ['half a head', 'POST / HTTP/1.1\r\nX-Mark: Mark', 408, 'request_timeout', /request_timeout/],
  ['half a body', `${head('Content-Length: 9')}Mark`, 408, 'request_timeout', /request_timeout/],
  [
    "nginx's $ssl_client_cert",
    head(`X-Client-Cert: ${PEM.join('\n\t')}`),
    400,
    'certificate_header_folded',
    /"header":"X-Client-Cert"/,
  ],
  [
    "nginx's $ssl_client_raw_cert",
    head(`X-Client-Cert: ${PEM.join('\n')}`),
    400,
    'certificate_header_folded',
    /"header":"X-Client-Cert"/,
  ],
  [
    'a folded certificate with CR',
    head(`X-Client-Cert: ${PEM.join('\r\n ')}`),
    400,
    'certificate_header_folded',
    /"header":"X-Client-Cert"/,
  ],
] as const) {
  test(`${what} is refused with the id of one event, and echoes nothing`, async (t) => {
    const { ask, event } = await listening(t);
    const answer = await ask(text);
    const [start = '', body = ''] = answer.split('\r\n\r\n');
    assert.match(start, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(start, /\r\ncountersign-event-id: XXXX-XXXX-XX(?:\r\n|$)/i);
    assert.equal(JSON.parse(body).error, 'invalid_request');
    assert.doesNotMatch(answer, /mark/i);
    const { type, remote_address, evidence, ...rest } = await event();
    assert.deepEqual([type, rest.because, remote_address], ['request.refused', because, '127.0.0.1']);
    assert.equal(evidence?.status, status);
    assert.match(JSON.stringify(evidence), why);
  });
}

test('what begins after an answer is refused on its own, within an answer it ends the connection', async (t) => {
  const { ask, event } = await listening(t);
  const answer = await ask(`${head('Content-Length: 2')}ab too much\r\n\r\n`);
  assert.equal((await event()).because, 'malformed_request');
  assert.match(answer, /^HTTP\/1\.1 (?:200|400) /);
});

test('a connection that ends within a request is an event; one that sent nothing is none', async (t) => {
  const { tls, tcp, recorded, event } = await listening(t);
  const silent = [tcp(), tcp(), await tls(), await tls()];
  const closed = silent.map(received);
  await new Promise((done) => setTimeout(done, 50));
  silent[0]?.destroy();
  silent[2]?.destroy();
  // The others wait until their time is over.
  await Promise.all(closed);
  const kept = await tls();
  kept.write(head('Content-Length: 0'));
  await once(kept, 'data');
  kept.destroy();
  assert.deepEqual(recorded, []);
  const half = await tls();
  half.write('POST / HTTP/1.1\r\nHost: lo');
  half.end();
  await received(half);
  assert.equal((await event()).because, 'request_unfinished');
});

const failing = async (socket: Socket) => void (await received(socket));

for (const [what, options, error, why] of [
  [
    'no shared cipher',
    { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' },
    'ERR_SSL_NO_SHARED_CIPHER',
    /cipher suite/,
  ],
  [
    'an old protocol',
    { ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    /minimum_tls_version/,
  ],
  [
    'no shared group',
    { ecdhCurve: 'brainpoolP256r1tls13', minVersion: 'TLSv1.3' },
    'ERR_SSL_NO_SUITABLE_KEY_SHARE',
    /group/,
  ],
] as const) {
  test(`${what}: the event says what the TLS library said, and whom`, async (t) => {
    const { tcp, event } = await listening(t);
    await failing(connectTls({ socket: tcp(), rejectUnauthorized: false, ...options }));
    const { type, because, evidence, remote_address } = await event();
    assert.deepEqual([type, because, remote_address], ['handshake.refused', 'handshake_failed', '127.0.0.1']);
    assert.equal(evidence?.error, error);
    assert.match(String(evidence?.why), why);
    assert.match(String(evidence?.reason), /^[a-z ]+$/);
  });
}

const noOpenssl = await missingProgram('openssl', ['version']);
for (const version of ['-tls1_2', '-tls1_3']) {
  test(`a peer that refuses the server’s certificate by an alert, ${version}`, {
    skip: noOpenssl,
  }, async (t) => {
    const { event, port } = await listening(t);
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, version, '-verify_return_error', '-no-CAfile'];
    await runProgram('openssl', args);
    const { because, evidence, remote_address } = await event();
    assert.deepEqual([because, remote_address], ['handshake_failed', '127.0.0.1']);
    assert.match(`${evidence?.error} ${evidence?.why}`, /ALERT_\w+ .*the server's certificate/);
  });
}

for (const [what, bytes, error] of [
  ['plain http', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'ERR_SSL_HTTP_REQUEST'],
  ['something else', 'SSH-2.0-OpenSSH_9.7\r\n', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ['half a hello, for too long', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
] as const) {
  test(`${what} on the port of TLS`, async (t) => {
    const { tcp, event } = await listening(t);
    const socket = tcp();
    socket.write(Buffer.from(bytes, 'latin1'));
    const answer = await received(socket);
    const { because, evidence, remote_address } = await event();
    assert.deepEqual([because, evidence?.error, remote_address], ['handshake_failed', error, '127.0.0.1']);
    if (error === 'ERR_SSL_HTTP_REQUEST')
      assert.match(answer, /^HTTP\/1\.1 400 .*countersign-event-id: XXXX/s);
  });
}

test('half a hello and an end is an event with the address of who has gone', async (t) => {
  const { tcp, event } = await listening(t);
  const socket = tcp();
  socket.write(Buffer.from('160301020001000001fc0303', 'hex'));
  await new Promise((done) => setTimeout(done, 50));
  socket.destroy();
  const { evidence, remote_address } = await event();
  assert.deepEqual([evidence?.error, remote_address], ['ECONNRESET', '127.0.0.1']);
});

test('each handshake is counted once: that it succeeded, was refused for its certificate, or failed', async (t) => {
  const metrics = createMetrics();
  const { port, tcp } = await listening(t, { clientAuth: 'require', admits: () => false, metrics });
  const counts = () =>
    Object.fromEntries(
      (['success', 'refused', 'failure'] as const).map((outcome) => [
        outcome,
        (['TLSv1.2', 'TLSv1.3', 'unknown'] as const).map(
          (version) => metrics.handshakes.of({ outcome, version }).value,
        ),
      ]),
    );
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    await received(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion }));
  }
  const junk = tcp();
  junk.end('not TLS at all\r\n\r\n');
  await received(junk);
  // Whoever goes away without a word is no handshake.
  const silent = tcp();
  await once(silent, 'connect');
  silent.end();
  await received(silent);
  assert.deepEqual(counts(), { success: [0, 0, 0], refused: [1, 1, 0], failure: [0, 0, 1] });

  const lenient = await listening(t, { metrics });
  (await lenient.tls()).end();
  await eventually(
    async () => counts().success?.[1],
    (count) => count === 1,
  );
  assert.deepEqual(counts(), { success: [0, 1, 0], refused: [1, 1, 0], failure: [0, 0, 1] });
});

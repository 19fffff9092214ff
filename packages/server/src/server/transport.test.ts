import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { CERTIFICATE_HEADER_FORMATS } from '@countersign/forwarded-certificate';
import { Certificate } from '@countersign/x509';
import Fastify from 'fastify';
import { freePort } from '../../test/free-port.ts';
import { testCertificate } from '../../test/proxies/test-certificate.ts';
import { recorderInto } from '../../test/recorder-into.ts';
import { certificateOf } from '../client-authentication/origin.ts';
import type { StoreContents } from '../config/configuration.ts';
import { parseDeployment } from '../config/deployment.ts';
import { DeploymentSchema } from '../config/deployment-schema.ts';
import { settingsOf } from '../config/settings.ts';
import { healthEndpoint } from '../endpoint/health.ts';
import { answerRefusals } from '../endpoint/oauth-replies.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { EventDraft } from '../event/event.ts';
import { createMetrics } from '../event/metrics.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import { Refusal } from '../refusal/refusal.ts';
import { trustedProxyOptions } from '../transport/configured-proxy.ts';
import { createTrustedProxy } from '../transport/trusted-proxy.ts';
import { createTransport } from './transport.ts';

const server = testCertificate('server');
const client = testCertificate('client');
const stores: StoreContents = {
  serverKey: {
    kind: 'private-key',
    alias: 'server',
    privateKey: server.privateKey,
    chain: [Certificate.fromDer(server.der)],
  },
  trusted: [],
  trustGroups: new Map(),
  proxyCertificates: [],
  outboundAuthorities: [],
};
const header = ['X-SSL-Client-Cert', encodeURIComponent(client.pem)] as const;

function settingsIn(text: string) {
  return settingsOf(
    parseDeployment(text, {
      file: 'deployment.toml',
      home: '/home',
      environment: {},
      encryptionKeyFile: '00'.repeat(32),
    }),
  );
}

/** A configuration that says what `text` says, until `change` gives it other live keys. */
function configured(text: string) {
  const { atStart, live } = settingsIn(text);
  let current = live;
  return {
    configuration: { atStart, now: () => current, stores: () => stores },
    change(changed: string) {
      current = settingsIn(changed).live;
    },
  };
}

function recorder() {
  const recorded: EventDraft[] = [];
  return { recorded, events: recorderInto(recorded) };
}

/** A server of one route that answers with what it knows of the request. */
async function started(t: TestContext, text: string, admits = true) {
  const port = await freePort();
  const { configuration, change } = configured(`[server]\nport = ${port}\n${text}`);
  const { recorded, events } = recorder();
  const transport = createTransport({
    configuration,
    trust: { admits: () => admits, whyNotAdmitted: () => ({}) },
    events,
    metrics: createMetrics(),
  });
  const app = Fastify({ serverFactory: transport.serverFor, logger: false });
  transport.decideOrigins(app);
  app.get('/', async (request, reply) => {
    try {
      const { remote_address } = request.origin;
      const certificate = certificateOf(request.origin);
      assert.equal(certificateOf(request.origin), certificate);
      return { thumbprint: certificate?.certificate.thumbprint, remote_address };
    } catch (error) {
      return reply.code(400).send({ because: error instanceof Refusal ? error.because : String(error) });
    }
  });
  healthEndpoint({ readiness: async () => 'ready' }).register(app);
  app.register(async (endpoint) => {
    answerRefusals(endpoint, 'token.refused', { events, reportError: () => {}, realm: 'countersign' });
    endpoint.get('/refused', async (request) => {
      const presented = certificateOf(request.origin);
      throw invalidClient('certificate_absent', { presented: presented ? 'a certificate' : 'none' });
    });
  });
  await app.ready();
  await transport.listen();
  t.after(() => Promise.all([app.close(), transport.close()]));
  return { port, change, recorded, transport };
}

/** A TLS connection, after what a proxy would send before it. */
async function tls(t: TestContext, port: number, first = ''): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  if (first !== '') socket.write(first);
  const secure = connect({ socket, rejectUnauthorized: false });
  secure.on('error', () => {});
  await new Promise((resolve) => secure.once('secureConnect', resolve).once('close', resolve));
  return secure;
}

async function get(t: TestContext, port: number, headers: readonly string[] = [], first = '', path = '/') {
  const socket = await tls(t, port, first);
  const lines: string[] = [];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  socket.write(
    [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n'),
  );
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '{}');
}

const ENDED = `[transport.proxy]\ntrusted_addresses = ["127.0.0.1"]\ncertificate_header = "nginx"\n`;

test('a header of the trusted proxy is the client’s certificate, once it is admitted', async (t) => {
  const { port } = await started(t, ENDED);
  const expected = Certificate.fromDer(client.der).thumbprint;
  assert.deepEqual(await get(t, port, [...header, 'X-Forwarded-For', '192.0.2.7']), {
    thumbprint: expected,
    remote_address: '192.0.2.7',
  });
  const strict = await started(t, ENDED, false);
  assert.deepEqual(await get(t, strict.port, header), { remote_address: '127.0.0.1' });
  assert.deepEqual(
    strict.recorded.map(({ type, because, remote_address }) => [type, because, remote_address]),
    [['certificate.not_admitted', 'certificate_not_admitted', '127.0.0.1']],
    'once, however often it is asked for',
  );
});

test('the forwarded address is read in the configured header only', async (t) => {
  const { port } = await started(t, `${ENDED}client_address_header = "forwarded"\n`);
  const answer = await get(t, port, ['X-Forwarded-For', '192.0.2.7', 'Forwarded', 'for=192.0.2.8']);
  assert.equal(answer.remote_address, '192.0.2.8');
});

test('without a proxy every certificate header is dropped, and counted once a request', async (t) => {
  const { port, recorded } = await started(t, '');
  assert.deepEqual(await get(t, port, [...header, 'X-Forwarded-For', '192.0.2.7']), {
    remote_address: '127.0.0.1',
  });
  assert.deepEqual(
    recorded.map(({ type, evidence }) => [type, evidence?.presented]),
    [['certificate_header.dropped', ['x-ssl-client-cert']]],
  );
  await get(t, port, ['X-SSL-Client-Cert', '']);
  assert.equal(recorded.length, 1);
});

test('what is noticed about a request is recorded once, however many parts of the server ask', async (t) => {
  const strict = await started(t, ENDED, false);
  const { error } = await get(t, strict.port, [...header, 'X-SSL-Cert', 'x'], '', '/refused');
  assert.equal(error, 'invalid_client');
  assert.deepEqual(
    strict.recorded.map(({ type, remote_address, certificate }) => [type, remote_address, certificate]),
    [
      ['certificate_header.dropped', '127.0.0.1', undefined],
      [
        'certificate.not_admitted',
        '127.0.0.1',
        describeCertificate({
          certificate: Certificate.fromDer(client.der),
          chain: [],
          source: { kind: 'header', header: 'x-ssl-client-cert', proxy: '127.0.0.1' },
        }),
      ],
      ['token.refused', '127.0.0.1', undefined],
    ],
  );
});

test('a header that cannot be read is refused by what asks for the certificate, and by nothing else', async (t) => {
  const { port, recorded } = await started(t, ENDED);
  const unreadable = ['X-SSL-Client-Cert', 'x', 'X-Forwarded-For', '192.0.2.7'];
  assert.deepEqual(await get(t, port, unreadable, '', '/health/live'), { status: 'live' });
  assert.equal(recorded.length, 0);
  assert.equal((await get(t, port, unreadable, '', '/refused')).error, 'invalid_request');
  assert.deepEqual(
    recorded.map(({ because, remote_address, evidence }) => [because, remote_address, evidence?.proxy]),
    [['certificate_header_refused', '192.0.2.7', '127.0.0.1']],
  );
});

test('a request to no route has an origin too', async (t) => {
  const { port, recorded } = await started(t, '');
  assert.equal((await get(t, port, header, '', '/nothing')).statusCode, 404);
  assert.deepEqual(
    recorded.map(({ type }) => type),
    ['certificate_header.dropped'],
  );
});

test('a header that cannot be read is refused', async (t) => {
  const { port } = await started(t, ENDED);
  assert.deepEqual(await get(t, port, ['X-SSL-Client-Cert', 'x']), { because: 'certificate_header_refused' });
});

test('who is trusted follows the deployment', async (t) => {
  const { port, change, transport } = await started(t, ENDED);
  assert.notEqual((await get(t, port, header)).thumbprint, undefined);
  change(ENDED.replace('127.0.0.1', '192.0.2.1'));
  transport.follow();
  assert.equal((await get(t, port, header)).thumbprint, undefined);
  change('');
  transport.follow();
  assert.equal((await get(t, port, header)).thumbprint, undefined);
  change(ENDED);
  transport.follow();
  assert.notEqual((await get(t, port, header)).thumbprint, undefined);
});

const THROUGH = `[transport.proxy]\ntrusted_addresses = ["127.0.0.1"]\nproxy_protocol = true\n[transport.https]\nmax_connections_per_address = 1\n`;
const announcing = (address: string) => `PROXY TCP4 ${address} 127.0.0.1 4000 443\r\n`;

test('the announced address counts against the limit, that of the proxy does not', async (t) => {
  const { port, recorded } = await started(t, THROUGH);
  const first = await tls(t, port, announcing('192.0.2.1'));
  const other = await tls(t, port, announcing('192.0.2.2'));
  const checks = [await tls(t, port, 'PROXY UNKNOWN\r\n'), await tls(t, port, 'PROXY UNKNOWN\r\n')];
  assert.deepEqual(
    [first, other, ...checks].map(({ destroyed }) => destroyed),
    [false, false, false, false],
  );
  const second = await tls(t, port, announcing('192.0.2.1'));
  assert.equal(second.destroyed, true);
  const event = recorded.find(({ because }) => because === 'connections_limited');
  assert.equal(event?.remote_address, '192.0.2.1');
});

test('the addresses of one IPv6 site are one address', async (t) => {
  const { port } = await started(t, THROUGH);
  const from = (address: string) => tls(t, port, `PROXY TCP6 ${address} ::1 4000 443\r\n`);
  const sockets = [await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:0:1::1')];
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [false, true, false],
  );
});

test('the announced address is the client’s', async (t) => {
  const { port } = await started(t, THROUGH);
  assert.equal((await get(t, port, [], announcing('192.0.2.1'))).remote_address, '192.0.2.1');
});

test('the address of a proxy that ends TLS is not limited, another one is', async (t) => {
  const limit = '[transport.https]\nmax_connections_per_address = 1\n';
  const proxied = await started(t, `${ENDED}${limit}`);
  await tls(t, proxied.port);
  assert.equal((await tls(t, proxied.port)).destroyed, false);
  const direct = await started(t, limit);
  await tls(t, direct.port);
  assert.equal((await tls(t, direct.port)).destroyed, true);
});

test('requests that never end are watched behind PROXY protocol too', async (t) => {
  const { port } = await started(t, `${THROUGH}request_timeout = 1\n`);
  const socket = await tls(t, port, announcing('192.0.2.1'));
  socket.write('GET / HTTP/1.1\r\n');
  socket.resume();
  await once(socket, 'close');
});

test('closing ends connections that wait, also those without a PROXY header yet', async (t) => {
  const { port, transport } = await started(t, THROUGH);
  const idle = await tls(t, port, announcing('192.0.2.1'));
  idle.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');
  idle.resume();
  const closed = once(idle, 'close');
  await transport.close();
  await closed;
});

test('every format the deployment can name is one the transport reads, and what it accepts is safe', () => {
  const { proxy } = DeploymentSchema.shape.transport.unwrap().shape;
  const read = (value: Record<string, unknown>) =>
    proxy.parse({ trusted_addresses: ['10.0.0.0/8'], ...value });
  for (const certificate_header of CERTIFICATE_HEADER_FORMATS) read({ certificate_header });
  for (const value of [
    { certificate_header: 'nginx', header_name: "X!#$%&'*+.^_`|~9-a" },
    { trusted_addresses: ['10.0.0.0/8', '2001:db8::/32', '::ffff:10.0.0.0/104', '10.0.0.1', '::1'] },
    { proxy_protocol: true },
  ]) {
    const options = trustedProxyOptions(read(value), []);
    assert.ok(options);
    createTrustedProxy(options);
  }
});

test('a port in use is named with the key that chooses it, an address of elsewhere likewise', async (t) => {
  const taken = await started(t, '');
  const listen = (text: string) =>
    createTransport({
      configuration: configured(text).configuration,
      trust: { admits: () => true, whyNotAdmitted: () => ({}) },
      ...recorder(),
      metrics: createMetrics(),
    });
  const transport = listen(`[server]\nport = ${taken.port}\nbind = "127.0.0.1"\n`);
  transport.serverFor(() => {});
  await assert.rejects(transport.listen(), {
    name: 'CannotListen',
    message: new RegExp(`^port ${taken.port} of 127\\.0\\.0\\.1 is in use already.*\\[server\\] port`),
  });
  const elsewhere = listen(`[server]\nport = ${await freePort()}\nbind = "192.0.2.1"\n`);
  elsewhere.serverFor(() => {});
  await assert.rejects(elsewhere.listen(), /^CannotListen: 192\.0\.2\.1 is no address of this machine/);
});

/** What the server answers to these bytes, sent without TLS. */
async function answerTo(t: TestContext, port: number, bytes: string): Promise<string> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

const PLAIN = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

test('plain http is told to use https, any other noise nothing', async (t) => {
  const direct = await started(t, '');
  assert.match(await answerTo(t, direct.port, PLAIN), /^HTTP\/1\.1 400 Bad Request\r\n.*https:\/\//s);
  assert.doesNotMatch(await answerTo(t, direct.port, '\x00\x01noise\r\n\r\n'), /HTTP/);
  const behind = await started(t, THROUGH);
  assert.match(await answerTo(t, behind.port, `${announcing('192.0.2.1')}${PLAIN}`), /^HTTP\/1\.1 400 /);
  assert.notEqual((await get(t, direct.port)).remote_address, undefined, 'the server goes on');
});

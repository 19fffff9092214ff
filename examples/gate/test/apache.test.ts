import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { certificateHeaderFormat } from '@countersign/forwarded-certificate';
import fc from 'fast-check';
import { createIdentity, type Identity } from '../../../packages/server/test/client-identity.ts';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { selfSigned } from '../../../packages/server/test/https-on-loopback.ts';
import { apacheSurround } from '../../../packages/server/test/proxies/configured-proxy.ts';
import { startGate } from './gate-process.ts';
import { GATED_PROXIES, type GatedProxy, runGatedProxy, whyNot } from './gated-proxy.ts';

const documented = GATED_PROXIES.find(({ kind }) => kind === 'apache') ?? assert.fail('no Apache');

/** The documented site with more lines in its VirtualHost, and the modules that they need. */
const withLines = (modules: readonly string[], ...lines: readonly string[]): GatedProxy => ({
  ...documented,
  surround: (configuration, folder, port) =>
    apacheSurround(['lua', 'ssl', 'proxy', 'proxy_http', ...modules], 'api.example.com')(
      configuration.replace('</VirtualHost>', [...lines, '</VirtualHost>'].join('\n')),
      folder,
      port,
    ),
});

/** What Apache asked, or what reached the API. */
type Seen = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'> & { readonly body: string };

/** An HTTP server that keeps what it was sent. */
async function recorder(answer: (seen: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request;
      const one = { method, url, headers, rawHeaders, body };
      seen.push(one);
      answer(one, response);
    });
  });
  return { server, port: await listening(server), seen };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port');
}

const valuesOf = ({ rawHeaders }: Seen, name: string): readonly string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);

/** Letters that make two names one to a server that keeps headers as variables of an environment. */
const asVariable = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '_');

describe('Apache and its script', { skip: whyNot(documented) }, () => {
  let client: Identity;
  let certificate: { readonly pem: string; readonly key: string };
  const ends: (() => unknown)[] = [];

  before(async () => {
    [client, certificate] = await Promise.all([
      createIdentity('CN=client'),
      selfSigned('api', ['api.example.com']),
    ]);
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  /** Runs Apache before an API and a gate that listens on a port. @returns how bytes are sent to it, and what comes back */
  async function apacheWith(gatePort: number, proxy = documented) {
    const api = await recorder((_, response) => response.end('reached'));
    ends.push(() => {
      api.server.close();
      api.server.closeAllConnections();
    });
    const port = await freePort();
    const end = await runGatedProxy(proxy, {
      port,
      gatePort,
      apiPort: api.port,
      certificate: certificate.pem,
      key: certificate.key,
    });
    ends.push(end);
    const sessions = new WeakMap<TLSSocket, Buffer>();
    const open = (more: ConnectionOptions = {}): Promise<TLSSocket> =>
      new Promise((done, fail) => {
        const socket: TLSSocket = connect(
          {
            port,
            host: '127.0.0.1',
            servername: 'api.example.com',
            rejectUnauthorized: false,
            cert: client.cert,
            key: client.key,
            ...more,
          },
          () => done(socket),
        );
        socket.on('session', (session) => sessions.set(socket, session));
        socket.once('error', fail);
      });
    /** Sends bytes as they stand. @returns the status of each answer until Apache ends the connection, and all it sent */
    const send = async (bytes: string | Buffer, more: ConnectionOptions = {}) => {
      const socket = await open(more);
      const isResumed = socket.isSessionReused();
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      const closed = new Promise<void>((done) => socket.once('close', () => done()));
      socket.on('error', () => socket.destroy());
      socket.write(bytes);
      await Promise.race([closed, pause(20_000, undefined, { ref: false })]);
      socket.destroy();
      const statuses = Array.from(text.matchAll(/^HTTP\/1\.1 (\d{3})/gm), ([, status]) => Number(status));
      return { statuses, text, session: sessions.get(socket), isResumed };
    };
    const get = (target: string | Buffer, ...headers: readonly string[]) =>
      send(
        Buffer.concat([
          Buffer.from('GET '),
          Buffer.isBuffer(target) ? target : Buffer.from(target, 'latin1'),
          Buffer.from(
            [' HTTP/1.1', 'Host: api.example.com', 'Connection: close', ...headers, '', ''].join('\r\n'),
            'latin1',
          ),
        ]),
      );
    return { port, api, send, get };
  }

  /** A gate that refuses what is no path, and what has dot segments. */
  const refusesDots = (asked: Seen, response: ServerResponse) => {
    if (/^\/(?!\/)(?!.*\/\.\.)/.test(String(asked.headers['x-original-uri']))) {
      response.writeHead(200, { 'x-auth-subject': 'ada', 'x-auth-acr': '' }).end();
      return;
    }
    const headers = {
      'www-authenticate': 'Bearer error="invalid_token"',
      'dpop-nonce': 'nonce',
      'countersign-event-id': 'event',
      'cache-control': 'no-store',
      'x-secret': 'kept',
    };
    response.writeHead(401, headers).end('{}');
  };

  async function apacheAndGate(proxy = documented, answer = refusesDots) {
    const gate = await recorder(answer);
    ends.push(() => {
      gate.server.close();
      gate.server.closeAllConnections();
    });
    return { gate, ...(await apacheWith(gate.port, proxy)) };
  }

  describe('with a gate that answers', () => {
    let apache: Awaited<ReturnType<typeof apacheAndGate>>;
    before(async () => {
      apache = await apacheAndGate();
    });
    /** What was asked and what reached the API while something was done. */
    const during = async <T>(doing: () => Promise<T>, { gate, api } = apache) => {
      const [askedBefore, reachedBefore] = [gate.seen.length, api.seen.length];
      const result = await doing();
      return { result, asked: gate.seen.slice(askedBefore), reached: api.seen.slice(reachedBefore) };
    };

    test('a refusal comes with its status and its headers, and with no other', async () => {
      const { result, reached } = await during(() => apache.get('/status/../orders'));
      assert.deepEqual([result.statuses, reached.length], [[401], 0]);
      for (const line of [
        'www-authenticate: Bearer error="invalid_token"',
        'dpop-nonce: nonce',
        'countersign-event-id: event',
        'cache-control: no-store',
      ]) {
        assert.ok(result.text.toLowerCase().includes(`\r\n${line.toLowerCase()}\r\n`), result.text);
      }
      assert.doesNotMatch(result.text, /x-secret/i);
    });

    test('the gate is asked about the target and the certificate as the client has them', async () => {
      const { asked, reached } = await during(() =>
        apache.get('/%6Frders/1?a=%2F..', 'Authorization: DPoP abc', 'DPoP: proof'),
      );
      const [question = assert.fail('not asked')] = asked;
      const der = Buffer.from(client.certificate.der).toString('base64');
      assert.deepEqual(
        ['x-original-method', 'x-original-uri', 'authorization', 'dpop'].map(
          (header) => question.headers[header],
        ),
        ['GET', '/%6Frders/1?a=%2F..', 'DPoP abc', 'proof'],
      );
      const name = 'x-ssl-client-cert';
      const said = new Map([[name, valuesOf(question, name)]]);
      const read = certificateHeaderFormat('apache', name).parse(said);
      assert.deepEqual(read.kind === 'presented' && Buffer.from(read.certificateDer).toString('base64'), der);
      const [api = assert.fail('the API was not reached')] = reached;
      assert.equal(api.url, '/orders/1?a=%2F..');
      assert.deepEqual([api.headers.authorization, api.headers.dpop], [undefined, undefined]);
    });

    test('a session that is resumed has the certificate that it began with', async () => {
      const line = 'GET /orders HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n';
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        for (const own of [{}, { cert: undefined, key: undefined }]) {
          const { result, asked } = await during(async () => {
            const { session = assert.fail('no session') } = await apache.send(line, { maxVersion, ...own });
            return apache.send(line, { maxVersion, session, cert: undefined, key: undefined });
          });
          assert.equal(result.isResumed, true, maxVersion);
          const [first, second] = asked.map((each) => valuesOf(each, 'x-ssl-client-cert'));
          assert.deepEqual([second, first?.length], [first, 'cert' in own ? 0 : 1], maxVersion);
        }
      }
    });

    test('no name that a client spells says who it is, with which certificate, or for what', async () => {
      const spelled = [
        'X-Auth-Subject: root',
        'x-aUtH-sUbJeCt: root',
        'X_Auth_Subject: root',
        'X-Auth_Subject: root',
        'X.Auth.Subject: root',
        'X-Auth--Subject: root',
        'X-Auth-Acr: root',
        'X_AUTH_ANYTHING: root',
        'X-SSL-Client-Cert: root',
        'X_SSL_Client_Cert: root',
        'X-SSL-Client-Verify: root',
        'Client-Cert: root',
        'Client_Cert_Chain: root',
        'X-Forwarded-Client-Cert: root',
        'X-Original-URI: /root',
        'X_Original_Method: root',
      ];
      const { asked, reached } = await during(() => apache.get('/orders', ...spelled));
      assert.doesNotMatch(JSON.stringify(asked), /root/);
      const [api = assert.fail('the API was not reached')] = reached;
      assert.doesNotMatch(JSON.stringify(api), /root/);
      const told = api.rawHeaders.filter(
        (name, index) => index % 2 === 0 && asVariable(name) === 'x_auth_subject',
      );
      assert.deepEqual([told.length, valuesOf(api, 'x-auth-subject')], [1, ['ada']]);
    });

    test('what the gate says is not taken away by Connection, nor added to by trailers', async () => {
      const hopByHop = await during(() =>
        apache.send(
          'GET /orders HTTP/1.1\r\nHost: api.example.com\r\nConnection: X-Auth-Subject, close\r\nConnection: x_auth_subject\r\n\r\n',
        ),
      );
      assert.deepEqual([hopByHop.result.statuses, hopByHop.reached.length], [[200], 1]);
      assert.deepEqual(valuesOf(hopByHop.reached[0] ?? assert.fail(), 'x-auth-subject'), ['ada']);
      const body = '4\r\nbody\r\n0\r\nX-Auth-Subject: root\r\nAuthorization: root\r\n\r\n';
      const chunked = await during(() =>
        apache.send(
          `POST /orders HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Auth-Subject\r\n\r\n${body}`,
        ),
      );
      assert.deepEqual(
        chunked.reached.map((each) => [each.method, each.body, valuesOf(each, 'x-auth-subject')]),
        [['POST', 'body', ['ada']]],
      );
    });

    test('of several tokens and proofs none is chosen', async () => {
      const { asked } = await during(() =>
        apache.get('/orders', 'Authorization: Bearer one', 'authorization: Bearer two', 'DPoP: a', 'DPoP: b'),
      );
      assert.deepEqual(
        asked.map((each) => [valuesOf(each, 'authorization'), valuesOf(each, 'dpop')]),
        [[['Bearer one, Bearer two'], ['a, b']]],
      );
    });

    test('a target that is no path, a method of proxies and a request without Host are asked about or refused', async () => {
      const host = '\r\nHost: api.example.com\r\nConnection: close\r\n\r\n';
      for (const line of [
        'GET https://api.example.com/orders HTTP/1.1',
        'GET https://other.example/orders HTTP/1.1',
        'GET //other.example/orders HTTP/1.1',
        'CONNECT api.example.com:443 HTTP/1.1',
        'OPTIONS * HTTP/1.1',
        'GET * HTTP/1.1',
        'GET orders HTTP/1.1',
        'GET /orders x HTTP/1.1',
        'GET /orders\t HTTP/1.1',
        'GET  /orders HTTP/1.1',
      ]) {
        const { reached } = await during(() => apache.send(line + host));
        assert.equal(reached.length, 0, line);
      }
      const nameless = await during(() => apache.send('GET /orders HTTP/1.0\r\n\r\n'));
      assert.equal(nameless.reached.length, 0);
      for (const line of [
        `GET /orders HTTP/1.0${host}`,
        `GET /orders HTTP/3.1${host}`,
        `TRACE /orders HTTP/1.1${host}`,
        `TRACE /orders HTTP/1.1\r\nMax-Forwards: 0${host}`,
        `PROPFIND /orders HTTP/1.1${host}`,
        `GET /orders HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==${host}`,
      ]) {
        const { asked, reached } = await during(() => apache.send(line));
        const [, method] = /^(\S+) /.exec(line) ?? [];
        assert.deepEqual(
          asked.map(({ headers }) => [headers['x-original-method'], headers['x-original-uri']]),
          [[method, '/orders']],
          line,
        );
        assert.ok(reached.length <= 1);
      }
    });

    test('one request is never two: each that reaches the API was asked about', async () => {
      const host = 'Host: api.example.com\r\n';
      const inner = `GET /smuggled HTTP/1.1\r\n${host}X-Auth-Subject: root\r\n\r\n`;
      for (const bytes of [
        `POST /orders HTTP/1.1\r\n${host}Content-Length: ${inner.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
        `POST /orders HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
        `POST /orders HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${inner}`,
        `POST /orders HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
        `GET /orders HTTP/1.1\r\n${host}Content-Length: ${inner.length}\r\n\r\n${inner}`,
        `GET /orders HTTP/1.1\r\n${host}X: a\r\n X-Auth-Subject: root\r\n\r\n`,
        `GET /orders HTTP/1.1\r\n${host}X: a\rX-Auth-Subject: root\r\n\r\n`,
      ]) {
        const { asked, reached } = await during(async () => {
          const end = `GET /end HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
          return apache.send(bytes + end);
        });
        assert.deepEqual(
          reached.map(({ url }) => url),
          asked.map(({ headers }) => headers['x-original-uri']),
          bytes,
        );
        for (const each of reached) assert.deepEqual(valuesOf(each, 'x-auth-subject'), ['ada'], bytes);
      }
    });

    test('long headers reach the gate whole, or nothing goes on', async () => {
      const whole = `Bearer ${'a'.repeat(8000)}`;
      const fits = await during(() => apache.get('/orders', `Authorization: ${whole}`));
      assert.deepEqual(
        [fits.asked.map((each) => valuesOf(each, 'authorization')), fits.reached.length],
        [[[whole]], 1],
      );
      const over = await during(() => apache.get('/orders', `Authorization: Bearer ${'a'.repeat(9000)}`));
      assert.deepEqual([over.result.statuses, over.reached.length], [[400], 0]);
      const target = await during(() => apache.get(`/${'a'.repeat(9000)}`));
      assert.deepEqual([target.result.statuses, target.reached.length], [[414], 0]);
    });

    /** Apache, and the real gate behind a server that keeps what is asked. */
    async function apacheAndRealGate() {
      const port = await freePort();
      const folder = mkdtempSync(join(tmpdir(), 'countersign-apache-gate-'));
      ends.push(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, 'gate.toml');
      writeFileSync(
        file,
        [
          `listen = "127.0.0.1:${port}"`,
          '[[issuer]]',
          'issuer = "https://login.example.com"',
          'audience = "https://api.example.com"',
          '[proxy]',
          'kind = "apache"',
          '[[rule]]',
          'path = "/"',
          'allow = "anyone"',
        ].join('\n'),
      );
      const real = await startGate(file, port);
      ends.push(() => real.stop());
      return apacheAndGate(documented, (asked, response) => {
        request({ host: '127.0.0.1', port, path: asked.url, headers: asked.headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }).end();
      });
    }

    test('whatever is asked for, the API is reached by the path that the gate read, and only by one it can read', async () => {
      const judged = await apacheAndRealGate();
      /** A path as servers read it, where it can be read in one way. */
      const read = (target: string) => decodeURIComponent(/^[^?#]*/.exec(target)?.[0] ?? '');
      const part = fc.constantFrom(
        ...[
          'orders',
          '%6frders',
          'Status',
          '.',
          '..',
          '%2e',
          '%2E%2e',
          '%252e',
          '/',
          '//',
          '%2f',
          '%5c',
          '\\',
        ],
        ...[';', '..;', '%3b', '%3F', '%23', '#', '?', '&', '=', '+', '%20', '%7e', '~', '*', ':', '@', '%'],
        ...[
          '%zz',
          '%00',
          '%0a',
          '%7f',
          '%c3%a9',
          '\u00e9',
          '%ff',
          '%u002e',
          '"',
          '<',
          '|',
          '[',
          '{',
          '^',
          '`',
        ],
      );
      let through = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(part, { maxLength: 7 }), async (parts) => {
          const target = `/${parts.join('')}`;
          const { result, asked, reached } = await during(() => judged.get(target), judged);
          assert.ok(asked.length <= 1 && reached.length <= asked.length, target);
          for (const { url = '' } of reached) {
            assert.equal(asked[0]?.headers['x-original-uri'], target);
            assert.equal(read(url), read(target), `${target} reached the API as ${url}`);
          }
          assert.deepEqual(
            [result.statuses.length, result.statuses[0] === 200],
            [1, reached.length === 1],
            target,
          );
          through += reached.length;
        }),
        { numRuns: 300, examples: [[['.', '/', 'orders']], [['orders', '%3F', 'a']], [['/', 'orders']]] },
      );
      assert.ok(through > 10, String(through));
    });
  });

  test('a gate that is away, slow or not to be read lets nothing through, and is waited for no longer than it must', async () => {
    const answers: Readonly<Record<string, (socket: Socket) => void>> = {
      'nothing at all': () => {},
      'a byte a second': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx-auth-subject: ada\r\nx: ');
        const timer = setInterval(() => socket.write('a'), 500);
        socket.once('close', () => clearInterval(timer));
      },
      'the end': (socket) => socket.end(),
      'a reset': (socket) => socket.resetAndDestroy(),
      'half of its headers': (socket) => socket.end('HTTP/1.1 200 OK\r\nx-auth-subject: ada\r\n'),
      'a header twice': (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nx-auth-subject: ada\r\nX-Auth-Subject: root\r\n\r\n'),
      'no header': (socket) => socket.end('HTTP/1.1 200 OK\r\nada\r\n\r\n'),
      'another protocol': (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
      'a redirect': (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: /orders\r\n\r\n'),
      'another success': (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
      'an interim answer': (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
      'a status that is none': (socket) => socket.end('HTTP/1.1 999 No\r\n\r\n'),
      'headers without end': (socket) =>
        socket.end(
          `HTTP/1.1 200 OK\r\n${'x-1: a\r\n'.repeat(1)}${Array.from({ length: 200 }, (_, n) => `x-${n + 2}: a\r\n`).join('')}\r\n`,
        ),
    };
    await Promise.all(
      Object.entries(answers).map(async ([name, answer]) => {
        const sockets = new Set<Socket>();
        const gate = createServer((socket) => {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
          socket.once('data', () => answer(socket));
        });
        const port = await listening(gate);
        ends.push(() => {
          gate.close();
          for (const socket of sockets) socket.destroy();
        });
        const { api, get } = await apacheWith(port);
        const began = Date.now();
        const { statuses, text } = await get('/orders');
        assert.deepEqual([statuses, api.seen.length], [[503], 0], name);
        assert.match(text, /^retry-after: 5\r$/im, name);
        assert.ok(Date.now() - began < 12_000, name);
      }),
    );
    const { api, get } = await apacheWith(await freePort());
    const { statuses } = await get('/orders');
    assert.deepEqual([statuses, api.seen.length], [[503], 0]);
  });

  test('a gate that begins to answer again is asked again', async () => {
    const port = await freePort();
    const { api, get } = await apacheWith(port);
    assert.deepEqual((await get('/orders')).statuses, [503]);
    const gate = createHttpServer((_, response) => response.writeHead(200).end());
    await new Promise<void>((done) => gate.listen(port, '127.0.0.1', done));
    ends.push(() => gate.close());
    assert.deepEqual([(await get('/orders')).statuses, api.seen.length], [[200], 1]);
  });

  test('neither pages of errors, rewriting nor an old Satisfy go round the gate', async () => {
    const { gate, api, get } = await apacheAndGate(
      withLines(
        ['rewrite', 'access_compat', 'headers'],
        'ErrorDocument 401 /orders',
        'ErrorDocument 403 /orders',
        'ErrorDocument 404 /orders',
        'Header always set Strict-Transport-Security "max-age=1"',
        '<Location "/old">',
        '    RewriteEngine On',
        '    RewriteRule .* /orders',
        '</Location>',
        'RewriteEngine On',
        'RewriteRule ^/new$ /orders [PT]',
        '<Location "/any">',
        '    Satisfy Any',
        '    Require all granted',
        '</Location>',
      ),
    );
    const refused = await get('/status/../orders');
    assert.deepEqual([refused.statuses, gate.seen.length, api.seen.length], [[401], 1, 0]);
    assert.match(refused.text, /^strict-transport-security: max-age=1\r$/im);
    assert.match(refused.text, /^countersign-event-id: event\r$/im);
    // Apache refuses this one itself, before it would ask.
    assert.deepEqual([(await get('/a%2fb')).statuses, gate.seen.length, api.seen.length], [[404], 1, 0]);
    assert.deepEqual([(await get('/old')).statuses, api.seen.length], [[403], 0]);
    assert.deepEqual(
      [(await get('/new')).statuses, gate.seen.at(-1)?.headers['x-original-uri'], api.seen.at(-1)?.url],
      [[200], '/new', '/orders'],
    );
    api.seen.length = 0;
    assert.deepEqual([(await get('/any/../orders')).statuses, api.seen.length], [[401], 0]);
    assert.deepEqual([(await get('/any/../any')).statuses, api.seen.length], [[401], 0]);
    assert.deepEqual([(await get('/any')).statuses, api.seen.length], [[200], 1]);
  });

  test('a script that is not there, fails or misses its library lets nothing through', async () => {
    const gate = await recorder((_, response) => response.writeHead(200).end());
    ends.push(() => gate.server.close());
    const script = readFileSync(resolve(import.meta.dirname, '../apache/gate.lua'), 'utf8');
    for (const broken of ['/nowhere/gate.lua gate', '%/gate.lua other', '%/libraryless.lua gate']) {
      const proxy: GatedProxy = {
        ...documented,
        surround: (configuration, folder, port) => {
          writeFileSync(
            join(folder, 'libraryless.lua'),
            script.replace('require("socket")', 'require("absent")'),
          );
          const hook = `LuaHookFixups ${broken.replace('%', folder)}`;
          return documented.surround?.(configuration.replace(/LuaHookFixups .*/, hook), folder, port) ?? '';
        },
      };
      const { api, get } = await apacheWith(gate.port, proxy);
      assert.deepEqual([(await get('/orders')).statuses, api.seen.length], [[500], 0], broken);
    }
  });

  test('over HTTP/2 the same is asked', async () => {
    const { gate, api, port } = await apacheAndGate(withLines(['http2'], 'Protocols h2 http/1.1'));
    const session = connectHttp2(`https://127.0.0.1:${port}`, {
      servername: 'api.example.com',
      rejectUnauthorized: false,
      cert: client.cert,
      key: client.key,
    });
    ends.push(() => session.destroy());
    const ask = (headers: Readonly<Record<string, string | string[]>>): Promise<number> =>
      new Promise((done, fail) => {
        const stream = session.request({ ':authority': 'api.example.com', ...headers });
        stream.once('response', (answer) => {
          stream.resume();
          stream.once('end', () => done(Number(answer[':status'])));
        });
        stream.once('error', fail);
        stream.end();
      });
    assert.equal(await ask({ ':path': '/status/../orders' }), 401);
    assert.equal(api.seen.length, 0);
    const many = Array.from({ length: 20 }, (_, n) =>
      ask({ ':path': `/orders/${n}?a=..`, 'x-auth-subject': 'root', authorization: 'Bearer one' }),
    );
    assert.deepEqual([...new Set(await Promise.all(many))], [200]);
    assert.deepEqual([...new Set(api.seen.flatMap((each) => valuesOf(each, 'x-auth-subject')))], ['ada']);
    const asked = gate.seen.slice(1);
    assert.deepEqual(
      asked.map(({ headers }) => headers['x-original-uri']).toSorted(),
      api.seen.map(({ url }) => url).toSorted(),
    );
    for (const each of asked) {
      assert.equal(each.headers.authorization, 'Bearer one');
      assert.equal(valuesOf(each, 'x-ssl-client-cert').length, 1);
    }
  });
});

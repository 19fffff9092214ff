import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import test, { after, before, describe } from 'node:test';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Call, call, post } from './token-client.ts';

const FORM = 'application/x-www-form-urlencoded';
const TEN_MEGABYTES = 10_000_000;
const PER_ADDRESS = 40;

/** The status line's number of what came back before the end of a connection, or `closed` when nothing came. */
const statusIn = (received: string): number | 'closed' => {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1];
  return status === undefined ? 'closed' : Number(status);
};

/** Collects what a socket receives until it ends, whatever ends it. */
function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return new Promise((done) => socket.once('close', () => done(text)));
}

for (const database of ONE_DATABASE) {
  describe(`hostile requests on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let admin: AdminApi;
    let close: () => Promise<void>;
    let client: Registered;
    let identity: Identity;

    const url = (path = '/oauth2/token') => `${home.issuer}${path}`;
    const form = () => ({ grant_type: 'client_credentials', ...client });
    const good = () => post(url(), form());
    const sendForm = (body: string, options: Call = {}) =>
      call(url(), {
        method: 'POST',
        body,
        ...options,
        headers: { 'content-type': FORM, ...options.headers },
      });
    const openTls = async (options: Pick<SecureContextOptions, 'maxVersion'> = {}) => {
      const socket = connectTls({
        port: home.port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...options,
      });
      await once(socket, 'secureConnect');
      return socket;
    };
    /** Sends bytes as they are and ends sending. @returns what came back */
    const rawAnswer = async (...parts: readonly (string | Buffer)[]) => {
      const socket = await openTls();
      const answer = received(socket);
      for (const part of parts) socket.write(part);
      socket.end();
      return answer;
    };
    /** The status that came back, or `closed`. */
    const raw = async (...parts: readonly (string | Buffer)[]) => statusIn(await rawAnswer(...parts));
    const head = (...lines: readonly string[]) =>
      [`POST /oauth2/token HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome({
        ...opened.deployment,
        'transport.https': {
          handshake_timeout: 1,
          request_timeout: 2,
          max_connections_per_address: PER_ADDRESS,
        },
        logging: { level: 'debug' },
      });
      server = await home.start();
      admin = adminApiOf(home.issuer);
      identity = await createIdentity('CN=client');
      client = await admin.register({
        client_name: 'client',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials', 'password'],
        scope: 'read',
      });
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await close?.();
    });
    const stillServes = async () => {
      assert.equal(server.process.exitCode, null);
      assert.equal((await good()).status, 200);
    };

    describe('the form', () => {
      for (const parameter of ['grant_type', 'client_id', 'client_secret', 'scope', 'unknown']) {
        test(`a repeated ${parameter} is refused`, async () => {
          const values = new URLSearchParams({ ...form(), scope: 'read', unknown: '1' });
          values.append(parameter, values.get(parameter) ?? '');
          const answer = await sendForm(values.toString());
          assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request']);
          assert.equal(await causeOf(server, answer), 'parameter_repeated');
        });
      }

      test('more than a hundred parameters are refused', async () => {
        const many = Array.from({ length: 200 }, (_, index) => `p${index}=`).join('&');
        const answer = await sendForm(`${new URLSearchParams(form())}&${many}`);
        assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request']);
      });

      for (const [what, client_id] of [
        ['a zero byte', '%00'],
        ['a zero byte within', 'client%00id'],
        ['bytes that are no UTF-8', '%ff%fe'],
        ['half a surrogate pair', '%ed%a0%80'],
        ['a broken escape', '%zz%'],
        ['a quarter of a megabyte', 'x'.repeat(250_000)],
        ['SQL', "' or 1=1 --"],
      ]) {
        test(`a client_id of ${what} is an unknown client`, async () => {
          const answer = await sendForm(
            `grant_type=client_credentials&client_secret=wrong&client_id=${client_id}`,
          );
          assert.deepEqual([answer.status, answer.json().error], [401, 'invalid_client'], answer.text);
          assert.equal(await causeOf(server, answer), 'client_unknown');
        });
      }

      for (const [what, username] of [
        ['a zero byte', '\0'],
        ['half a surrogate pair', '\ud800'],
        ['a hundred kilobytes', 'x'.repeat(100_000)],
      ]) {
        test(`a username of ${what} is an unknown user`, async () => {
          const answer = await post(url(), {
            ...client,
            grant_type: 'password',
            username: username ?? '',
            password: 'wrong',
          });
          assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_grant'], answer.text);
        });
      }

      test('a password of half a megabyte is a wrong one', async () => {
        const answer = await post(url(), {
          ...client,
          grant_type: 'password',
          username: 'admin',
          password: 'x'.repeat(500_000),
        });
        assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_grant'], answer.text);
      });

      test('the media type may have parameters, and be no other', async () => {
        const body = new URLSearchParams(form()).toString();
        const charset = { headers: { 'content-type': `${FORM};charset=UTF-8` } };
        assert.equal((await sendForm(body, charset)).status, 200);
        for (const type of [
          'application/json',
          'multipart/form-data; boundary=x',
          'text/plain',
          'nonsense',
          '',
        ]) {
          const answer = await sendForm(body, { headers: { 'content-type': type } });
          assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request'], type);
        }
      });

      test('an empty body is refused', async () => {
        const answer = await sendForm('');
        assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request']);
      });
    });

    test('other methods are refused with Allow', async () => {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await call(url(), { method });
        assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST'], method);
      }
      for (const method of ['OPTIONS', 'TRACE', 'PROPFIND']) {
        const { status } = await call(url(), { method });
        assert.ok(status >= 400 && status < 500, `${method} ${status}`);
      }
    });

    describe('HTTP', () => {
      const body = () => new URLSearchParams(form()).toString();

      test('ten megabytes of header', async () => {
        const status = await raw(head(`X-Padding: ${'x'.repeat(TEN_MEGABYTES)}`));
        assert.ok(status === 431 || status === 'closed', `${status}`);
        assert.equal(await raw(head(`X-Padding: ${'x'.repeat(40_000)}`)), 431);
        await stillServes();
      });

      test('ten megabytes of form, announced and in chunks', async () => {
        const padding = Buffer.alloc(TEN_MEGABYTES, 'x');
        const announced = await raw(
          head(`Content-Type: ${FORM}`, `Content-Length: ${TEN_MEGABYTES}`),
          padding,
        );
        assert.ok(announced === 413 || announced === 'closed', `${announced}`);
        const chunked = await raw(
          head(`Content-Type: ${FORM}`, 'Transfer-Encoding: chunked'),
          ...[`${TEN_MEGABYTES.toString(16)}\r\n`, padding, '\r\n0\r\n\r\n'],
        );
        assert.ok(chunked === 413 || chunked === 'closed', `${chunked}`);
        const slightly = await sendForm(`${body()}&padding=${'x'.repeat(1_100_000)}`);
        assert.deepEqual([slightly.status, slightly.json().error], [413, 'invalid_request']);
        await stillServes();
      });

      for (const [what, lines, sent] of [
        ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'a=b&c'],
        ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
        ['a negative length', ['Content-Length: -1'], ''],
        ['an unknown transfer coding', ['Transfer-Encoding: rot13'], 'a=b'],
        ['a broken chunk', ['Transfer-Encoding: chunked'], 'zz\r\na=b\r\n'],
        ['a header without a colon', ['Nonsense'], ''],
        ['a zero byte in a header', ['X-Zero: a\0b'], ''],
      ] as const) {
        test(`${what}`, async () => {
          const answer = await rawAnswer(head(`Content-Type: ${FORM}`, ...lines), sent);
          assert.equal(statusIn(answer), 400);
          const id = /countersign-event-id: (\S+)/i.exec(answer)?.[1];
          assert.ok(id, answer);
          assert.match(await server.line(new RegExp(id)), /request\.refused/);
          assert.doesNotMatch(server.output(), /"why":"aborted"/, 'the route records none of its own');
        });
      }

      test('what is no HTTP at all', async () => {
        assert.equal(await raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n'), 400);
        const socket = connectTcp(home.port, '127.0.0.1');
        const answer = received(socket);
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
        assert.equal(statusIn(await answer), 400, 'plain HTTP on the TLS port is told to use https');
        await stillServes();
      });

      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        test(`whoever ends sending with the request reads the answer, ${maxVersion}`, async () => {
          const socket = await openTls({ maxVersion });
          const answer = received(socket);
          const body = new URLSearchParams(form()).toString();
          socket.end(`${head(`Content-Type: ${FORM}`, `Content-Length: ${body.length}`)}${body}`);
          assert.match(await answer, /^HTTP\/1\.1 200 [\s\S]*"access_token"/);
        });
      }

      test('a path that is broken or endless', async () => {
        for (const path of [
          '/%',
          '/%ff',
          `/${'a'.repeat(20_000)}`,
          '/oauth2/token/',
          '//',
          '/../../etc/passwd',
        ]) {
          const status = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
          assert.ok(
            typeof status === 'number' && status >= 400 && status < 500,
            `${path.slice(0, 30)} ${status}`,
          );
        }
      });
    });

    describe('registration', () => {
      const register = (certificates: unknown) =>
        admin.request('POST', '/clients', { client_name: 'hostile', certificates });

      test('certificates that are none name the field at fault', async () => {
        const { pem, key } = identity;
        const lines = pem.trimEnd().split('\n');
        for (const [what, certificate] of [
          ['the last line cut off', lines.slice(0, -1).join('\n')],
          ['half of it', pem.slice(0, pem.length / 2)],
          ['a line missing within', [...lines.slice(0, 3), ...lines.slice(4)].join('\n')],
          ['a private key', key],
          ['both', pem + key],
          ['two in one', pem + pem],
          ['nothing', ''],
          ['text', 'certificate'],
          ['base64 of nothing', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
          ['far too much', pem.replace('\n', `\n${'A'.repeat(50_000)}\n`)],
        ] as const) {
          const answer = await register([certificate]);
          assert.equal(answer.status, 400, what);
          assert.equal(answer.json().error, 'invalid_client_metadata', what);
          assert.equal(answer.json().field, 'certificates.0', what);
        }
        const wrongType = await register(pem);
        assert.deepEqual([wrongType.status, wrongType.json().field], [400, 'certificates']);
      });

      test('bodies that are no JSON, too much of it, or of another kind', async () => {
        const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
        const send = (body: string, type = 'application/json') =>
          call(url('/api/admin/v1/clients'), {
            method: 'POST',
            headers: { authorization, 'content-type': type },
            body,
          });
        assert.equal((await send('{"client_name":')).status, 400);
        assert.equal((await send('[]')).status, 400);
        assert.equal((await send('null')).status, 400);
        assert.equal((await send('{"__proto__":{"client_name":"x"}}')).status, 400);
        assert.equal((await send('{"constructor":{"prototype":{}},"client_name":"x"}')).status, 400);
        assert.equal((await send('['.repeat(100_000))).status, 400);
        assert.equal((await send(JSON.stringify({ client_name: 'x'.repeat(1_100_000) }))).status, 413);
        assert.equal((await send('client_name=x', FORM)).status, 415);
        assert.equal((await send('{"client_name":"a\\u0000b"}')).status, 400);
        await stillServes();
      });
    });

    describe('the handshake', () => {
      const chainOf = async (length: number, subject: string) => {
        const now = Date.now();
        let issuer: IssuedCertificate | undefined;
        const chain: string[] = [];
        for (let index = 0; index < length; index++) {
          issuer = await issueCertificate({
            subject: `CN=${subject} ${index}`,
            keyType: 'EC-P256',
            days: 1,
            usage: 'ca',
            now,
            ...(issuer && { issuer }),
          });
          chain.unshift(certificateToPem(issuer.certificate));
        }
        assert.ok(issuer);
        const leaf = await createIdentity('CN=leaf', { issuer });
        return { cert: leaf.pem + chain.join(''), key: leaf.key };
      };

      test('a chain of 200 certificates is looked at in bounds, a heavier one ends the handshake', async () => {
        const { client_id } = await admin.register({
          client_name: 'chained',
          tls_client_auth_subject_dn: 'CN=leaf',
        });
        const grant = { grant_type: 'client_credentials', client_id };
        const answer = await post(url(), grant, { certificate: await chainOf(200, 'authority') }).catch(
          String,
        );
        if (typeof answer !== 'string') {
          assert.equal(answer.status, 401);
          assert.equal(await causeOf(server, answer), 'certificate_not_trusted');
        }
        const heavy = await chainOf(200, 'x'.repeat(60));
        await assert.rejects(
          post(url(), grant, { certificate: { ...heavy, cert: heavy.cert.repeat(2) } }),
          /ECONNRESET|EPIPE|alert|hang up|disconnected/i,
        );
        await stillServes();
      });

      test('slow clients are cut off: no hello, half a hello, no request, half a head, half a body', async () => {
        const silent = connectTcp(home.port, '127.0.0.1');
        const half = connectTcp(home.port, '127.0.0.1');
        half.write(Buffer.from('160301020001000001fc0303', 'hex'));
        const [idle, slowHead, slowBody] = [await openTls(), await openTls(), await openTls()];
        slowHead.write('POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
        slowBody.write(`${head(`Content-Type: ${FORM}`, 'Content-Length: 100')}grant`);
        const dripping = await openTls();
        dripping.write(head(`Content-Type: ${FORM}`, 'Content-Length: 1000'));
        const drip = setInterval(() => dripping.write('a'), 100);
        const ends = Promise.all([silent, half, idle, slowHead, slowBody, dripping].map(received));
        await stillServes();
        const [noHello, halfHello, noRequest, halfHead, halfBody, drips] = (await ends).map(statusIn);
        clearInterval(drip);
        assert.deepEqual([noHello, halfHello], ['closed', 'closed']);
        assert.ok(noRequest === 408 || noRequest === 'closed', `${noRequest}`);
        assert.deepEqual([halfHead, halfBody, drips], [408, 408, 408]);
        await server.line(/handshake\.refused.*handshake_failed/);
        await stillServes();
      });

      test('a flood of connections is turned away above the limit, and leaves no trace', async () => {
        const sockets = Array.from({ length: PER_ADDRESS * 3 }, () => connectTcp(home.port, '127.0.0.1'));
        const ended = sockets.map(
          (socket) => new Promise<void>((done) => socket.on('error', () => {}).once('close', () => done())),
        );
        await Promise.race(ended);
        const told = await server.line(/connection\.refused.*connections_limited/);
        assert.match(told, new RegExp(`"max_connections_per_address":${PER_ADDRESS}`));
        for (const socket of sockets) socket.destroy();
        await Promise.all(ended);
        await eventually(
          () =>
            good().then(
              ({ status }) => status,
              () => 'refused' as const,
            ),
          (status) => status === 200,
        );
      });
    });
  });
}

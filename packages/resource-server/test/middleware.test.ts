import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer as createHttpServer, request as httpRequest, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test, { after, before, describe } from 'node:test';
import Fastify from 'fastify';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { type SelfSigned, selfSigned } from '../../server/test/https-on-loopback.ts';
import { type Answer, type Call, call } from '../../server/test/token-client.ts';
import { fastifyPreHandler } from '../src/fastify.ts';
import {
  acceptedToken,
  createTokenVerifier,
  type NodeOptions,
  nodeMiddleware,
  TokenRefused,
  type TokenVerifier,
} from '../src/index.ts';
import { AUDIENCE, type StubIssuer, startStubIssuer } from './stub-issuer.ts';

type Listening = { readonly origin: string; close(): Promise<void> };

const portOf = (address: AddressInfo | string | null): number =>
  address !== null && typeof address === 'object' ? address.port : assert.fail('no port');

async function listen(scheme: string, server: Server): Promise<Listening> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `${scheme}://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the middleware', () => {
  let stub: StubIssuer;
  let verifier: TokenVerifier;
  let server: SelfSigned;
  let client: Identity;
  let stranger: Identity;
  const open: Listening[] = [];
  const causes: string[] = [];

  before(async () => {
    stub = await startStubIssuer();
    server = await selfSigned('api');
    client = await createIdentity('CN=client');
    stranger = await createIdentity('CN=stranger');
    verifier = createTokenVerifier({
      issuer: stub.issuer,
      audience: AUDIENCE,
      trustedCertificates: [stub.certificate],
    });
  });
  after(async () => {
    for (const each of open) await each.close();
    await stub?.close();
  });

  const protectedBy = (options: NodeOptions, tls = true): Promise<Listening> => {
    const protect = nodeMiddleware(verifier, {
      realm: 'api',
      onRefused: (refusal) =>
        causes.push(refusal instanceof TokenRefused ? refusal.because : refusal.message),
      ...options,
    });
    const handle: Parameters<typeof createHttpServer>[1] = (request, response) =>
      protect(request, response, () => {
        const { claims, binding } = acceptedToken(request);
        response.end(JSON.stringify({ sub: claims.sub, binding }));
      });
    const listening = tls
      ? createServer(
          { cert: server.pem, key: server.key, requestCert: true, rejectUnauthorized: false },
          handle,
        )
      : createHttpServer(handle);
    return listen(tls ? 'https' : 'http', listening).then((each) => {
      open.push(each);
      return each;
    });
  };
  const boundToken = () => stub.token({ cnf: { 'x5t#S256': client.thumbprint } });

  test('lets a bound token through over the connection of its certificate alone', async () => {
    const { origin } = await protectedBy({ scope: 'read' });
    const headers = bearer(await boundToken());
    const accepted = await call(origin, { headers, certificate: client });
    assert.deepEqual(accepted.json(), { sub: 'ada', binding: 'certificate' });
    const wrong = await call(origin, { headers, certificate: stranger });
    assert.equal(wrong.status, 401);
    assert.match(String(wrong.headers['www-authenticate']), /^Bearer realm="api", error="invalid_token", /);
    assert.equal(wrong.headers['cache-control'], 'no-store');
    assert.equal(wrong.json().error, 'invalid_token');
    assert.equal((await call(origin, { headers })).status, 401);
    assert.deepEqual(causes.splice(0), ['certificate_differs', 'certificate_absent']);
  });

  test('answers 403 for a scope that was not granted and 401 without a token', async () => {
    const { origin } = await protectedBy({ scope: ['read', 'delete'] });
    const answer = await call(origin, { headers: bearer(await stub.token()) });
    assert.equal(answer.status, 403);
    assert.match(
      String(answer.headers['www-authenticate']),
      /error="insufficient_scope".*scope="read delete"$/,
    );
    const without = await call(origin);
    assert.equal(without.status, 401);
    assert.equal(without.headers['www-authenticate'], 'Bearer realm="api"');
  });

  test('answers 503 while the authorization server is away', async () => {
    const away = createTokenVerifier({ issuer: 'https://127.0.0.1:1', audience: AUDIENCE });
    const protect = nodeMiddleware(away);
    const each = await listen(
      'http',
      createHttpServer((request, response) => protect(request, response, () => response.end('let through'))),
    );
    open.push(each);
    const response = await fetch(each.origin, { headers: bearer(await stub.token()) });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('www-authenticate'), null);
    assert.ok(response.headers.has('retry-after'));
  });

  test('goes on with known keys while the authorization server is away, and waits for introspection no longer than it must', async () => {
    const issuer = await startStubIssuer();
    const options = { issuer: issuer.issuer, audience: AUDIENCE, trustedCertificates: [issuer.certificate] };
    const own = createTokenVerifier({
      ...options,
      introspection: { clientId: 'api', clientSecret: 'secret', cacheSeconds: 0 },
    });
    const protect = nodeMiddleware(own);
    const each = await listen(
      'http',
      createHttpServer((request, response) => protect(request, response, () => response.end('let through'))),
    );
    open.push(each);
    const statusOf = async (token: string) => (await fetch(each.origin, { headers: bearer(token) })).status;
    assert.equal(await statusOf(await issuer.token()), 200);
    issuer.opaque.set('opaque', { aud: AUDIENCE });
    assert.equal(await statusOf('opaque'), 200);
    issuer.failWith(500);
    assert.equal(await statusOf(await issuer.token()), 200);
    assert.equal(await statusOf('opaque'), 503);
    issuer.failWith(undefined);
    issuer.delay(7_000);
    const began = Date.now();
    assert.equal(await statusOf('opaque'), 503);
    assert.ok(Date.now() - began < 6_900);
    await issuer.close();
  });

  /** Sends header lines as they are, so that one can stand twice. */
  const plain = (origin: string, headers: Record<string, string | string[]>): Promise<number> =>
    new Promise((done, fail) => {
      httpRequest(origin, { headers, agent: false }, (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      })
        .on('error', fail)
        .end();
    });
  const clientCert = ({ certificate }: Identity) => `:${Buffer.from(certificate.der).toString('base64')}:`;

  test('refuses a second Authorization header', async () => {
    const { origin } = await protectedBy({}, false);
    const authorization = `Bearer ${await stub.token()}`;
    const status = await new Promise<number>((done, fail) => {
      const outgoing = httpRequest(
        origin,
        {
          agent: false,
          headers: [
            ['host', 'a'],
            ['authorization', authorization],
            ['authorization', authorization],
          ].flat(),
        },
        (response) => {
          response.resume();
          done(response.statusCode ?? 0);
        },
      );
      outgoing.on('error', fail).end();
    });
    assert.equal(status, 400);
  });

  test('believes Client-Cert from a trusted proxy and nobody else', async () => {
    const headers = { ...bearer(await boundToken()), 'client-cert': clientCert(client) };
    const behind = await protectedBy({ trustedProxies: ['10.0.0.0/8', '127.0.0.0/8'] }, false);
    assert.equal(await plain(behind.origin, headers), 200);
    assert.equal(await plain(behind.origin, { ...headers, 'client-cert': clientCert(stranger) }), 401);
    const elsewhere = await protectedBy({ trustedProxies: ['10.0.0.0/8'] }, false);
    assert.equal(await plain(elsewhere.origin, headers), 401);
    const unproxied = await protectedBy({}, false);
    assert.equal(await plain(unproxied.origin, headers), 401);
  });

  test('refuses a Client-Cert that cannot be read in one way', async () => {
    const { origin } = await protectedBy({ trustedProxies: ['127.0.0.1'] }, false);
    const good = clientCert(client);
    const authorization = `Bearer ${await stub.token()}`;
    const { raw } = new X509Certificate(client.pem);
    const longer = `:${Buffer.concat([raw, Buffer.from('0500', 'hex')]).toString('base64')}:`;
    const values = [
      [good, good],
      'abc',
      good.slice(1),
      ':AAAA:',
      ':MAA=:',
      `${good};a=1`,
      `${good}, ${good}`,
    ];
    for (const value of [...values, longer]) {
      assert.equal(await plain(origin, { authorization, 'client-cert': value }), 400, String(value));
    }
    assert.equal(await plain(origin, { authorization }), 200, 'no header is no certificate');
    assert.equal(await plain(origin, { authorization, 'client-cert': '' }), 200, 'nor is an empty one');
  });

  test('never takes the certificate of a trusted proxy for the client’s', async () => {
    const { origin } = await protectedBy({ trustedProxies: ['127.0.0.1'] });
    const token = await stub.token({ cnf: { 'x5t#S256': stranger.thumbprint } });
    const answer = await call(origin, { headers: bearer(token), certificate: stranger });
    assert.equal(answer.status, 401);
  });

  test('is not made with addresses or a realm that cannot be', () => {
    for (const address of ['localhost', '10.0.0.0/33', '10.0.0.0/8/8', '']) {
      assert.throws(() => nodeMiddleware(verifier, { trustedProxies: [address] }), TypeError, address);
    }
    assert.throws(() => nodeMiddleware(verifier, { realm: 'a"b' }), TypeError);
  });

  test('tells of a route that nothing protects', async () => {
    const each = await listen(
      'http',
      createHttpServer((request, response) => {
        assert.throws(() => acceptedToken(request), /is the route protected/);
        response.end('asked');
      }),
    );
    open.push(each);
    assert.equal(await (await fetch(each.origin)).text(), 'asked');
  });

  describe('for Fastify', () => {
    let close: () => Promise<unknown>;
    let origin: string;
    const ask = (options: Call): Promise<Answer> => call(`${origin}/`, options);

    before(async () => {
      const https = { cert: server.pem, key: server.key, requestCert: true, rejectUnauthorized: false };
      const secured = Fastify({ https });
      secured.get('/', { preHandler: fastifyPreHandler(verifier, { scope: 'read' }) }, async (request) => ({
        sub: acceptedToken(request).claims.sub,
      }));
      await secured.listen({ host: '127.0.0.1', port: 0 });
      origin = `https://127.0.0.1:${portOf(secured.server.address())}`;
      close = () => secured.close();
    });
    after(() => close?.());

    test('lets a bound token through with its certificate and answers every other', async () => {
      const headers = bearer(await boundToken());
      assert.deepEqual((await ask({ headers, certificate: client })).json(), { sub: 'ada' });
      const wrong = await ask({ headers, certificate: stranger });
      assert.equal(wrong.status, 401);
      assert.match(String(wrong.headers['www-authenticate']), /^Bearer error="invalid_token"/);
      assert.equal((await ask({})).status, 401);
    });
  });
});

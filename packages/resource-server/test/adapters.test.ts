import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test, { after, before, describe } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { type SelfSigned, selfSigned } from '../../server/test/https-on-loopback.ts';
import { type Call, call } from '../../server/test/token-client.ts';
import { expressMiddleware } from '../src/express.ts';
import { fastifyPreHandler } from '../src/fastify.ts';
import { honoMiddleware } from '../src/hono.ts';
import {
  acceptedToken,
  createDpopNonces,
  createTokenVerifier,
  type GuardOptions,
  nodeMetadata,
  nodeMiddleware,
  resourceMetadata,
  type TokenVerifier,
  webGuard,
} from '../src/index.ts';
import { koaMiddleware } from '../src/koa.ts';
import { type DpopKey, dpopKey } from './proof.ts';
import { AUDIENCE, type StubIssuer, startStubIssuer } from './stub-issuer.ts';

const BASE = 'https://api.example';
const nonces = createDpopNonces(Buffer.alloc(32, 3));
const portOf = (address: AddressInfo | string | null): number =>
  address !== null && typeof address === 'object' ? address.port : assert.fail('no port');

/** A request listener of a framework, whose `/orders` says what the token of the request says. */
type Framework = (verifier: TokenVerifier, options: Options) => RequestListener | Promise<RequestListener>;
type Options = Omit<GuardOptions<never>, 'onRefused'>;

const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  'node:http': (verifier, options) => {
    const protect = nodeMiddleware(verifier, options);
    return (request, response) =>
      protect(request, response, () => {
        const { claims, binding } = acceptedToken(request);
        response.end(JSON.stringify({ sub: claims.sub, binding }));
      });
  },
  Express: (verifier, options) => {
    const router = express.Router();
    // A router is where Express shortens the URL, which a proof names whole.
    router.get('/', expressMiddleware(verifier, options), (request, response) => {
      const { claims, binding } = acceptedToken(request);
      response.json({ sub: claims.sub, binding });
    });
    return express().use('/orders', router);
  },
  Fastify: async (verifier, options) => {
    const app = Fastify();
    app.get('/orders', { onRequest: fastifyPreHandler(verifier, options) }, async (request) => {
      const { claims, binding } = acceptedToken(request);
      return { sub: claims.sub, binding };
    });
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  Koa: (verifier, options) => {
    const app = new Koa();
    app.use(koaMiddleware(verifier, options));
    app.use((context) => {
      const { claims, binding } = acceptedToken(context.req);
      context.body = { sub: claims.sub, binding };
    });
    return app.callback();
  },
  Hono: (verifier, options) => {
    const app = new Hono();
    app.get('/orders', honoMiddleware(verifier, options), (context) => {
      const { claims, binding } = acceptedToken(context.req.raw);
      return context.json({ sub: claims.sub, binding });
    });
    return getRequestListener(app.fetch);
  },
};

describe('each framework', () => {
  let stub: StubIssuer;
  let server: SelfSigned;
  let client: Identity;
  let stranger: Identity;
  let key: DpopKey;
  let verifier: TokenVerifier;
  const open: (() => void)[] = [];

  before(async () => {
    [stub, server, client, stranger, key] = await Promise.all([
      startStubIssuer(),
      selfSigned('api'),
      createIdentity('CN=client'),
      createIdentity('CN=stranger'),
      dpopKey(),
    ]);
    verifier = createTokenVerifier({
      issuer: stub.issuer,
      audience: AUDIENCE,
      trustedCertificates: [stub.certificate],
      dpop: { baseUrls: BASE, nonces },
    });
  });
  after(async () => {
    for (const close of open) close();
    await stub?.close();
  });

  async function served(listener: RequestListener, tls: boolean): Promise<string> {
    const https = { cert: server.pem, key: server.key, requestCert: true, rejectUnauthorized: false };
    const listening = tls ? createServer(https, listener) : createHttpServer(listener);
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    open.push(() => {
      listening.close();
      listening.closeAllConnections();
    });
    return `${tls ? 'https' : 'http'}://127.0.0.1:${portOf(listening.address())}`;
  }
  const bound = () => stub.token({ cnf: { 'x5t#S256': client.thumbprint } });

  for (const [name, framework] of Object.entries(FRAMEWORKS)) {
    describe(name, () => {
      let direct: (options?: Call) => ReturnType<typeof call>;
      let behind: (headers: Record<string, string>) => Promise<Response>;

      before(async () => {
        const listener = await framework(verifier, { scope: 'read', realm: 'api' });
        const origin = await served(listener, true);
        direct = (options = {}) => call(`${origin}/orders`, options);
        const proxied = await framework(verifier, {
          trustedProxies: [{ addresses: '127.0.0.1', format: 'nginx', header: 'X-SSL-Cert' }],
        });
        const inner = await served(proxied, false);
        behind = (headers) => fetch(`${inner}/orders`, { headers });
      });

      test('lets a token through over the connection of its certificate alone', async () => {
        const headers = { authorization: `Bearer ${await bound()}` };
        const accepted = await direct({ headers, certificate: client });
        assert.deepEqual(accepted.json(), { sub: 'ada', binding: 'certificate' });
        const wrong = await direct({ headers, certificate: stranger });
        assert.equal(wrong.status, 401);
        assert.match(
          String(wrong.headers['www-authenticate']),
          /^Bearer realm="api", error="invalid_token", .*, DPoP realm="api", algs="ES256 PS256 EdDSA Ed25519"$/,
        );
        assert.equal(wrong.headers['cache-control'], 'no-store');
        assert.equal(wrong.json().error, 'invalid_token');
        assert.equal((await direct({ headers })).status, 401);
      });

      test('asks for a token, and for a scope', async () => {
        const without = await direct();
        assert.deepEqual([without.status, without.json().error], [401, undefined]);
        const poor = { authorization: `Bearer ${await stub.token({ scope: 'write' })}` };
        assert.equal((await direct({ headers: poor })).status, 403);
      });

      test('takes a DPoP proof of the whole path, with the nonce it gave out', async () => {
        const token = await stub.token({ cnf: { jkt: key.jkt } });
        const send = async (changes: Record<string, unknown>) =>
          direct({
            headers: {
              authorization: `DPoP ${token}`,
              dpop: await key.proof({ url: `${BASE}/orders`, token }, changes),
            },
          });
        const first = await send({});
        assert.equal(first.status, 401);
        assert.match(String(first.headers['www-authenticate']), /^DPoP realm="api", error="use_dpop_nonce"/);
        const nonce = first.headers['dpop-nonce'];
        const second = await send({ nonce });
        assert.deepEqual([second.status, second.json()], [200, { sub: 'ada', binding: 'dpop' }]);
        const late = await send({ nonce: nonces.current(Date.now() - 300_000) });
        assert.equal(late.headers['dpop-nonce'], nonces.current(Date.now()));
      });

      test('reads the certificate as the proxy writes it, and refuses what it did not write', async () => {
        const authorization = `Bearer ${await bound()}`;
        const written = ({ pem }: Identity) => encodeURIComponent(pem);
        assert.equal((await behind({ authorization, 'x-ssl-cert': written(client) })).status, 200);
        assert.equal((await behind({ authorization, 'x-ssl-cert': written(stranger) })).status, 401);
        assert.equal((await behind({ authorization, 'x-ssl-cert': 'nonsense' })).status, 400);
        assert.equal(
          (await behind({ authorization, 'client-cert': `:${server.pem}:`.replaceAll('\n', '') })).status,
          401,
        );
      });
    });
  }

  test('a Web handler is given the token or the response', async () => {
    const decide = webGuard(verifier, { scope: 'read' });
    const authorization = `Bearer ${await bound()}`;
    const request = new Request(`${BASE}/orders`, { headers: { authorization } });
    const verdict = await decide(request, { certificate: new X509Certificate(client.pem) });
    assert.ok(!(verdict instanceof Response));
    assert.equal(verdict.token.binding, 'certificate');
    assert.equal(acceptedToken(request), verdict.token);
    const refused = await decide(new Request(`${BASE}/orders`, { headers: { authorization } }));
    assert.ok(refused instanceof Response);
    assert.equal(refused.status, 401);
    const twice = new Headers([
      ['authorization', authorization],
      ['authorization', authorization],
    ]);
    const joined = await decide(new Request(`${BASE}/orders`, { headers: twice }));
    assert.ok(joined instanceof Response);
    assert.equal(joined.status, 400);
  });

  test('HTTP/2 over TLS brings its certificate, too', async () => {
    const protect = nodeMiddleware(verifier);
    const listening = createHttp2Server(protect);
    const origin = await listening;
    const session = connectHttp2(origin, {
      ca: server.pem,
      cert: client.cert,
      key: client.key,
      servername: 'api',
      checkServerIdentity: () => undefined,
    });
    try {
      const stream = session.request({ ':path': '/orders', authorization: `Bearer ${await bound()}` });
      const status = await new Promise((done, fail) => {
        stream.on('response', (headers) => done(headers[':status'])).on('error', fail);
      });
      stream.resume();
      assert.equal(status, 200);
    } finally {
      session.close();
    }
  });

  async function createHttp2Server(protect: ReturnType<typeof nodeMiddleware>): Promise<string> {
    const listening = createSecureServer(
      { cert: server.pem, key: server.key, requestCert: true, rejectUnauthorized: false },
      (request, response) => protect(request, response, () => response.end('let through')),
    );
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    open.push(() => listening.close());
    return `https://127.0.0.1:${portOf(listening.address())}`;
  }

  test('the metadata of a resource is served, and named in the challenge', async () => {
    const metadata = resourceMetadata({ resource: `${BASE}/orders`, verifier });
    const [protect, describeResource] = [
      nodeMiddleware(verifier, { resourceMetadata: metadata.url }),
      nodeMetadata(metadata),
    ];
    const origin = await served(
      (request, response) =>
        describeResource(request, response, () => protect(request, response, () => response.end())),
      true,
    );
    const document = await call(`${origin}${metadata.path}`);
    assert.equal(document.json().resource, `${BASE}/orders`);
    const refused = await call(`${origin}/orders`);
    assert.match(
      String(refused.headers['www-authenticate']),
      /^Bearer resource_metadata="https:\/\/api\.example\/\.well-known\/oauth-protected-resource\/orders", DPoP /,
    );
  });
});

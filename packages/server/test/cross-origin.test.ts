import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { openPaths } from '../src/endpoint/cross-origin.ts';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import { adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  redeemCode,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createDpopKey } from './dpop-client.ts';
import { type Answer, type Call, call, post } from './token-client.ts';

const SPA = 'https://spa.example';
const OTHER = 'https://other-spa.example:8443';
const WEB = 'https://scripts.web.example';
const DISABLED = 'https://disabled.example';
/** Looks like an origin of a client and is none. */
const STRANGE = [
  'https://evil.example',
  'https://web.example',
  'http://spa.example',
  'https://spa.example:8443',
  'https://spa.example.evil.example',
  'https://evil-spa.example',
  'https://www.spa.example',
  'https://other-spa.example',
  'https://SPA.example',
  'https://spa.example/',
  'https://spa.example, https://evil.example',
  'https://user@spa.example',
  DISABLED,
  'null',
  '*',
  '',
  'file://',
  'com.example.app',
];

type Registration = { readonly client_id: string; readonly url: string; readonly token: string };

describe('scripts of other origins', () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let spa: TestClient;
  let other: TestClient;
  let web: TestClient;

  const at = (path: string) => `${server.issuer}${path}`;
  const basic = ({ client_id }: TestClient, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`,
  });
  const from = (origin: string, { headers, ...options }: Call = {}): Call => ({
    ...options,
    headers: { ...headers, origin },
  });
  const preflight = (url: string, origin: string, headers = 'authorization,content-type,dpop') =>
    call(
      url,
      from(origin, {
        method: 'OPTIONS',
        headers: {
          'access-control-request-method': 'POST',
          ...(headers !== '' && { 'access-control-request-headers': headers }),
        },
      }),
    );
  const list = (value: unknown) => String(value ?? '').split(', ');
  const corsHeaders = ({ headers }: Answer) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  /** Only the script of `origin` may read it, and whatever keeps answers keeps this one for it alone. */
  const assertReadable = (answer: Answer, origin: string, what: string = answer.text) => {
    assert.equal(answer.headers['access-control-allow-origin'], origin, what);
    assert.deepEqual(
      list(answer.headers['access-control-expose-headers']),
      ['WWW-Authenticate', 'DPoP-Nonce', 'countersign-event-id', 'Retry-After'],
      what,
    );
    assert.equal(answer.headers['access-control-allow-credentials'], undefined, what);
    assert.equal(answer.headers.vary, 'Origin', what);
  };
  const assertUnreadable = (answer: Answer, what: string = answer.text) => {
    assert.deepEqual(corsHeaders(answer), [], what);
    assert.equal(answer.headers.vary, 'Origin', what);
  };

  before(async () => {
    server = await startAuthorizationServer({
      registration: { mode: 'open', max_requests_per_address: 1000 },
      oauth: { dpop_nonce: 'required' },
    });
    browser = await server.browser();
    const app = {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile email offline_access',
      tls_client_certificate_bound_access_tokens: false,
    };
    spa = await server.register({ ...app, redirect_uris: [`${SPA}/callback`] });
    other = await server.register({
      ...app,
      access_token_type: 'reference',
      redirect_uris: [`${OTHER}/callback`],
    });
    web = await server.register({
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: ['https://web.example/callback'],
      allowed_cors_origins: [WEB],
    });
    const disabled = await server.register({ ...app, redirect_uris: [`${DISABLED}/callback`] });
    await adminApiOf(server.issuer).update(disabled.client_id, { enabled: false });
  });
  after(() => server?.close());

  const ownPaths = () =>
    Array.from(openPaths(server.issuer))
      .filter(([, { readers }]) => readers !== 'everybody')
      .map(([path, open]) => [path.replace(':client_id', spa.client_id), open] as const);

  test('the table of paths has every endpoint of the metadata but those that people go to', async () => {
    const metadata = (await call(at('/.well-known/openid-configuration'))).json();
    const endpoints = Object.entries(metadata)
      .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
      .filter(([name]) => !['authorization_endpoint', 'end_session_endpoint'].includes(name))
      .map(([, url]) => String(url).slice(server.issuer.length));
    const open = [...openPaths(server.issuer).keys()].filter(
      (path) => !path.startsWith('/.well-known/') && !path.includes('/:') && !path.startsWith('/api/'),
    );
    assert.deepEqual(open.toSorted(), endpoints.toSorted());
  });

  describe('a preflight', () => {
    test('is answered for every origin of some client, without credentials', async () => {
      for (const [path, { methods }] of ownPaths()) {
        for (const origin of [SPA, OTHER, WEB]) {
          const what = `${path} ${origin}`;
          const answer = await preflight(at(path), origin);
          assert.deepEqual([answer.status, answer.text], [204, ''], what);
          assert.equal(answer.headers['access-control-allow-origin'], origin, what);
          assert.deepEqual(list(answer.headers['access-control-allow-methods']), methods, what);
          assert.deepEqual(
            list(answer.headers['access-control-allow-headers']),
            ['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'],
            what,
          );
          assert.match(String(answer.headers['access-control-max-age']), /^\d+$/, what);
          assert.equal(answer.headers['access-control-allow-credentials'], undefined, what);
          assert.equal(answer.headers.vary, 'Origin', what);
        }
      }
    });

    test('allows whatever header a library sends along, and nothing that is no header', async () => {
      const sent = 'X-Requested-With, traceparent,AUTHORIZATION, , not a header, x\u00e9, auth0-client';
      const answer = await preflight(at('/oauth2/token'), SPA, sent);
      assert.deepEqual(list(answer.headers['access-control-allow-headers']), [
        ...['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'],
        ...['X-Requested-With', 'traceparent', 'auth0-client'],
      ]);
      const none = await preflight(at('/oauth2/token'), SPA, '');
      assert.equal(
        none.headers['access-control-allow-headers'],
        'Authorization, Content-Type, DPoP, Idempotency-Key',
      );
      const many = await preflight(
        at('/oauth2/token'),
        SPA,
        Array.from({ length: 500 }, (_, i) => `x-${i}`).join(),
      );
      assert.ok(list(many.headers['access-control-allow-headers']).length <= 54);
    });

    test('gets no header for an origin that no enabled client has', async () => {
      for (const [path] of ownPaths()) {
        for (const origin of STRANGE) {
          const answer = await preflight(at(path), origin);
          assert.equal(answer.status, 204, `${path} ${origin}`);
          assertUnreadable(answer, `${path} ${origin}`);
        }
      }
    });

    test('knows a client as soon as it is there, and as long as it has the origin and is enabled', async () => {
      const admin = adminApiOf(server.issuer);
      const origins = ['https://new-spa.example', 'https://newer-spa.example'];
      const allowed = async () => {
        const answers = await Promise.all(origins.map((origin) => preflight(at('/oauth2/token'), origin)));
        return answers.map((answer) => 'access-control-allow-origin' in answer.headers);
      };
      assert.deepEqual(await allowed(), [false, false]);
      const { client_id } = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${origins[0]}/cb`],
      });
      assert.deepEqual(await allowed(), [true, false]);
      await admin.update(client_id, { allowed_cors_origins: [origins[1]] });
      assert.deepEqual(await allowed(), [true, true]);
      await admin.update(client_id, { enabled: false });
      assert.deepEqual(await allowed(), [false, false]);
      await admin.update(client_id, { enabled: true });
      assert.deepEqual(await allowed(), [true, true]);
      await admin.update(client_id, { redirect_uris: ['https://elsewhere.example/cb'] });
      assert.deepEqual(await allowed(), [false, true]);
      const { headers } = await admin.request('GET', `/clients/${client_id}`);
      const removed = await admin.request('DELETE', `/clients/${client_id}`, undefined, {
        'if-match': String(headers.etag),
      });
      assert.equal(removed.status, 204, removed.text);
      assert.deepEqual(await allowed(), [false, false]);
    });

    test('is what a browser sends: any other OPTIONS is refused', async () => {
      for (const [path, { methods }] of ownPaths()) {
        for (const headers of [{}, { origin: SPA }, { 'access-control-request-method': 'POST' }]) {
          const answer = await call(at(path), { method: 'OPTIONS', headers });
          assert.deepEqual([answer.status, answer.headers.allow], [405, methods.join(', ')], path);
          assertUnreadable(answer, path);
        }
      }
    });
  });

  describe('what is for pages, programs and administrators alone', () => {
    for (const path of [
      '/oauth2/authorize',
      '/oauth2/sign-in',
      '/oauth2/consent',
      '/oauth2/device',
      '/oidc/logout',
      '/oidc/logged-out',
      '/account',
      '/account/password',
      '/console',
      '/console/',
      '/carbon',
      '/api/admin/v1/me',
      '/api/admin/v1/clients',
      '/api/admin/v1/openapi.json',
      '/health/live',
      '/nowhere',
    ]) {
      test(`${path} has no header for any origin`, async () => {
        for (const origin of [SPA, WEB, server.issuer, 'https://evil.example']) {
          for (const answer of [
            await preflight(at(path), origin),
            await call(at(path), from(origin)),
            await post(at(path), { client_id: spa.client_id }, from(origin)),
          ]) {
            assert.deepEqual(corsHeaders(answer), [], `${origin} ${answer.status}`);
          }
        }
      });
    }

    test('nor has an answer of the authorization endpoint to its client', async () => {
      const url = authorizationUrl(server.issuer, spa, { scope: 'openid', prompt: 'none' });
      const answer = await call(url, from(SPA));
      assert.equal(answer.status, 303);
      assert.deepEqual(corsHeaders(answer), []);
    });
  });

  describe('a request', () => {
    const code = { grant_type: 'authorization_code', code: 'x', code_verifier: 'x'.repeat(43) };
    /** What is sent where, and is refused for what it is. */
    const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      '/oauth2/token': { ...code, redirect_uri: `${SPA}/callback` },
      '/oauth2/par': { response_type: 'code', redirect_uri: `${SPA}/other` },
      '/oauth2/device_authorize': { scope: 'openid' },
      '/oauth2/bc-authorize': { scope: 'openid' },
      '/oauth2/introspect': { token: 'x' },
      '/oauth2/revoke': { token: 'x' },
    };

    test('is answered, refused or not, for the origins of the client in its form', async () => {
      for (const [path, form] of Object.entries(forms)) {
        const named = { ...form, client_id: spa.client_id };
        assertReadable(await post(at(path), named, from(SPA)), SPA, path);
        for (const origin of [OTHER, WEB, ...STRANGE]) {
          assertUnreadable(await post(at(path), named, from(origin)), `${path} ${origin}`);
        }
        assertUnreadable(await post(at(path), named), path);
        assertUnreadable(await post(at(path), form, from(SPA)), path);
        assertUnreadable(await post(at(path), { ...form, client_id: 'nobody' }, from(SPA)), path);
      }
      assertReadable(
        await post(at('/oauth2/revoke'), { token: 'x', client_id: spa.client_id }, from(SPA)),
        SPA,
      );
    });

    test('and of the client of HTTP Basic or of an assertion', async () => {
      const assertion = [{ alg: 'ES256' }, { sub: web.client_id }, 'x']
        .map((part) =>
          Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
        )
        .join('.');
      const asserted = {
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      for (const [path, form] of Object.entries(forms)) {
        const headers = basic(web, web.client_secret ?? '');
        assertReadable(await post(at(path), form, from(WEB, { headers })), WEB, path);
        const wrong = await post(at(path), form, from(WEB, { headers: basic(web, 'wrong') }));
        assert.deepEqual([wrong.status, wrong.json().error], [401, 'invalid_client'], path);
        assertReadable(wrong, WEB, path);
        assertReadable(await post(at(path), { ...form, ...asserted }, from(WEB)), WEB, path);
        // Its redirect URI is no place of scripts, for it is confidential.
        for (const origin of ['https://web.example', SPA, 'null']) {
          assertUnreadable(await post(at(path), form, from(origin, { headers })), `${path} ${origin}`);
        }
      }
    });

    test('that cannot be read, or has the wrong method, is refused so that the client may read it', async () => {
      for (const path of Object.keys(forms)) {
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        const repeated = await call(
          at(path),
          from(SPA, { method: 'POST', headers: form, body: `client_id=${spa.client_id}&scope=a&scope=b` }),
        );
        assert.equal(repeated.json().error, 'invalid_request', path);
        assertReadable(repeated, SPA, path);
        const two = await call(
          at(path),
          from(SPA, { method: 'POST', headers: form, body: `client_id=${spa.client_id}&client_id=x` }),
        );
        assertUnreadable(two, path);
        const headers = basic(web, 'x');
        const json = { ...headers, 'content-type': 'application/json' };
        assertReadable(
          await call(at(path), from(WEB, { method: 'POST', headers: json, body: '{}' })),
          WEB,
          path,
        );
        assertReadable(await call(at(path), from(WEB, { method: 'PUT', headers })), WEB, path);
        assertUnreadable(await call(at(path), from(SPA)), path);
      }
    });

    test('shows the next DPoP nonce to the script', async () => {
      const key = await createDpopKey();
      const url = at('/oauth2/token');
      const dpop = await key.proof({ url });
      const answer = await post(url, { ...code, client_id: spa.client_id }, from(SPA, { headers: { dpop } }));
      assert.ok(answer.headers['dpop-nonce'], answer.text);
      assertReadable(answer, SPA);
    });
  });

  describe('UserInfo', () => {
    const tokenOf = async (client: TestClient) => {
      const code = await obtainCode(server, browser, client, { scope: 'openid email' });
      const answer = await redeemCode(server, client, code, {});
      assert.equal(answer.status, 200, answer.text);
      return String(answer.json().access_token);
    };
    const userinfo = (origin: string, token: string, more: Call = {}) =>
      call(at('/oauth2/userinfo'), from(origin, { ...more, headers: { authorization: `Bearer ${token}` } }));

    test('is answered for the origins of the client of the token, a JWT or not, wherever it stands', async () => {
      for (const [client, origin, wrong] of [
        [spa, SPA, OTHER],
        [other, OTHER, SPA],
      ] as const) {
        const token = await tokenOf(client);
        for (const method of ['GET', 'POST']) {
          const answer = await userinfo(origin, token, { method });
          assert.equal(answer.status, 200, answer.text);
          assertReadable(answer, origin);
          for (const strange of [wrong, WEB, ...STRANGE]) {
            assertUnreadable(await userinfo(strange, token, { method }), strange);
          }
        }
        assertReadable(await post(at('/oauth2/userinfo'), { access_token: token }, from(origin)), origin);
        assertUnreadable(await post(at('/oauth2/userinfo'), { access_token: token }, from(wrong)));
      }
    });

    test('says why it refuses a token that was one of the client, and nothing to others', async () => {
      const jwt = await tokenOf(spa);
      const reference = await tokenOf(other);
      const revoke = (client_id: string, token: string) => post(at('/oauth2/revoke'), { token, client_id });
      assert.equal((await revoke(spa.client_id, jwt)).status, 200);
      assert.equal((await revoke(other.client_id, reference)).status, 200);
      const [head = '', payload = ''] = jwt.split('.');
      for (const [token, origin, wrong] of [
        [jwt, SPA, OTHER],
        [`${head}.${payload}.x`, SPA, OTHER],
        [reference, OTHER, SPA],
      ] as const) {
        const refused = await userinfo(origin, token);
        assert.equal(refused.status, 401);
        assert.match(String(refused.headers['www-authenticate']), /error="invalid_token"/);
        assertReadable(refused, origin);
        assertUnreadable(await userinfo(wrong, token));
        assertReadable(await post(at('/oauth2/userinfo'), { access_token: token }, from(origin)), origin);
      }
      assert.ok(await server.opened.storage.referenceTokens.find(hashOpaqueToken(reference)));
    });

    test('without a token that says whose it is nobody is told anything', async () => {
      for (const token of ['x'.repeat(43), 'a.b.c', 'a', `${Buffer.from('{}').toString('base64url')}..`]) {
        assertUnreadable(await userinfo(SPA, token), token);
      }
      assertUnreadable(await call(at('/oauth2/userinfo'), from(SPA)));
      assertUnreadable(await call(at('/oauth2/userinfo'), from(SPA, { headers: basic(spa, '') })));
    });
  });

  describe('registration', () => {
    const json = { 'content-type': 'application/json' };
    const register = async (origin: string, metadata: object = {}): Promise<[Answer, Registration]> => {
      const answer = await call(
        at('/oauth2/register'),
        from(SPA, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({
            token_endpoint_auth_method: 'none',
            redirect_uris: [`${origin}/cb`],
            ...metadata,
          }),
        }),
      );
      const { client_id, registration_client_uri, registration_access_token } = answer.json();
      return [
        answer,
        {
          client_id: String(client_id),
          url: String(registration_client_uri),
          token: String(registration_access_token),
        },
      ];
    };
    const manage = (origin: string, { url, token }: Registration, options: Call = {}) =>
      call(
        url,
        from(origin, { ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } }),
      );

    test('of a client for the first time is read by no script, whatever comes of it', async () => {
      for (const path of ['/oauth2/register', '/api/identity/oauth2/dcr/v1.1/register']) {
        for (const [status, body] of [
          [201, JSON.stringify({ token_endpoint_auth_method: 'none', redirect_uris: [`${SPA}/cb`] })],
          [400, JSON.stringify({ redirect_uris: ['x'], client_id: spa.client_id })],
          [400, 'x'],
        ] as const) {
          for (const headers of [json, { ...json, ...basic(spa, '') }]) {
            const answer = await call(at(path), from(SPA, { method: 'POST', headers, body }));
            assert.equal(answer.status, status, answer.text);
            assertUnreadable(answer);
          }
        }
        assertUnreadable(await call(at(path), from(SPA)));
      }
    });

    test('is managed from the origins of the client, and from no other', async () => {
      const mine = 'https://registered.example';
      const [, registration] = await register(mine);
      const { client_id } = registration;
      for (const [origin, check] of [
        [mine, (answer: Answer) => assertReadable(answer, mine)],
        [SPA, assertUnreadable],
        ['null', assertUnreadable],
      ] as const) {
        const read = await manage(origin, registration);
        assert.equal(read.status, 200, read.text);
        check(read);
        const refused = await manage(origin, { ...registration, token: 'wrong' });
        assert.equal(refused.status, 401);
        check(refused);
        check(await manage(origin, registration, { method: 'PUT', headers: json, body: '{' }));
        check(await manage(origin, registration, { method: 'PATCH', headers: json, body: '{}' }));
      }
      // Decided before it takes effect: what a script did it may know.
      const moved = {
        client_id,
        token_endpoint_auth_method: 'none',
        redirect_uris: ['https://moved.example/cb'],
      };
      const put = { method: 'PUT', headers: json, body: JSON.stringify(moved) };
      const update = await manage(mine, registration, put);
      assert.equal(update.status, 200, update.text);
      assertReadable(update, mine);
      assertUnreadable(await manage(mine, registration));
      assertUnreadable(
        await manage(mine, registration, { method: 'DELETE', headers: { authorization: 'x' } }),
      );
      const removed = await manage('https://moved.example', registration, { method: 'DELETE' });
      assert.equal(removed.status, 204, removed.text);
      assertReadable(removed, 'https://moved.example');
      assertUnreadable(await manage('https://moved.example', registration));
    });
  });

  describe('what is published', () => {
    for (const path of [
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/oauth2/jwks',
    ]) {
      test(`${path} is for everybody, preflights too`, async () => {
        for (const origin of [SPA, 'https://evil.example', 'null']) {
          for (const answer of [await call(at(path), from(origin)), await preflight(at(path), origin)]) {
            assert.ok(answer.status < 300);
            assert.equal(answer.headers['access-control-allow-origin'], '*');
            assert.equal(answer.headers['access-control-allow-credentials'], undefined);
          }
          const { headers } = await preflight(at(path), origin, 'authorization, x-requested-with');
          assert.match(String(headers['access-control-allow-methods']), /GET/);
          assert.match(String(headers['access-control-allow-headers']), /x-requested-with/);
        }
        assert.equal((await call(at(path))).headers['access-control-allow-origin'], '*');
        assert.equal((await call(at(path), { method: 'OPTIONS' })).status, 405);
      });
    }
  });
});

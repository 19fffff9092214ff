import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  allowed,
  authorizationUrl,
  obtainCode,
  redeemCode,
  redirected,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const REGISTERED = 'openid profile email payments';
/** As programs write it that join lists, end sentences or break lines of configuration. */
const WITH_BLANKS = ['  openid email', 'openid email  ', 'openid   email', '   openid  email '];
/** Separated by what is no blank. */
const NO_SCOPE = [
  'openid\temail',
  'openid\nemail',
  'openid email\n',
  'openid\u00a0email',
  'openid\u3000email',
];

describe('a scope as programs ask for it', { timeout: 180_000 }, () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let app: TestClient;
  const key = createClientKey();

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const ask = (path: string, form: Record<string, string>, by = app) =>
    post(at(path), { client_id: by.client_id, ...form }, by.tls);
  const assertInvalid = async (answer: Answer, because: string, what: string) => {
    assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_scope'], what);
    assert.equal(await causeOf(server.running, answer), because, what);
  };
  const wanted = (scope: string) => ({ response_type: 'code', redirect_uri: app.redirect_uri, scope });
  const tokens = async (scope: string, by = app) => {
    const answer = await redeemCode(server, by, await obtainCode(server, browser, by, { scope }));
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const errorAt = async (scope: string, by = app) => {
    const answer = await browser.get(authorizationUrl(server.issuer, by, { scope }));
    const { error, code } = redirected(answer).parameters;
    assert.equal(code, undefined);
    return [error, await causeOf(server.running, answer)];
  };

  before(async () => {
    server = await startAuthorizationServer({
      resource: [{ identifier: 'https://api.example', scopes: ['accounts'] }],
      registration: { mode: 'open', max_requests_per_address: 100 },
    });
    browser = await server.browser();
    app = await server.register({ scope: REGISTERED, jwks: key.jwks });
    await server.consent(browser, app, REGISTERED.split(' '));
  });
  after(() => server?.close());

  test('blanks in it mean nothing at the authorization endpoint, and the answer tells what was granted', async () => {
    for (const scope of WITH_BLANKS) {
      const { scope: granted, access_token, id_token } = await tokens(scope);
      assert.equal(granted, 'openid email', JSON.stringify(scope));
      assert.equal(claimsOf(access_token).scope, 'openid email');
      assert.ok(id_token);
    }
  });

  test('blanks alone are as no scope at all', async () => {
    assert.equal((await tokens('   ')).scope, 'payments');
  });

  test('pushed and in request objects likewise', async () => {
    for (const scope of [...WITH_BLANKS, 'openid groups  email']) {
      const pushed = await ask('par', wanted(scope));
      assert.equal(pushed.status, 201, pushed.text);
      const signed = await requestObject(key, app.client_id, server.issuer, wanted(scope));
      for (const parameter of [{ request_uri: String(pushed.json().request_uri) }, { request: signed }]) {
        const query = new URLSearchParams({ client_id: app.client_id, ...parameter });
        const answer = await allowed(browser, await browser.get(`${at('authorize')}?${query}`));
        const { code = '' } = redirected(answer).parameters;
        const redeemed = await post(
          at('token'),
          {
            grant_type: 'authorization_code',
            code,
            client_id: app.client_id,
            redirect_uri: app.redirect_uri,
          },
          app.tls,
        );
        assert.equal(redeemed.json().scope, 'openid email', redeemed.text);
      }
    }
    await assertInvalid(await ask('par', wanted('openid\temail')), 'scope_malformed', 'pushed with a tab');
  });

  test('what an OpenID Connect request asks for and nobody here understands is ignored (Core §3.1.2.1)', async () => {
    for (const scope of [
      'openid email groups',
      'roles openid microprofile-jwt email',
      'openid email Email',
    ]) {
      const { scope: granted, access_token } = await tokens(scope);
      assert.equal(granted, 'openid email', scope);
      assert.equal(claimsOf(access_token).scope, 'openid email');
    }
    assert.equal((await tokens('openid offline_access')).scope, 'openid', 'Core §11');
  });

  test('what is understood and not the client’s is refused, and so is anything without openid', async () => {
    for (const scope of ['openid accounts', 'openid phone', 'openid admin:read', 'groups', 'email groups']) {
      assert.deepEqual(await errorAt(scope), ['invalid_scope', 'scope_not_registered'], scope);
    }
    for (const scope of [...NO_SCOPE, 'openid "email"', 'openid e\\mail']) {
      assert.deepEqual(await errorAt(scope), ['invalid_scope', 'scope_malformed'], JSON.stringify(scope));
    }
  });

  test('a refresh that repeats what was asked for is no reason to refuse', async () => {
    const asked = 'openid  email groups offline_access ';
    const refreshing = await server.register({ scope: `${REGISTERED} offline_access` });
    await server.consent(browser, refreshing, [...REGISTERED.split(' '), 'offline_access']);
    const first = await tokens(asked, refreshing);
    assert.equal(first.scope, 'openid email offline_access');
    const refresh = (scope: string) =>
      ask(
        'token',
        { grant_type: 'refresh_token', refresh_token: String(first.refresh_token), scope },
        refreshing,
      );
    assert.equal((await refresh(asked)).json().scope, 'openid email offline_access');
    assert.equal((await refresh(' openid   email ')).json().scope, 'openid email');
    assert.equal((await refresh(' ')).json().scope, 'openid email offline_access');
    for (const scope of ['openid profile', 'openid payments', 'openid accounts', 'groups']) {
      await assertInvalid(await refresh(scope), 'scope_not_registered', scope);
    }
    for (const scope of NO_SCOPE) await assertInvalid(await refresh(scope), 'scope_malformed', scope);
  });

  test('the other grants and endpoints read it alike', async () => {
    const service = await server.register({
      scope: 'openid email payments read',
      redirect_uris: [],
      grant_types: ['client_credentials', 'password', EXCHANGE, DEVICE_CODE, CIBA],
      backchannel_token_delivery_mode: 'poll',
    });
    const machine = (scope: string) => ask('token', { grant_type: 'client_credentials', scope }, service);
    const credentials = { username: browser.user.username, password: 'correct horse battery staple' };
    const person = (scope: string) =>
      ask('token', { grant_type: 'password', scope, ...credentials }, service);
    const device = (scope: string) => ask('device_authorize', { scope }, service);
    const backchannel = (scope: string) =>
      ask('bc-authorize', { scope, login_hint: browser.user.username }, service);

    const got = (await machine(' read   payments ')).json();
    assert.equal(got.scope, 'read payments');
    assert.equal((await machine('  ')).json().scope, 'payments read');
    const exchanged = await ask(
      'token',
      {
        grant_type: EXCHANGE,
        subject_token: String(got.access_token),
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        scope: '  read ',
      },
      service,
    );
    assert.equal(exchanged.json().scope, 'read', exchanged.text);
    assert.equal((await person('  openid  email groups')).json().scope, 'openid email');
    for (const begin of [device, backchannel]) {
      const begun = await begin(' openid   email groups ');
      assert.equal(begun.status, 200, begun.text);
    }
    const waiting = await server.opened.storage.deferredAuthorizations.listPending(
      browser.user.sub,
      Date.now(),
    );
    assert.deepEqual(
      waiting.map(({ scope }) => scope),
      ['openid email'],
    );
    for (const [send, refused] of [
      [machine, ['read\tpayments', 'read\n']],
      [person, NO_SCOPE],
      [device, NO_SCOPE],
      [backchannel, NO_SCOPE],
    ] as const) {
      for (const scope of refused) await assertInvalid(await send(scope), 'scope_malformed', scope);
    }
    for (const [send, scope] of [
      [machine, 'read groups'],
      [machine, 'openid groups'],
      [person, 'email groups'],
      [device, 'payments groups'],
      [device, 'openid accounts'],
      [backchannel, 'openid profile'],
    ] as const) {
      await assertInvalid(await send(scope), 'scope_not_registered', scope);
    }
    assert.equal((await backchannel('  ')).status, 400, 'CIBA needs openid');
  });

  test('registered with blanks it is kept without, by whichever door', async () => {
    const client = await server.register({ scope: ' openid   email  ' });
    const stored = await server.opened.storage.clients.find(client.client_id);
    assert.equal(stored?.metadata.scope, 'openid email');
    const register = (scope: string) =>
      call(at('register'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://client.example/cb'], scope }),
      });
    const registered = await register('openid  email ');
    assert.deepEqual([registered.status, registered.json().scope], [201, 'openid email'], registered.text);
    for (const scope of ['openid\temail', 'openid\nemail', 'openid groups']) {
      const answer = await register(scope);
      assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_client_metadata'], scope);
    }
    const added = await server.command(
      'client',
      'add',
      '--client-name',
      'Blanks',
      '--redirect-uri',
      'https://client.example/cb',
      '--scope',
      ' openid   profile ',
      '--json',
    );
    assert.equal(added.code, 0, added.stderr);
    assert.equal(JSON.parse(added.stdout).scope, 'openid profile');
  });
});

import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { RESPONSE_MODES } from '../src/client/client-metadata.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  pkce,
  redeemCode,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

describe('the authorization endpoint', () => {
  let server: AuthorizationServer;
  let client: TestClient;
  let browser: TestBrowser;

  const ask = (parameters: Readonly<Record<string, string | undefined>>, from = browser, by = client) =>
    from.get(authorizationUrl(server.issuer, by, parameters));
  const cause = (answer: Answer) => causeOf(server.running, answer);
  /** The request may have been refused for any reason, but nothing was sent to where the request wanted it. */
  const assertShown = async (answer: Answer, because: string) => {
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.headers.location, undefined);
    assert.equal(await cause(answer), because);
  };
  const page = (answer: Answer) => {
    const { to, parameters } = redirected(answer);
    return [to.replace(server.issuer, ''), Object.keys(parameters)];
  };
  const pendingOf = (answer: Answer) => redirected(answer).parameters.request ?? '';
  const goOn = (id: string, from = browser) =>
    from.get(`${server.issuer}/oauth2/authorize/continue?request=${id}`);

  before(async () => {
    server = await startAuthorizationServer();
    client = await server.register();
    browser = await server.browser();
    await server.consent(browser, client, SCOPES);
  });
  after(() => server?.close());

  describe('where answers may go', () => {
    test('a redirect URI that is not exactly the registered one is never redirected to', async () => {
      for (const redirect_uri of [
        'https://evil.example/callback',
        'https://client.example/callback/',
        'https://client.example/callback?next=https://evil.example',
        'https://client.example/callback/../../evil',
        'https://client.example/callback%2f..',
        'https://client.example@evil.example/callback',
        'https://evil.example\\@client.example/callback',
        'https://client.example.evil.example/callback',
        'https://CLIENT.example/callback',
        'https://client.example:443/callback',
        '//client.example/callback',
        'javascript:alert(1)//client.example/callback',
        'https://client.example/callback\r\nlocation: https://evil.example',
        'https://client.example/callback#x',
      ]) {
        await assertShown(await ask({ redirect_uri }), 'redirect_uri_not_registered');
        // Nor may another fault of the request send the browser there.
        await assertShown(
          await ask({ redirect_uri, response_type: 'token', prompt: 'none' }),
          'redirect_uri_not_registered',
        );
      }
    });

    test('unknown, disabled and unnamed clients get no redirect', async () => {
      await assertShown(await ask({ client_id: 'nobody' }), 'client_unknown');
      await assertShown(await ask({ client_id: undefined }), 'parameter_missing');
      const disabled = await server.register();
      await server.opened.clients.change(
        disabled.client_id,
        { enabled: false },
        {
          name: 'test',
          through: 'command-line',
        },
      );
      await assertShown(await ask({}, browser, disabled), 'client_disabled');
    });

    test('a client_id or redirect_uri that is sent twice gets no redirect, even if both are good', async () => {
      for (const name of ['client_id', 'redirect_uri'] as const) {
        const twice = `${authorizationUrl(server.issuer, client)}&${name}=${encodeURIComponent(client[name])}`;
        await assertShown(await browser.get(twice), 'parameter_repeated');
      }
    });

    test('any other repeated or overlong parameter is refused by redirect', async () => {
      const twice = await browser.get(`${authorizationUrl(server.issuer, client)}&state=a&state=b&nonce=x`);
      const { to, parameters } = redirected(twice);
      assert.equal(to, client.redirect_uri);
      assert.equal(parameters.error, 'invalid_request');
      assert.equal(parameters.state, undefined);
      assert.equal(await cause(twice), 'parameter_repeated');
      const long = await ask({ nonce: 'n'.repeat(1001), state: 's' });
      assert.deepEqual(
        [redirected(long).parameters.error, redirected(long).parameters.state, await cause(long)],
        ['invalid_request', 's', 'parameter_too_long'],
      );
    });

    test('without redirect_uri the only registered one serves, except for OpenID Connect', async () => {
      const plain = await server.register({ scope: 'read openid' });
      await server.consent(browser, plain, ['read']);
      const { verifier, challenge } = pkce();
      const sent = {
        redirect_uri: undefined,
        scope: 'read',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      };
      const { to, parameters } = redirected(await ask(sent, browser, plain));
      assert.equal(to, plain.redirect_uri);
      const answer = await post(
        `${server.issuer}/oauth2/token`,
        {
          grant_type: 'authorization_code',
          code: parameters.code ?? '',
          code_verifier: verifier,
          client_id: plain.client_id,
        },
        plain.tls,
      );
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json().id_token, undefined);
      const openid = await ask({ ...sent, scope: 'openid' }, browser, plain);
      await assertShown(openid, 'parameter_missing');
      const several = await server.register({
        redirect_uris: ['https://client.example/a', 'https://client.example/b'],
      });
      await assertShown(await ask(sent, browser, several), 'parameter_missing');
    });

    test('a native application may listen on any loopback port, a web application may not', async () => {
      const native = await server.register({ redirect_uris: ['http://127.0.0.1/cb'] });
      await server.consent(browser, native, SCOPES);
      const { challenge } = pkce();
      const sent = { code_challenge: challenge, code_challenge_method: 'S256' };
      const answer = await ask({ ...sent, redirect_uri: 'http://127.0.0.1:49152/cb' }, browser, native);
      assert.equal(redirected(answer).to, 'http://127.0.0.1:49152/cb');
      assert.ok(redirected(answer).parameters.code);
      const elsewhere = 'http://127.0.0.1:49152@evil.example/cb';
      await assertShown(
        await ask({ ...sent, redirect_uri: elsewhere }, browser, native),
        'redirect_uri_not_registered',
      );
      const web = await server.register({ redirect_uris: ['http://localhost:8080/cb'] });
      await assertShown(
        await ask({ redirect_uri: 'http://localhost:8081/cb' }, browser, web),
        'redirect_uri_not_registered',
      );
    });
  });

  describe('how answers travel', () => {
    test('every answer names the issuer, against mix-up, and returns the state', async () => {
      for (const parameters of [{}, { response_type: 'token' }, { prompt: 'nonsense' }]) {
        const answer = await ask({ state: 'a b&c', ...parameters });
        assert.equal(answer.status, 303);
        assert.equal(redirected(answer).parameters.iss, server.issuer);
        assert.equal(redirected(answer).parameters.state, 'a b&c');
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      }
    });

    test('a code of one client is worth nothing to another one, and is spent by the attempt', async () => {
      const other = await server.register();
      const once = await obtainCode(server, browser, client);
      const stolen = await redeemCode(server, other, once);
      assert.deepEqual([stolen.status, stolen.json().error], [400, 'invalid_grant']);
      assert.equal(await cause(stolen), 'code_of_another_client');
      assert.equal((await redeemCode(server, client, once)).status, 400);
    });

    test('response_mode fragment and form_post; a registered query is kept', async () => {
      const queried = await server.register({ redirect_uris: ['https://client.example/cb?tenant=1'] });
      await server.consent(browser, queried, SCOPES);
      const query = await ask({}, browser, queried);
      assert.match(String(query.headers.location), /^https:\/\/client\.example\/cb\?tenant=1&code=/);
      const fragment = await ask({ response_mode: 'fragment' });
      assert.match(String(fragment.headers.location), /^https:\/\/client\.example\/callback#code=/);
      const form = await ask({ response_mode: 'form_post', state: `"><script>alert(1)</script>'&` });
      assert.equal(form.status, 200);
      assert.match(form.text, /<form method="post" action="https:\/\/client\.example\/callback">/);
      assert.match(form.text, /name="code" value="[A-Za-z0-9_-]{43}"/);
      assert.match(
        form.text,
        /name="state" value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&#39;&amp;"/,
      );
      assert.match(
        String(form.headers['content-security-policy']),
        /default-src 'none'; script-src 'sha256-/,
      );
      const unknown = redirected(await ask({ response_mode: 'web_message' }));
      assert.equal(unknown.parameters.error, 'invalid_request');
    });
  });

  describe('what may be asked for', () => {
    const refusals: Readonly<Record<string, readonly [Record<string, string | undefined>, string, string]>> =
      {
        'an implicit response type': [
          { response_type: 'token' },
          'unsupported_response_type',
          'parameter_unsupported',
        ],
        'a hybrid response type': [
          { response_type: 'code id_token' },
          'unsupported_response_type',
          'response_type_not_registered',
        ],
        'no response type': [{ response_type: undefined }, 'invalid_request', 'parameter_missing'],
        'an unregistered scope': [{ scope: 'openid admin:read' }, 'invalid_scope', 'scope_not_registered'],
        'a malformed scope': [{ scope: 'open"id' }, 'invalid_scope', 'scope_malformed'],
        'a plain code_challenge': [
          { code_challenge: 'c'.repeat(43), code_challenge_method: 'plain' },
          'invalid_request',
          'parameter_unsupported',
        ],
        'a code_challenge without a method': [
          { code_challenge: 'c'.repeat(43) },
          'invalid_request',
          'parameter_unsupported',
        ],
        'a malformed code_challenge': [
          { code_challenge: 'short', code_challenge_method: 'S256' },
          'invalid_request',
          'parameter_invalid',
        ],
        'a request object': [{ request: 'e30.e30.' }, 'invalid_request_object', 'request_object_invalid'],
        'a foreign request_uri': [
          { request_uri: 'https://client.example/request' },
          'invalid_request_uri',
          'request_uri_not_registered',
        ],
        'prompt none beside another': [{ prompt: 'none login' }, 'invalid_request', 'parameter_invalid'],
        'an unknown prompt': [{ prompt: 'create' }, 'invalid_request', 'parameter_invalid'],
        'a negative max_age': [{ max_age: '-1' }, 'invalid_request', 'parameter_invalid'],
        'claims that are no JSON': [{ claims: '{' }, 'invalid_request', 'parameter_invalid'],
        'an id_token_hint of nobody': [
          { id_token_hint: 'e30.e30.e30' },
          'invalid_request',
          'parameter_invalid',
        ],
      };
    for (const [name, [parameters, error, because]] of Object.entries(refusals)) {
      test(`${name} is refused by redirect`, async () => {
        const answer = await ask({ state: 's', ...parameters });
        const { to, parameters: answered } = redirected(answer);
        assert.equal(to, client.redirect_uri);
        assert.deepEqual([answered.error, answered.state, answered.code], [error, 's', undefined]);
        assert.equal(await cause(answer), because);
      });
    }

    test('a client without the code flow is refused by redirect', async () => {
      const machine = await server.register({ grant_types: ['client_credentials'] });
      const answer = await ask({ scope: undefined }, browser, machine);
      assert.equal(redirected(answer).parameters.error, 'unauthorized_client');
    });

    test('a public client must use PKCE, and the verifier must fit', async () => {
      const app = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/cb'],
      });
      await server.consent(browser, app, SCOPES);
      const without = await ask({}, browser, app);
      assert.equal(redirected(without).parameters.error, 'invalid_request');
      assert.equal(await cause(without), 'pkce_missing');
      for (const wrong of ['x'.repeat(43), 'short', '']) {
        const { code } = await obtainCode(server, browser, app);
        const answer = await redeemCode(server, app, { code, verifier: wrong }, {});
        assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_grant']);
        assert.equal(await cause(answer), 'pkce_verifier_differs');
      }
      assert.equal((await redeemCode(server, app, await obtainCode(server, browser, app), {})).status, 200);
    });

    test('a verifier for a code without a challenge is refused: nobody strips PKCE unseen', async () => {
      const { code = '' } = redirected(await ask({})).parameters;
      const answer = await redeemCode(server, client, { code, verifier: pkce().verifier });
      assert.equal(await cause(answer), 'pkce_verifier_differs');
    });

    test('the token request must name the same redirect_uri', async () => {
      const once = await obtainCode(server, browser, client);
      const elsewhere = { ...client, redirect_uri: 'https://client.example/other' };
      const answer = await redeemCode(server, elsewhere, once);
      assert.equal(answer.json().error, 'invalid_grant');
      assert.equal(await cause(answer), 'redirect_uri_differs');
    });
  });

  describe('the person', () => {
    test('nobody signed in: to the sign-in page, or login_required when asking is forbidden', async () => {
      const nobody = await server.browser();
      await server.opened.storage.sessions.remove(nobody.session.session_id);
      assert.deepEqual(page(await ask({}, nobody)), ['/oauth2/sign-in', ['request']]);
      const silent = redirected(await ask({ prompt: 'none', state: 's' }, nobody));
      assert.deepEqual([silent.parameters.error, silent.parameters.state], ['login_required', 's']);
    });

    test('consent lacking: to the consent page, or consent_required when asking is forbidden', async () => {
      const person = await server.browser();
      const asked = await ask({}, person);
      assert.deepEqual(page(asked), ['/oauth2/consent', ['request']]);
      assert.equal(redirected(await ask({ prompt: 'none' }, person)).parameters.error, 'consent_required');
      await server.consent(person, client, ['openid']);
      assert.equal(page(await ask({}, person))[0], '/oauth2/consent', 'a part is not enough');
      assert.equal(page(await goOn(pendingOf(asked), person))[0], '/oauth2/consent', 'still lacking');
      await server.consent(person, client, SCOPES);
      const granted = redirected(await goOn(pendingOf(asked), person));
      assert.equal(granted.to, client.redirect_uri);
      assert.ok(granted.parameters.code);
      const again = await goOn(pendingOf(asked), person);
      await assertShown(again, 'pending_request_unknown');
      assert.ok(redirected(await ask({ prompt: 'none' }, person)).parameters.code);
    });

    test('prompt=login, prompt=select_account and max_age ask for a new sign-in, once', async () => {
      for (const parameters of [
        { prompt: 'login' },
        { prompt: 'select_account' },
        { max_age: '0', prompt: 'login' },
      ]) {
        const person = await server.browser();
        await server.consent(person, client, SCOPES);
        const asked = await ask(parameters, person);
        assert.equal(page(asked)[0], '/oauth2/sign-in');
        assert.equal(
          page(await goOn(pendingOf(asked), person))[0],
          '/oauth2/sign-in',
          'nobody signed in since',
        );
        await person.signInAgain();
        assert.ok(redirected(await goOn(pendingOf(asked), person)).parameters.code);
      }
    });

    test('max_age is counted from the sign-in; the client’s default_max_age counts too', async () => {
      const person = await server.browser();
      const { storage } = server.opened;
      await storage.sessions.change(person.session.session_id, (session) => ({
        ...session,
        auth_time: Math.floor(Date.now() / 1000) - 120,
      }));
      const strict = await server.register({ default_max_age: 60 });
      for (const by of [client, strict]) await server.consent(person, by, SCOPES);
      assert.ok(redirected(await ask({ max_age: '600' }, person)).parameters.code);
      assert.equal(page(await ask({ max_age: '60' }, person))[0], '/oauth2/sign-in');
      assert.equal(
        redirected(await ask({ max_age: '60', prompt: 'none' }, person)).parameters.error,
        'login_required',
      );
      assert.equal(page(await ask({}, person, strict))[0], '/oauth2/sign-in');
    });

    test('prompt=consent asks although consent is remembered', async () => {
      const asked = await ask({ prompt: 'consent' });
      assert.equal(page(asked)[0], '/oauth2/consent');
      await server.consent(browser, client, SCOPES);
      assert.ok(redirected(await goOn(pendingOf(asked))).parameters.code);
    });

    test('a client the operator answers for asks for no consent, unless it wants to', async () => {
      const own = await server.register({ skip_consent: true });
      const person = await server.browser();
      assert.ok(redirected(await ask({}, person, own)).parameters.code);
      assert.equal(page(await ask({ prompt: 'consent' }, person, own))[0], '/oauth2/consent');
    });

    test('attack 10: a public client whose redirect URI any program may have asks each time', async () => {
      const redirects = [
        'http://127.0.0.1/cb',
        'http://[::1]/cb',
        'http://localhost:8080/cb',
        'com.example.app:/cb',
      ];
      for (const redirect_uri of redirects) {
        const native = await server.register({
          token_endpoint_auth_method: 'none',
          redirect_uris: [redirect_uri],
          skip_consent: true,
        });
        const person = await server.browser();
        await server.consent(person, native, SCOPES);
        const { challenge } = pkce();
        const sent = { code_challenge: challenge, code_challenge_method: 'S256' };
        const asked = await ask(sent, person, native);
        assert.equal(page(asked)[0], '/oauth2/consent', redirect_uri);
        const shown = await person.get(String(asked.headers.location));
        assert.match(shown.text, /another program could pass itself off/);
        assert.doesNotMatch(shown.text, /name="remember"/);
        const silent = redirected(await ask({ ...sent, prompt: 'none' }, person, native));
        assert.deepEqual(
          [silent.parameters.error, silent.parameters.code],
          ['consent_required', undefined],
          redirect_uri,
        );
        const posted = await person.submit(String(asked.headers.location), {
          form_token: hiddenIn(shown.text, 'form_token'),
          decision: 'allow',
        });
        const done = await person.get(String(posted.headers.location));
        assert.ok(redirected(done).parameters.code, 'once allowed, it goes on');
        assert.equal(page(await ask(sent, person, native))[0], '/oauth2/consent', 'and asks again');
      }
    });

    test('consent is remembered for a client that authenticates, and for a public one behind https', async () => {
      const { challenge } = pkce();
      const sent = { code_challenge: challenge, code_challenge_method: 'S256' };
      for (const metadata of [
        { redirect_uris: ['http://127.0.0.1/cb'] },
        { token_endpoint_auth_method: 'none', redirect_uris: ['https://client.example/cb'] },
      ]) {
        const assured = await server.register(metadata);
        await server.consent(browser, assured, SCOPES);
        assert.ok(redirected(await ask(sent, browser, assured)).parameters.code);
      }
    });

    test('an id_token_hint asks for this person and no other', async () => {
      const { id_token } = (
        await redeemCode(server, client, await obtainCode(server, browser, client))
      ).json();
      const hint = { id_token_hint: String(id_token) };
      assert.ok(redirected(await ask({ ...hint, prompt: 'none' })).parameters.code);
      const other = await server.browser();
      await server.consent(other, client, SCOPES);
      const silent = redirected(await ask({ ...hint, prompt: 'none' }, other));
      assert.equal(silent.parameters.error, 'login_required');
      const asked = await ask(hint, other);
      assert.equal(page(asked)[0], '/oauth2/sign-in');
      await other.signInAgain();
      const refused = await goOn(pendingOf(asked), other);
      assert.equal(redirected(refused).parameters.error, 'login_required');
      assert.equal(await cause(refused), 'other_person_signed_in');
    });

    test('an access token is no id_token_hint', async () => {
      const once = await obtainCode(server, browser, client);
      const { access_token } = (await redeemCode(server, client, once)).json();
      const answer = await ask({ id_token_hint: String(access_token), prompt: 'none' });
      assert.equal(redirected(answer).parameters.error, 'invalid_request');
    });

    test('claims asked for by name come in the ID token, with the consent their scope needs', async () => {
      const person = await server.browser();
      await server.consent(person, client, ['openid']);
      const claims = JSON.stringify({ id_token: { email: null, phone_number: null } });
      assert.equal(page(await ask({ scope: 'openid', claims }, person))[0], '/oauth2/consent');
      await server.consent(person, client, ['openid', 'email', 'phone']);
      const once = await obtainCode(server, person, client, { scope: 'openid', claims });
      const { id_token, scope } = (await redeemCode(server, client, once)).json();
      assert.equal(claimsOf(id_token).email, 'ada@example.com');
      assert.equal(claimsOf(id_token).name, undefined);
      assert.equal(scope, 'openid');
    });

    test('an essential acr that the sign-in did not reach is refused after a new sign-in', async () => {
      const person = await server.browser();
      await server.consent(person, client, SCOPES);
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['phr'] } } });
      const asked = await ask({ claims }, person);
      assert.equal(page(asked)[0], '/oauth2/sign-in');
      await person.signInAgain();
      const answer = await goOn(pendingOf(asked), person);
      assert.equal(redirected(answer).parameters.error, 'unmet_authentication_requirements');
    });

    test('a pending request is of no use in another browser', async () => {
      const attacker = await server.browser();
      const asked = await ask({}, attacker);
      const victim = await server.browser();
      await server.consent(victim, client, SCOPES);
      await assertShown(await goOn(pendingOf(asked), victim), 'pending_request_unknown');
      await assertShown(await goOn('x', victim), 'pending_request_unknown');
    });

    test('a request posted from the client’s site, without cookies, goes on in the same browser', async () => {
      const { challenge } = pkce();
      const form = {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: client.redirect_uri,
        scope: SCOPES.join(' '),
        code_challenge: challenge,
        code_challenge_method: 'S256',
      };
      const posted = await post(`${server.issuer}/oauth2/authorize`, form);
      assert.equal(page(posted)[0], '/oauth2/authorize/continue');
      assert.ok(redirected(await goOn(pendingOf(posted))).parameters.code);
      const login = await post(`${server.issuer}/oauth2/authorize`, { ...form, prompt: 'login' });
      assert.equal(
        page(await goOn(pendingOf(login)))[0],
        '/oauth2/sign-in',
        'a session from before the request does not count',
      );
    });
  });

  describe('pushed requests', () => {
    const push = (
      by: TestClient,
      parameters: Readonly<Record<string, string>> = {},
      options: object = by.tls,
    ) =>
      post(
        `${server.issuer}/oauth2/par`,
        {
          client_id: by.client_id,
          response_type: 'code',
          redirect_uri: by.redirect_uri,
          scope: 'openid',
          ...parameters,
        },
        options,
      );
    const use = (request_uri: unknown, by: TestClient, more: Readonly<Record<string, string>> = {}) =>
      browser.get(
        `${server.issuer}/oauth2/authorize?${new URLSearchParams({
          client_id: by.client_id,
          request_uri: String(request_uri),
          ...more,
        })}`,
      );

    test('a pushed request is used once, by its own client, and nothing beside it counts', async () => {
      const pushed = await push(client, { state: 'pushed' });
      assert.equal(pushed.status, 201, pushed.text);
      assert.equal(pushed.headers['cache-control'], 'no-store');
      const { request_uri, expires_in } = pushed.json();
      assert.match(String(request_uri), /^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/);
      assert.ok(Number(expires_in) >= 60 && Number(expires_in) <= 90);
      const other = await server.register();
      await assertShown(await use(request_uri, other), 'pushed_request_unknown');
      const answer = redirected(
        await use(request_uri, client, { state: 'changed', redirect_uri: 'https://evil.example/' }),
      );
      assert.equal(answer.to, client.redirect_uri);
      assert.equal(answer.parameters.state, 'pushed');
      assert.ok(answer.parameters.code);
      await assertShown(await use(request_uri, client), 'pushed_request_unknown');
    });

    test('of parallel uses of one request_uri one succeeds', async () => {
      const { request_uri } = (await push(client)).json();
      const answers = await Promise.all(Array.from({ length: 10 }, () => use(request_uri, client)));
      assert.equal(answers.filter(({ status }) => status === 303).length, 1);
    });

    test('the client must authenticate, and is told at once what is wrong', async () => {
      const unauthenticated = await push(client, {}, {});
      assert.deepEqual([unauthenticated.status, unauthenticated.json().error], [401, 'invalid_client']);
      for (const [parameters, because] of [
        [{ redirect_uri: 'https://evil.example/' }, 'redirect_uri_not_registered'],
        [{ response_type: 'token' }, 'parameter_unsupported'],
        [{ scope: 'everything' }, 'scope_not_registered'],
        [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'parameter_unsupported'],
      ] as const) {
        const answer = await push(client, parameters);
        assert.equal(answer.status, 400);
        assert.equal(await cause(answer), because);
      }
    });

    test('a client registered for it must push', async () => {
      const careful = await server.register({ require_pushed_authorization_requests: true });
      await server.consent(browser, careful, SCOPES);
      const direct = await ask({}, browser, careful);
      assert.equal(redirected(direct).parameters.error, 'invalid_request');
      assert.equal(await cause(direct), 'pushed_request_required');
      const { request_uri } = (await push(careful)).json();
      assert.ok(redirected(await use(request_uri, careful)).parameters.code);
    });
  });

  test('discovery says what is there', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
    const expected = {
      authorization_endpoint: `${server.issuer}/oauth2/authorize`,
      pushed_authorization_request_endpoint: `${server.issuer}/oauth2/par`,
      userinfo_endpoint: `${server.issuer}/oauth2/userinfo`,
      introspection_endpoint: `${server.issuer}/oauth2/introspect`,
      revocation_endpoint: `${server.issuer}/oauth2/revoke`,
      response_types_supported: ['code', 'code id_token'],
      response_modes_supported: [...RESPONSE_MODES],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public', 'pairwise'],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_pushed_authorization_requests: false,
      id_token_signing_alg_values_supported: ['ES256', 'PS256', 'RS256', 'EdDSA'],
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(metadata[name], value, name);
    assert.ok(!JSON.stringify(metadata.introspection_endpoint_auth_methods_supported).includes('none'));
    const grants = metadata.grant_types_supported;
    assert.ok(
      Array.isArray(grants) && grants.includes('authorization_code') && grants.includes('refresh_token'),
    );
    assert.ok(!grants.includes('implicit'));
  });
});

/** The value of a hidden field in a page. */
function hiddenIn(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

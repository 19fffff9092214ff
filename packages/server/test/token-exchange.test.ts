import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { systemClock } from '../src/clock.ts';
import { keyRingStore } from '../src/registration/key-rotation.ts';
import { issueIdToken } from '../src/token/id-token.ts';
import { jtiOf, originOf } from '../src/token/id-token-origin.ts';
import { openKeyRing } from '../src/token/key-ring.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  redeemCode,
  redirected,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';
import { UNCHANGED } from './unchanged-registry.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const API = 'https://api.example/accounts';
const SCOPES = ['openid', 'profile', 'accounts', 'payments'];

describe('resource indicators and token exchange', { timeout: 180_000 }, () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let app: TestClient;
  let api: TestClient;

  const refused = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server.running, answer),
  ];
  const token = async (client: TestClient, form: Record<string, string> = {}) => {
    const code = await obtainCode(server, browser, client, { scope: SCOPES.join(' '), ...form });
    const answer = await redeemCode(server, client, code);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const exchange = (
    client: TestClient,
    form: Record<string, string>,
    options: Parameters<typeof post>[2] = client.tls,
  ) =>
    post(
      `${server.issuer}/oauth2/token`,
      { grant_type: EXCHANGE, subject_token_type: ACCESS_TOKEN, client_id: client.client_id, ...form },
      options,
    );
  const introspect = async (of: unknown, by: TestClient) =>
    (
      await post(`${server.issuer}/oauth2/introspect`, { token: String(of), client_id: by.client_id }, by.tls)
    ).json();

  before(async () => {
    server = await startAuthorizationServer({
      '[resource]': { identifier: API, scopes: ['accounts', 'balances'], access_token_lifetime: 120 },
    });
    browser = await server.browser();
    const scope = SCOPES.join(' ');
    app = await server.register({ scope, grant_types: ['authorization_code', 'refresh_token', EXCHANGE] });
    api = await server.register({
      scope,
      grant_types: ['client_credentials', EXCHANGE],
      token_exchange: { subject_audiences: [API], bound_tokens: 'any' },
    });
    await server.consent(browser, app, SCOPES);
  });
  after(() => server?.close());

  test('a token for a resource has its audience, its scopes and its lifetime', async () => {
    const tokens = await token(app, { resource: API });
    const { aud, scope, iat, exp } = claimsOf(tokens.access_token);
    assert.deepEqual([aud, scope, Number(exp) - Number(iat)], [API, 'accounts', 120]);
    assert.equal(tokens.scope, 'accounts');
    assert.equal(typeof tokens.id_token, 'string', 'the sign-in is told of all the same');

    const refresh = (resource: Record<string, string>) =>
      post(
        `${server.issuer}/oauth2/token`,
        {
          grant_type: 'refresh_token',
          refresh_token: String(tokens.refresh_token),
          client_id: app.client_id,
          ...resource,
        },
        app.tls,
      );
    const elsewhere = await refresh({ resource: server.issuer });
    assert.deepEqual(await refused(elsewhere), [400, 'invalid_target', 'resource_not_allowed']);
    const again = await refresh({});
    assert.equal(claimsOf(again.json().access_token).aud, API, 'the refused request has not used it up');
  });

  test('a resource that is not allowed is refused at every endpoint', async () => {
    const answer = await browser.get(
      authorizationUrl(server.issuer, app, { scope: 'accounts', resource: 'https://other.example' }),
    );
    assert.equal(redirected(answer).parameters.error, 'invalid_target');
    const credentials = (resource: string) =>
      post(
        `${server.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id: api.client_id, scope: 'accounts payments', resource },
        api.tls,
      );
    assert.deepEqual(await refused(await credentials('nonsense')), [
      400,
      'invalid_target',
      'resource_malformed',
    ]);
    const { aud, scope } = claimsOf((await credentials(API)).json().access_token);
    assert.deepEqual([aud, scope], [API, 'accounts']);
  });

  test('a pushed request keeps its resource', async () => {
    const pushed = await post(
      `${server.issuer}/oauth2/par`,
      {
        response_type: 'code',
        client_id: app.client_id,
        redirect_uri: app.redirect_uri,
        scope: 'accounts',
        resource: API,
      },
      app.tls,
    );
    const { request_uri } = pushed.json();
    const query = new URLSearchParams({ client_id: app.client_id, request_uri: String(request_uri) });
    const { code } = redirected(await browser.get(`${server.issuer}/oauth2/authorize?${query}`)).parameters;
    const answer = await post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'authorization_code',
        code: String(code),
        client_id: app.client_id,
        redirect_uri: app.redirect_uri,
      },
      app.tls,
    );
    assert.equal(claimsOf(answer.json().access_token).aud, API, answer.text);
  });

  test('a client narrows its own token, which stays bound to its certificate', async () => {
    const { access_token } = await token(app);
    const answer = await exchange(app, {
      subject_token: String(access_token),
      scope: 'accounts',
      resource: API,
    });
    assert.equal(answer.status, 200, answer.text);
    const { issued_token_type, token_type, refresh_token, ...rest } = answer.json();
    assert.deepEqual([issued_token_type, token_type, refresh_token], [ACCESS_TOKEN, 'Bearer', undefined]);
    const claims = claimsOf(rest.access_token);
    assert.equal(claims.sub, browser.user.sub);
    assert.equal(claims.aud, API);
    assert.equal(claims.scope, 'accounts');
    assert.equal(claims.act, undefined, 'nobody acts for anybody');
    assert.deepEqual(claims.cnf, { 'x5t#S256': app.identity.thumbprint });
    assert.ok(Number(claims.exp) <= Number(claimsOf(access_token).exp));

    const more = await exchange(app, { subject_token: String(rest.access_token), scope: 'payments' });
    assert.deepEqual(await refused(more), [400, 'invalid_scope', 'scope_not_registered']);
  });

  test('a resource server acts for the person, and its token says so', async () => {
    const { access_token } = await token(app, { resource: API });
    const answer = await exchange(api, { subject_token: String(access_token) });
    assert.equal(answer.status, 200, answer.text);
    const claims = claimsOf(answer.json().access_token);
    assert.equal(claims.sub, browser.user.sub);
    assert.equal(claims.client_id, api.client_id);
    assert.deepEqual(claims.act, { sub: api.client_id });
    assert.deepEqual(claims.cnf, { 'x5t#S256': api.identity.thumbprint }, 'bound to whoever exchanged it');

    const actor = await post(
      `${server.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id: api.client_id },
      api.tls,
    );
    const delegated = await exchange(api, {
      subject_token: String(answer.json().access_token),
      actor_token: String(actor.json().access_token),
      actor_token_type: ACCESS_TOKEN,
    });
    assert.deepEqual(claimsOf(delegated.json().access_token).act, {
      sub: api.client_id,
      act: { sub: api.client_id },
    });
    const shown = await introspect(delegated.json().access_token, api);
    assert.deepEqual([shown.active, shown.act], [true, { sub: api.client_id, act: { sub: api.client_id } }]);
  });

  test('impersonation is for clients that are allowed it', async () => {
    const impersonator = await server.register({
      scope: 'accounts',
      grant_types: [EXCHANGE],
      access_token_type: 'reference',
      token_exchange: { subject_audiences: [API], bound_tokens: 'any', impersonation: true },
    });
    const { access_token } = await token(app, { resource: API });
    const answer = await exchange(impersonator, { subject_token: String(access_token) });
    const shown = await introspect(answer.json().access_token, impersonator);
    assert.deepEqual([shown.sub, shown.act, shown.scope], [browser.user.sub, undefined, 'accounts']);
    const asJwt = await exchange(impersonator, {
      subject_token: String(access_token),
      requested_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    });
    assert.deepEqual(await refused(asJwt), [400, 'invalid_request', 'token_type_unsupported']);
  });

  test('a bound token is exchanged by whoever proves its certificate, or where the operator lets it be', async () => {
    const { access_token } = await token(app, { resource: API });
    const strict = await server.register({
      scope: 'accounts',
      grant_types: [EXCHANGE],
      token_exchange: { subject_audiences: [API] },
    });
    const stranger = await exchange(strict, { subject_token: String(access_token) });
    assert.deepEqual(await refused(stranger), [400, 'invalid_request', 'exchanged_token_unproven']);

    const secret = await server.register({
      scope: 'accounts',
      grant_types: [EXCHANGE],
      token_endpoint_auth_method: 'client_secret_post',
      token_exchange: { subject_audiences: [API] },
    });
    const form = { subject_token: String(access_token), client_secret: secret.client_secret ?? '' };
    const none = await exchange(secret, form, {});
    assert.deepEqual(await refused(none), [400, 'invalid_request', 'exchanged_token_unproven']);
    const other = await exchange(secret, form, { certificate: await createIdentity('CN=other') });
    assert.deepEqual(await refused(other), [400, 'invalid_request', 'exchanged_token_unproven']);
    const proven = await exchange(secret, form, app.tls);
    assert.equal(proven.status, 200, proven.text);
    assert.deepEqual(claimsOf(proven.json().access_token).cnf, { 'x5t#S256': app.identity.thumbprint });

    const { opened } = server;
    const by = { name: 'test', through: 'command-line' } as const;
    const unbound = { tls_client_certificate_bound_access_tokens: false };
    await opened.clients.change(secret.client_id, { metadata: unbound }, by);
    const kept = await exchange(secret, form, app.tls);
    assert.deepEqual(
      claimsOf(kept.json().access_token).cnf,
      { 'x5t#S256': app.identity.thumbprint },
      'a binding is never lost on the way',
    );
  });

  test('a client exchanges no token that was neither issued to it nor meant for it', async () => {
    const { access_token } = await token(app);
    const answer = await exchange(api, { subject_token: String(access_token) });
    assert.deepEqual(await refused(answer), [400, 'invalid_request', 'exchange_not_allowed']);
    const unregistered = await server.register({ scope: 'accounts', grant_types: ['client_credentials'] });
    const without = await exchange(unregistered, { subject_token: String(access_token) });
    assert.deepEqual(await refused(without), [400, 'unauthorized_client', 'grant_type_not_registered']);
  });

  test('an ID token stands for what was granted with it', async () => {
    const { id_token, access_token } = await token(app);
    const answer = await exchange(app, { subject_token: String(id_token), subject_token_type: ID_TOKEN });
    assert.equal(answer.status, 200, answer.text);
    const { sub, scope, aud } = claimsOf(answer.json().access_token);
    assert.deepEqual([sub, scope, aud], [browser.user.sub, SCOPES.join(' '), server.issuer]);
    const asIdToken = await exchange(app, {
      subject_token: String(access_token),
      subject_token_type: ID_TOKEN,
    });
    assert.deepEqual(await refused(asIdToken), [400, 'invalid_request', 'token_invalid']);
    const foreign = await exchange(api, { subject_token: String(id_token), subject_token_type: ID_TOKEN });
    assert.deepEqual(await refused(foreign), [400, 'invalid_request', 'exchange_not_allowed']);
  });

  test('what cannot be exchanged is refused with its cause', async () => {
    const { access_token } = await token(app);
    const subject_token = String(access_token);
    const cases = [
      [{ subject_token: 'nonsense' }, 'invalid_request', 'token_invalid'],
      [{ subject_token_type: ACCESS_TOKEN }, 'invalid_request', 'parameter_missing'],
      [
        { subject_token, subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
        'invalid_request',
        'token_type_unsupported',
      ],
      [
        { subject_token, requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
        'invalid_request',
        'token_type_unsupported',
      ],
      [{ subject_token, actor_token_type: ACCESS_TOKEN }, 'invalid_request', 'parameter_missing'],
      [
        { subject_token, actor_token: 'nonsense', actor_token_type: ACCESS_TOKEN },
        'invalid_request',
        'token_invalid',
      ],
      [{ subject_token, resource: 'https://other.example' }, 'invalid_target', 'resource_not_allowed'],
      [{ subject_token, audience: 'other' }, 'invalid_target', 'resource_not_allowed'],
      [{ subject_token, scope: 'unheard-of' }, 'invalid_scope', 'scope_not_registered'],
    ] as const;
    for (const [form, error, because] of cases) {
      assert.deepEqual(await refused(await exchange(app, form)), [400, error, because]);
    }
  });

  test('revoking the grant ends the tokens exchanged from it', async () => {
    const { access_token } = await token(app, { resource: API });
    const exchanged = (await exchange(api, { subject_token: String(access_token) })).json().access_token;
    assert.equal((await introspect(exchanged, api)).active, true);
    const { storage } = server.opened;
    await storage.commit([storage.grants.steps.revokeAll({ sub: browser.user.sub }, Date.now())]);
    assert.equal((await introspect(exchanged, api)).active, false);
    assert.deepEqual(await refused(await exchange(api, { subject_token: String(access_token) })), [
      400,
      'invalid_request',
      'grant_revoked',
    ]);
  });

  describe('attack 2: what is exchanged outlives nothing it came from, and names alone exchange nothing', () => {
    const fromIdToken = (id_token: unknown, by = app) =>
      exchange(by, { subject_token: String(id_token), subject_token_type: ID_TOKEN });
    /** A person of their own, an ID token of theirs, and the access token exchanged from it. */
    const exchanged = async (scope = SCOPES.join(' ')) => {
      const person = await server.browser();
      await server.consent(person, app, SCOPES);
      const code = await obtainCode(server, person, app, { scope });
      const { id_token } = (await redeemCode(server, app, code)).json();
      const answer = await fromIdToken(id_token);
      assert.equal(answer.status, 200, answer.text);
      const { access_token } = answer.json();
      assert.equal((await introspect(access_token, app)).active, true);
      return { person, id_token, access_token };
    };
    const userinfo = (access_token: unknown) =>
      call(`${server.issuer}/oauth2/userinfo`, {
        ...app.tls,
        headers: { authorization: `Bearer ${String(access_token)}` },
      });
    const isOver = async (of: Awaited<ReturnType<typeof exchanged>>, because: string) => {
      assert.equal((await introspect(of.access_token, app)).active, false);
      assert.equal((await userinfo(of.access_token)).status, 401);
      const further = await exchange(app, { subject_token: String(of.access_token) });
      assert.deepEqual(await refused(further), [400, 'invalid_request', because]);
      assert.deepEqual(await refused(await fromIdToken(of.id_token)), [400, 'invalid_request', because]);
    };

    test('a public client exchanges no ID token, whatever it shows', async () => {
      for (const metadata of [{}, { token_exchange: { bound_tokens: 'any' } }]) {
        const open = await server.register({
          scope: SCOPES.join(' '),
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', EXCHANGE],
          ...metadata,
        });
        await server.consent(browser, open, SCOPES);
        const code = await obtainCode(server, browser, open, { scope: SCOPES.join(' ') });
        const { id_token } = (await redeemCode(server, open, code, {})).json();
        for (const tls of [{}, open.tls]) {
          const form = { subject_token: String(id_token), subject_token_type: ID_TOKEN };
          assert.deepEqual(await refused(await exchange(open, form, tls)), [
            400,
            'invalid_request',
            'client_not_confidential',
          ]);
        }
      }
    });

    test('a public client exchanges an access token only with the proof it is bound to', async () => {
      const open = await server.register({
        scope: SCOPES.join(' '),
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', EXCHANGE],
        token_exchange: { bound_tokens: 'any' },
      });
      await server.consent(browser, open, SCOPES);
      const tokens = async (tls: Parameters<typeof post>[2]) => {
        const code = await obtainCode(server, browser, open, { scope: SCOPES.join(' ') });
        return (await redeemCode(server, open, code, tls)).json();
      };
      const unproven = [400, 'invalid_request', 'exchanged_token_unproven'];
      const unbound = { subject_token: String((await tokens({})).access_token) };
      assert.deepEqual(await refused(await exchange(open, unbound, {})), unproven);
      assert.deepEqual(await refused(await exchange(open, unbound, open.tls)), unproven);
      const bound = { subject_token: String((await tokens(open.tls)).access_token) };
      assert.deepEqual(await refused(await exchange(open, bound, {})), unproven);
      assert.deepEqual(await refused(await exchange(open, bound, app.tls)), unproven);
      assert.equal((await exchange(open, bound, open.tls)).status, 200);
      const acted = { ...bound, actor_token: unbound.subject_token, actor_token_type: ACCESS_TOKEN };
      assert.deepEqual(await refused(await exchange(open, acted, open.tls)), unproven);
    });

    test('signing out ends it', async () => {
      const of = await exchanged();
      const narrowed = (await exchange(app, { subject_token: String(of.access_token) })).json().access_token;
      await server.opened.storage.sessions.remove(of.person.session.session_id);
      await isOver(of, 'session_ended');
      assert.equal((await introspect(narrowed, app)).active, false, 'and what was exchanged from it');
    });

    test('a session that expired ends it', async () => {
      const of = await exchanged();
      const past = { expires_at: Date.now() - 1 };
      await server.opened.storage.sessions.change(of.person.session.session_id, (session) => ({
        ...session,
        ...past,
      }));
      await isOver(of, 'session_ended');
    });

    test('taking back the consent ends it, and so does revoking the grant', async () => {
      const consented = await exchanged();
      const { user } = consented.person;
      await server.opened.storage.consents.remove(user.sub, app.client_id);
      const { storage } = server.opened;
      const of = { sub: user.sub, client_id: app.client_id };
      await storage.commit([storage.grants.steps.revokeAll(of, Date.now())]);
      await isOver(consented, 'grant_revoked');

      const revoked = await exchanged();
      const { encryption } = server.opened.configuration.atStart;
      const { grant_id = '' } = originOf(claimsOf(revoked.id_token), encryption.key) ?? {};
      await server.opened.storage.grants.revoke(grant_id, Date.now());
      await isOver(revoked, 'grant_revoked');
    });

    test('it may do no more than what was granted with the ID token, whatever was consented to elsewhere', async () => {
      const { access_token } = await exchanged('openid accounts');
      assert.equal(claimsOf(access_token).scope, 'openid accounts');
    });

    test('an ID token that names no grant is exchanged for nothing', async () => {
      const { configuration, storage, events } = server.opened;
      const keyRing = await openKeyRing(
        keyRingStore(storage, events),
        'ES256',
        configuration.atStart.encryption.key,
        UNCHANGED,
        systemClock,
      );
      const plan = { client_id: app.client_id, sub: browser.user.sub, claims: {} };
      const sign = await keyRing.signer('JWT');
      for (const grant_id of ['unknown', '']) {
        const id_token = issueIdToken(
          { ...plan, grant_id, jti: jtiOf({ grant_id }, configuration.atStart.encryption.key) },
          server.issuer,
          { access_token: 't' },
          60,
          'ES256',
          sign,
          Date.now(),
        );
        assert.deepEqual(await refused(await fromIdToken(id_token)), [
          400,
          'invalid_request',
          'grant_revoked',
        ]);
      }
    });

    test('an ID token as the actor is held to the same', async () => {
      const of = await exchanged();
      const { access_token } = await token(app);
      const acting = () =>
        exchange(app, {
          subject_token: String(access_token),
          actor_token: String(of.id_token),
          actor_token_type: ID_TOKEN,
        });
      const answer = await acting();
      assert.deepEqual(claimsOf(answer.json().access_token).act, { sub: of.person.user.sub });
      await server.opened.storage.sessions.remove(of.person.session.session_id);
      assert.deepEqual(await refused(await acting()), [400, 'invalid_request', 'session_ended']);
    });

    test('disabling the client a grant was given to ends what another exchanged from it', async () => {
      const given = await server.register({ scope: 'accounts', redirect_uris: ['https://given.example/cb'] });
      await server.consent(browser, given, ['accounts']);
      const { access_token } = await token(given, { scope: 'accounts', resource: API });
      const other = (await exchange(api, { subject_token: String(access_token) })).json().access_token;
      assert.equal((await introspect(other, api)).active, true);
      const by = { name: 'test', through: 'command-line' } as const;
      await server.opened.clients.change(given.client_id, { enabled: false }, by);
      const shown = await eventually(
        () => introspect(other, api),
        ({ active }) => active === false,
      );
      assert.equal(shown.active, false);
    });
  });
});

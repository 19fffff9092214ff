import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  redeemCode,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

describe('tokens in use', () => {
  let server: AuthorizationServer;
  let client: TestClient;
  let browser: TestBrowser;

  const tokensOf = async (by = client, from = browser, parameters: Record<string, string> = {}) => {
    const answer = await redeemCode(server, by, await obtainCode(server, from, by, parameters));
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const userinfo = (access_token: unknown, options: Call = client.tls) =>
    call(`${server.issuer}/oauth2/userinfo`, {
      ...options,
      headers: { authorization: `Bearer ${access_token}`, ...options.headers },
    });
  const toEndpoint =
    (endpoint: string) =>
    (token: unknown, by = client, options: Call = by.tls) =>
      post(`${server.issuer}/oauth2/${endpoint}`, { token: String(token), client_id: by.client_id }, options);
  const introspect = toEndpoint('introspect');
  const revoke = toEndpoint('revoke');
  const refresh = (
    refresh_token: unknown,
    form: Record<string, string> = {},
    by = client,
    options: Call = by.tls,
  ) =>
    post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'refresh_token',
        refresh_token: String(refresh_token),
        client_id: by.client_id,
        ...form,
      },
      options,
    );
  const cause = (answer: Answer) => causeOf(server.running, answer);
  const assertRefused = async (answer: Answer, status: number, error: string, because: string) => {
    assert.deepEqual([answer.status, answer.json().error], [status, error], answer.text);
    assert.equal(await cause(answer), because);
  };
  const machineToken = async (by: TestClient, scope?: string) =>
    (
      await post(
        `${server.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id: by.client_id, ...(scope !== undefined && { scope }) },
        by.tls,
      )
    ).json().access_token;
  const keySet = async () => {
    const { keys } = (await call(`${server.issuer}/oauth2/jwks`)).json();
    return createLocalJWKSet({ keys: Array.isArray(keys) ? keys : [] });
  };

  before(async () => {
    server = await startAuthorizationServer();
    client = await server.register();
    browser = await server.browser();
    await server.consent(browser, client, [...SCOPES, 'address', 'phone']);
  });
  after(() => server?.close());

  describe('UserInfo', () => {
    test('tells what the scopes give, by GET, by POST and with the token in a form', async () => {
      const { access_token } = await tokensOf();
      const known = {
        sub: browser.user.sub,
        preferred_username: browser.user.username,
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        email_verified: true,
      };
      const got = await userinfo(access_token);
      assert.equal(got.status, 200, got.text);
      assert.equal(got.headers['cache-control'], 'no-store');
      assert.deepEqual(got.json(), known);
      assert.deepEqual((await userinfo(access_token, { ...client.tls, method: 'POST' })).json(), known);
      const url = `${server.issuer}/oauth2/userinfo`;
      const form = { access_token: String(access_token) };
      assert.deepEqual((await post(url, form, client.tls)).json(), known);
      const both = { ...client.tls, headers: { authorization: `Bearer ${access_token}` } };
      await assertRefused(await post(url, form, both), 400, 'invalid_request', 'parameter_repeated');
    });

    test('is asked by POST with any body but a form, which is not read: the token is in the header', async () => {
      const { access_token } = await tokensOf();
      for (const [type, body] of [
        ['application/json', undefined],
        ['application/json', ''],
        ['application/json', '{}'],
        ['application/json; charset=utf-8', 'null'],
        ['application/json', '{'],
        ['application/json', JSON.stringify({ access_token: 'x' })],
        ['text/plain;charset=UTF-8', ''],
        ['application/x-www-form-urlencoded', ''],
        ['multipart/form-data; boundary=x', '--x--'],
        [undefined, ''],
      ] as const) {
        const what = `${type} ${body}`;
        const headers = { ...(type !== undefined && { 'content-type': type }) };
        const sent = { ...client.tls, method: 'POST', headers, ...(body !== undefined && { body }) };
        const answer = await userinfo(access_token, sent);
        assert.equal(answer.status, 200, `${what}: ${answer.text}`);
        assert.equal(answer.json().sub, browser.user.sub, what);
        const without = await call(`${server.issuer}/oauth2/userinfo`, sent);
        await assertRefused(without, 401, 'invalid_token', 'token_absent');
      }
      const asJson = await call(`${server.issuer}/oauth2/userinfo`, {
        ...client.tls,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ access_token }),
      });
      await assertRefused(asJson, 401, 'invalid_token', 'token_absent');
    });

    test('tells no more than the scopes give, and claims asked for by name', async () => {
      const { access_token } = await tokensOf(client, browser, { scope: 'openid' });
      assert.deepEqual((await userinfo(access_token)).json(), { sub: browser.user.sub });
      const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
      const named = await tokensOf(client, browser, { scope: 'openid', claims });
      assert.deepEqual((await userinfo(named.access_token)).json(), {
        sub: browser.user.sub,
        email: 'ada@example.com',
      });
      const again = (await refresh(named.refresh_token)).json();
      assert.equal((await userinfo(again.access_token)).json().email, 'ada@example.com');
    });

    test('a bound token with another certificate or none is refused with invalid_token', async () => {
      const { access_token } = await tokensOf();
      const other = await server.register();
      for (const options of [other.tls, {}]) {
        const answer = await userinfo(access_token, options);
        await assertRefused(answer, 401, 'invalid_token', 'token_binding_differs');
        assert.match(String(answer.headers['www-authenticate']), /^Bearer .*error="invalid_token"/);
      }
    });

    test('no token, a foreign token, and one without openid', async () => {
      const absent = await call(`${server.issuer}/oauth2/userinfo`, client.tls);
      await assertRefused(absent, 401, 'invalid_token', 'token_absent');
      assert.doesNotMatch(String(absent.headers['www-authenticate']), /error=/);
      await assertRefused(await userinfo('x'.repeat(43)), 401, 'invalid_token', 'token_invalid');
      await assertRefused(await userinfo('a.b.c'), 401, 'invalid_token', 'token_invalid');
      const machine = await server.register({ grant_types: ['client_credentials'], scope: 'read' });
      const answer = await userinfo(await machineToken(machine), machine.tls);
      await assertRefused(answer, 403, 'insufficient_scope', 'scope_insufficient');
      const { id_token } = await tokensOf();
      await assertRefused(await userinfo(id_token), 401, 'invalid_token', 'token_invalid');
    });

    test('ends with the account, the client, the grant and the token', async () => {
      const person = await server.browser();
      const app = await server.register();
      await server.consent(person, app, SCOPES);
      const { storage, clients } = server.opened;
      const actor = { name: 'test', through: 'command-line' } as const;
      const first = await tokensOf(app, person);
      await storage.users.update({ ...person.user, enabled: false, revision: 2 });
      await assertRefused(await userinfo(first.access_token, app.tls), 401, 'invalid_token', 'user_disabled');
      await assertRefused(await refresh(first.refresh_token, {}, app), 400, 'invalid_grant', 'user_disabled');
      await storage.users.update({ ...person.user, enabled: true, revision: 3 });
      await clients.change(app.client_id, { enabled: false }, actor);
      await assertRefused(
        await userinfo(first.access_token, app.tls),
        401,
        'invalid_token',
        'client_disabled',
      );
      await clients.change(app.client_id, { enabled: true }, actor);
      await assertRefused(await userinfo(first.access_token, app.tls), 401, 'invalid_token', 'token_ended');
      const second = (await refresh(first.refresh_token, {}, app)).json();
      assert.equal((await userinfo(String(second.access_token), app.tls)).status, 200);
      await storage.commit([storage.grants.steps.revokeAll({ sub: person.user.sub }, Date.now())]);
      await assertRefused(
        await userinfo(String(second.access_token), app.tls),
        401,
        'invalid_token',
        'grant_revoked',
      );
    });

    test('comes with an ID token signed with RS256 where the client named no algorithm', async () => {
      const { id_token } = await tokensOf();
      const expected = { issuer: server.issuer, audience: client.client_id, algorithms: ['RS256'] };
      assert.ok((await jwtVerify(String(id_token), await keySet(), expected)).payload.at_hash);
    });

    test('is signed for clients registered so, with a key of the algorithm they chose', async () => {
      for (const alg of ['RS256', 'EdDSA'] as const) {
        const signed = await server.register({
          userinfo_signed_response_alg: alg,
          id_token_signed_response_alg: alg,
        });
        await server.consent(browser, signed, SCOPES);
        const { access_token, id_token } = await tokensOf(signed);
        const answer = await userinfo(access_token, signed.tls);
        assert.equal(answer.headers['content-type'], 'application/jwt');
        const expected = { issuer: server.issuer, audience: signed.client_id, algorithms: [alg] };
        const { payload } = await jwtVerify(answer.text, await keySet(), expected);
        assert.equal(payload.email, 'ada@example.com');
        assert.ok((await jwtVerify(String(id_token), await keySet(), expected)).payload.at_hash);
      }
    });
  });

  describe('refreshing', () => {
    test('the scope can be narrowed for one access token and is whole again for the next', async () => {
      const first = await tokensOf();
      const narrow = (await refresh(first.refresh_token, { scope: 'openid email' })).json();
      assert.equal(narrow.scope, 'openid email');
      assert.equal(claimsOf(narrow.access_token).scope, 'openid email');
      const whole = (await refresh(narrow.refresh_token)).json();
      assert.equal(whole.scope, SCOPES.join(' '));
      const wide = await refresh(whole.refresh_token, { scope: 'openid phone' });
      await assertRefused(wide, 400, 'invalid_scope', 'scope_not_registered');
      assert.equal((await refresh(whole.refresh_token)).status, 200, 'a refused request spends nothing');
    });

    test('the ID token speaks of the same sign-in and carries no nonce', async () => {
      const app = await server.register({ backchannel_logout_uri: 'https://client.example/logout' });
      await server.consent(browser, app, SCOPES);
      const first = await tokensOf(app, browser, { nonce: 'n' });
      const next = (await refresh(first.refresh_token, {}, app)).json();
      const [before, after] = [claimsOf(first.id_token), claimsOf(next.id_token)];
      assert.equal(before.sid, browser.session.session_id);
      assert.notEqual(after.jti, before.jti);
      assert.equal(after.nonce, undefined);
      for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'sid'])
        assert.equal(after[claim], before[claim]);
    });

    test('a public client’s refresh token works with its certificate alone (RFC 8705 §4)', async () => {
      const app = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/cb'],
      });
      const thief = await server.register();
      await server.consent(browser, app, SCOPES);
      const { access_token, refresh_token } = await tokensOf(app);
      assert.deepEqual(claimsOf(access_token).cnf, { 'x5t#S256': app.identity.thumbprint });
      for (const options of [{}, thief.tls]) {
        const answer = await refresh(refresh_token, {}, app, options);
        await assertRefused(answer, 400, 'invalid_grant', 'token_binding_differs');
      }
      const next = await refresh(refresh_token, {}, app);
      assert.equal(next.status, 200, 'a thief without the key cannot even spend it');
      const later = await refresh(next.json().refresh_token, {}, app, {});
      await assertRefused(later, 400, 'invalid_grant', 'token_binding_differs');
      const replay = await refresh(refresh_token, {}, app, thief.tls);
      await assertRefused(replay, 400, 'invalid_grant', 'token_binding_differs');
      assert.equal((await refresh(next.json().refresh_token, {}, app)).status, 200);
    });

    test('a confidential client’s access token is bound to the certificate of its request (§7.1)', async () => {
      const secretive = await server.register({ token_endpoint_auth_method: 'client_secret_post' });
      await server.consent(browser, secretive, SCOPES);
      const { code, verifier } = await obtainCode(server, browser, secretive);
      const credentials = { client_id: secretive.client_id, client_secret: secretive.client_secret ?? '' };
      const first = await post(
        `${server.issuer}/oauth2/token`,
        {
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: secretive.redirect_uri,
          ...credentials,
        },
        secretive.tls,
      );
      assert.deepEqual(claimsOf(first.json().access_token).cnf, {
        'x5t#S256': secretive.identity.thumbprint,
      });
      const renewed = await server.register();
      const next = await refresh(first.json().refresh_token, credentials, secretive, renewed.tls);
      assert.deepEqual(claimsOf(next.json().access_token).cnf, { 'x5t#S256': renewed.identity.thumbprint });
    });

    test('another client’s refresh token is worth nothing and is not spent', async () => {
      const { refresh_token } = await tokensOf();
      const other = await server.register();
      const stolen = await refresh(refresh_token, {}, other);
      await assertRefused(stolen, 400, 'invalid_grant', 'refresh_token_of_another_client');
      assert.equal((await refresh(refresh_token)).status, 200);
    });

    test('without offline_access it ends with the session, with it it does not', async () => {
      const person = await server.browser();
      await server.consent(person, client, SCOPES);
      const offline = await tokensOf(client, person);
      const online = await tokensOf(client, person, { scope: 'openid profile' });
      const alive = (await refresh(online.refresh_token)).json();
      await server.opened.storage.sessions.remove(person.session.session_id);
      const answer = await refresh(alive.refresh_token);
      await assertRefused(answer, 400, 'invalid_grant', 'session_ended');
      assert.equal((await refresh(offline.refresh_token)).status, 200);
    });

    test('a client that is not registered for it gets no refresh token', async () => {
      const once = await server.register({ grant_types: ['authorization_code'], scope: 'openid' });
      await server.consent(browser, once, ['openid']);
      const { refresh_token } = await tokensOf(once, browser, { scope: 'openid' });
      assert.equal(refresh_token, undefined);
      const answer = await refresh('x'.repeat(43), {}, once);
      await assertRefused(answer, 400, 'unauthorized_client', 'grant_type_not_registered');
    });
  });

  describe('introspection', () => {
    test('shows claims and binding, and never the server’s own marks', async () => {
      const { access_token } = await tokensOf();
      const answer = (await introspect(access_token)).json();
      assert.equal(answer.active, true);
      assert.equal(answer.token_type, 'Bearer');
      assert.equal(answer.iss, server.issuer);
      assert.equal(answer.aud, server.issuer);
      assert.equal(answer.sub, browser.user.sub);
      assert.equal(answer.client_id, client.client_id);
      assert.equal(answer.scope, SCOPES.join(' '));
      assert.deepEqual(answer.cnf, { 'x5t#S256': client.identity.thumbprint });
      assert.ok(Number(answer.exp) > Number(answer.iat));
      assert.equal(answer.grant_id, undefined);
    });

    test('serves every resource server of the deployment, and no public or unknown client', async () => {
      const { access_token, refresh_token } = await tokensOf();
      const api = await server.register({ grant_types: ['client_credentials'] });
      assert.equal((await introspect(access_token, api)).json().active, true);
      assert.deepEqual((await introspect(refresh_token, api)).json(), { active: false });
      assert.equal((await introspect(refresh_token)).json().active, true);
      const app = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/cb'],
      });
      await assertRefused(
        await introspect(access_token, app),
        401,
        'invalid_client',
        'client_not_confidential',
      );
      await assertRefused(
        await introspect(access_token, client, {}),
        401,
        'invalid_client',
        'certificate_absent',
      );
      for (const unknown of ['x'.repeat(43), 'a.b.c', 'nonsense']) {
        assert.deepEqual((await introspect(unknown)).json(), { active: false });
      }
    });

    test('is signed for the caller when asked so (RFC 9701)', async () => {
      const { access_token } = await tokensOf();
      const type = 'application/token-introspection+jwt';
      const answer = await introspect(access_token, client, { ...client.tls, headers: { accept: type } });
      assert.equal(answer.headers['content-type'], type);
      const { payload, protectedHeader } = await jwtVerify(answer.text, await keySet(), {
        issuer: server.issuer,
        audience: client.client_id,
      });
      assert.equal(protectedHeader.typ, 'token-introspection+jwt');
      assert.deepEqual(payload.token_introspection, (await introspect(access_token)).json());
      await assertRefused(await userinfo(answer.text), 401, 'invalid_token', 'token_invalid');
    });
  });

  test('introspection is signed for those who ask for it and want it no less than JSON', async () => {
    const { access_token } = await tokensOf();
    const jwt = 'application/token-introspection+jwt';
    const json = 'application/json; charset=utf-8';
    for (const [accept, type] of [
      [`${jwt}, application/json`, jwt],
      [`application/json;q=0.9, ${jwt.toUpperCase()}`, jwt],
      [`${jwt};q=0.5, */*;q=0.1`, jwt],
      [`application/json, ${jwt};q=0.5`, json],
      [`${jwt};q=0`, json],
      [`${jwt};q=0.5, */*`, json],
      [`${jwt}x`, json],
      [`text/html;x="${jwt}"`, json],
      ['*/*', json],
      ['application/*', json],
    ] as const) {
      const answer = await introspect(access_token, client, { ...client.tls, headers: { accept } });
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, type], accept);
    }
  });

  describe('reference tokens', () => {
    test('are opaque, stored as a hash, and work as JWTs do', async () => {
      const app = await server.register({ access_token_type: 'reference' });
      await server.consent(browser, app, SCOPES);
      const { access_token } = await tokensOf(app);
      assert.match(String(access_token), /^[A-Za-z0-9_-]{43}$/);
      assert.equal(await server.opened.storage.referenceTokens.find(String(access_token)), undefined);
      assert.equal((await userinfo(access_token, app.tls)).json().email, 'ada@example.com');
      await assertRefused(await userinfo(access_token, {}), 401, 'invalid_token', 'token_binding_differs');
      const shown = (await introspect(access_token)).json();
      assert.deepEqual(
        [shown.active, shown.client_id, shown.sub, shown.aud],
        [true, app.client_id, browser.user.sub, server.issuer],
      );
      assert.deepEqual(shown.cnf, { 'x5t#S256': app.identity.thumbprint });
      assert.equal((await revoke(access_token, app)).status, 200);
      await assertRefused(await userinfo(access_token, app.tls), 401, 'invalid_token', 'token_revoked');
    });

    test('serve client_credentials too, and end at their time', async () => {
      const machine = await server.register({
        grant_types: ['client_credentials'],
        access_token_type: 'reference',
      });
      const token = await machineToken(machine);
      assert.equal((await introspect(token, machine)).json().sub, machine.client_id);
    });
  });

  describe('revocation', () => {
    test('an access token ends alone, a refresh token with everything of its grant', async () => {
      const first = await tokensOf();
      assert.equal((await revoke(first.access_token)).status, 200);
      await assertRefused(await userinfo(first.access_token), 401, 'invalid_token', 'token_revoked');
      assert.deepEqual((await introspect(first.access_token)).json(), { active: false });
      const next = (await refresh(first.refresh_token)).json();
      assert.equal((await userinfo(next.access_token)).status, 200);
      assert.equal((await revoke(next.refresh_token)).status, 200);
      await assertRefused(await userinfo(next.access_token), 401, 'invalid_token', 'grant_revoked');
      await assertRefused(await refresh(next.refresh_token), 400, 'invalid_grant', 'grant_revoked');
    });

    test('unknown and ended tokens are as good as revoked; another client’s are refused', async () => {
      for (const unknown of ['x'.repeat(43), 'a.b.c', 'nonsense']) {
        assert.equal((await revoke(unknown)).status, 200);
      }
      const { access_token, refresh_token } = await tokensOf();
      const other = await server.register();
      for (const token of [access_token, refresh_token]) {
        const answer = await revoke(token, other);
        await assertRefused(answer, 400, 'unauthorized_client', 'token_of_another_client');
      }
      assert.equal((await userinfo(access_token)).status, 200);
      await assertRefused(
        await revoke(access_token, client, {}),
        401,
        'invalid_client',
        'certificate_absent',
      );
    });

    test('a public client revokes its own token', async () => {
      const app = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/cb'],
      });
      await server.consent(browser, app, SCOPES);
      const { refresh_token } = await tokensOf(app);
      assert.equal((await revoke(refresh_token, app, {})).status, 200);
      await assertRefused(await refresh(refresh_token, {}, app), 400, 'invalid_grant', 'grant_revoked');
    });

    test('a machine’s token is revoked without a grant', async () => {
      const machine = await server.register({ grant_types: ['client_credentials'] });
      const token = await machineToken(machine);
      assert.equal(claimsOf(token).grant_id, undefined);
      assert.equal((await introspect(token, machine)).json().active, true);
      await revoke(token, machine);
      assert.deepEqual((await introspect(token, machine)).json(), { active: false });
    });
  });

  describe('the admin API', () => {
    test('takes an administrator’s token with its certificate, until it is revoked', async () => {
      const administrator = await server.browser({ roles: ['auditor'] });
      const consoleClient = await server.register({ scope: 'openid admin:read admin:users' });
      const asked = 'openid admin:read admin:users';
      await server.consent(administrator, consoleClient, asked.split(' '));
      const { access_token, scope } = await tokensOf(consoleClient, administrator, { scope: asked });
      assert.equal(scope, 'openid admin:read', 'nobody is given what their role does not hold');
      const clients = (options: Call) =>
        call(`${server.issuer}/api/admin/v1/clients`, {
          ...options,
          headers: { authorization: `Bearer ${access_token}` },
        });
      assert.equal((await clients(consoleClient.tls)).status, 200);
      for (const options of [{}, client.tls]) {
        await assertRefused(await clients(options), 401, 'invalid_token', 'token_binding_differs');
      }
      await revoke(access_token, consoleClient);
      await assertRefused(await clients(consoleClient.tls), 401, 'invalid_token', 'token_revoked');
    });
  });

  test('a person who may do less now gets less at the next refresh', async () => {
    const administrator = await server.browser({ roles: ['auditor'] });
    const app = await server.register({ scope: 'openid offline_access admin:read' });
    const asked = 'openid offline_access admin:read';
    await server.consent(administrator, app, asked.split(' '));
    const { refresh_token } = await tokensOf(app, administrator, { scope: asked });
    await server.opened.storage.users.update({ ...administrator.user, roles: [], revision: 2 });
    assert.equal((await refresh(refresh_token, {}, app)).json().scope, 'openid offline_access');
  });

  test('the session remembers the clients that received an ID token', async () => {
    const { session } = browser;
    await redirected(await browser.get(authorizationUrl(server.issuer, client)));
    const now = await server.opened.storage.sessions.find(session.session_id);
    assert.ok(now?.client_ids.includes(client.client_id));
  });
});

test('lifetimes are those of [oauth], and no token outlives its grant', async (t) => {
  const server = await startAuthorizationServer({
    oauth: {
      authorization_code_lifetime: 10,
      refresh_token_lifetime: 50,
      refresh_token_idle_lifetime: 20,
      access_token_lifetime: 100,
      id_token_lifetime: 7,
    },
  });
  t.after(() => server.close());
  const lasting = await server.register();
  const once = await server.register({ grant_types: ['authorization_code'] });
  const browser = await server.browser();
  const { storage } = server.opened;
  for (const [client, lifetime] of [
    [lasting, 110],
    [once, 110],
  ] as const) {
    await server.consent(browser, client, SCOPES);
    const scope = 'openid';
    const answer = await redeemCode(server, client, await obtainCode(server, browser, client, { scope }));
    const { access_token, id_token, refresh_token } = answer.json();
    const of = { sub: browser.user.sub, client_id: client.client_id };
    const [grant] = (await storage.grants.list(of, { limit: 1 }, Date.now())).items;
    assert.equal(grant && (grant.expires_at - grant.created_at) / 1000, lifetime);
    const lasts = (token: unknown) => Number(claimsOf(token).exp) - Number(claimsOf(token).iat);
    assert.equal(lasts(access_token), 100);
    assert.equal(lasts(id_token), 7);
    if (refresh_token === undefined) continue;
    const stored = await storage.refreshTokens.find(hashOpaqueToken(String(refresh_token)));
    assert.equal(stored && (stored.expires_at - stored.issued_at) / 1000, 20);
  }
});

import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { seal } from '../src/token/sealing.ts';
import { generateTotpSecret } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  pkce,
  redeemCode,
  redirected,
  startAuthorizationServer,
} from './authorization-server.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { causeOf, eventOf } from './event-of.ts';
import { createHttpBrowser } from './http-browser.ts';
import { call, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const basic = (username: string, password = PASSWORD) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

const challengeOf = ({ challenge }: ReturnType<typeof pkce>) => ({
  code_challenge: challenge,
  code_challenge_method: 'S256',
});

describe('attacks on a running server', () => {
  let server: AuthorizationServer;
  let admin: AdminApi;

  before(async () => {
    server = await startAuthorizationServer({
      account_lock: { max_failed_attempts: 5 },
      registration: { mode: 'open' },
      logging: { level: 'debug' },
    });
    admin = adminApiOf(server.issuer);
  });
  after(() => server?.close());

  const tokenUrl = () => `${server.issuer}/oauth2/token`;
  const person = (username: string, roles: readonly string[] = []) =>
    admin.json('POST', '/users', { username, password: PASSWORD, roles });
  /** A client that signs people in by their password. */
  const passwordClient = (scope: string) =>
    server.register({ redirect_uris: [], grant_types: ['password'], scope });
  const authenticatorApp = async (sub: string) => {
    const { storage, configuration } = server.opened;
    const sealed_secret = seal(
      generateTotpSecret(),
      configuration.atStart.encryption.key,
      `TOTP secret of ${sub}`,
    );
    await storage.credentials.insert({
      kind: 'totp',
      credential_id: sub,
      sub,
      created_at: Date.now(),
      sealed_secret,
    });
  };

  describe('what a request names', () => {
    test('an assertion whose sub is no string is refused like any other', async () => {
      const assertion = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"sub":{"a":1}}').toString('base64url')}.AA`;
      const answer = await post(tokenUrl(), {
        grant_type: 'client_credentials',
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      assert.deepEqual([answer.status, answer.json().error], [401, 'invalid_client']);
    });

    test('a client_id of half a megabyte does not fill log, audit file and database with itself', async () => {
      const { audit_file } = server.opened.configuration.atStart.logging;
      const { size: before } = await stat(audit_file);
      const answer = await post(tokenUrl(), {
        grant_type: 'client_credentials',
        client_id: 'x'.repeat(500_000),
        client_secret: 'wrong',
      });
      assert.equal(answer.status, 401);
      const event = await eventOf(server.running, answer);
      const { size } = await stat(audit_file);
      assert.ok(JSON.stringify(event).length < 10_000);
      assert.ok(size - before < 10_000, `the audit file grew by ${size - before} bytes`);
    });
  });

  describe('a client that fails', () => {
    test('is told the same, whatever the cause', async () => {
      const secret = (method: string) =>
        server.register({ token_endpoint_auth_method: method, scope: 'read' });
      const known = await secret('client_secret_post');
      const disabled = await secret('client_secret_post');
      await admin.update(disabled.client_id, { enabled: false });
      const byCertificate = await server.register();
      const other = await createIdentity('CN=other');
      const attempts = [
        [{ client_id: 'nobody', client_secret: 'x' }, {}],
        [{ client_id: known.client_id, client_secret: 'x' }, {}],
        [{ client_id: known.client_id }, {}],
        [{ client_id: disabled.client_id, client_secret: String(disabled.client_secret) }, {}],
        [{ client_id: byCertificate.client_id }, {}],
        [{ client_id: byCertificate.client_id }, { certificate: other }],
      ] as const;
      const answers = await Promise.all(
        attempts.map(async ([credentials, options]) => {
          const form = { grant_type: 'client_credentials', ...credentials };
          const { status, text, headers } = await post(tokenUrl(), form, options);
          const { date: _date, 'countersign-event-id': _event, ...rest } = headers;
          return { status, text, rest };
        }),
      );
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.equal(answers[0]?.status, 401);
    });
  });

  describe('guessing', () => {
    test('guesses sent at once are no more than those sent in turn', async () => {
      await person('guessed');
      const { client_id, tls } = await passwordClient('read');
      const guesses = Array.from({ length: 40 }, (_, index) =>
        post(
          tokenUrl(),
          { grant_type: 'password', client_id, username: 'guessed', password: `guess ${index}` },
          tls,
        ),
      );
      const causes = await Promise.all(
        (await Promise.all(guesses)).map((answer) => causeOf(server.running, answer)),
      );
      const checked = causes.filter((cause) => cause === 'password_wrong').length;
      assert.equal(checked, 5);
      await admin.json('POST', '/users/guessed/unlock');
    });
  });

  describe('a second factor', () => {
    test('is not passed by where no page can ask for it', async () => {
      const { sub } = await person('careful', ['owner']);
      const { client_id, tls } = await passwordClient('admin:read');
      const form = { grant_type: 'password', client_id, username: 'careful', password: PASSWORD };
      const me = () => call(`${server.issuer}/api/admin/v1/me`, { headers: basic('careful') });
      assert.equal((await post(tokenUrl(), form, tls)).status, 200);
      assert.equal((await me()).status, 200);

      await authenticatorApp(String(sub));
      const token = await post(tokenUrl(), form, tls);
      assert.deepEqual([token.status, token.json().error], [400, 'invalid_grant']);
      assert.equal(await causeOf(server.running, token), 'second_factor_needed');
      const call_ = await me();
      assert.deepEqual([call_.status, call_.json().error], [401, 'invalid_token']);
    });

    test('is locked by guesses at its codes, sent at once or not', async () => {
      const { sub } = await person('coded');
      await authenticatorApp(String(sub));
      const browser = createHttpBrowser();
      const signIn = await browser.follow(await browser.get(`${server.issuer}/account`), server.issuer);
      const form = { username: 'coded', password: PASSWORD };
      const page = await browser.follow(await browser.submit(signIn, form), server.issuer);
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => browser.submit(page, { code: `${index}`.padStart(6, '0') })),
      );
      // 403 wrong, 429 locked.
      const wrong = answers.filter(({ status }) => status === 403).length;
      assert.deepEqual([wrong, answers.filter(({ status }) => status === 429).length], [5, 25]);
    });
  });

  describe('one who speaks for another', () => {
    test('no client can be registered under the sub of a person', async () => {
      const { sub } = await person('owner-of-a-sub', ['owner']);
      await person('registrar', ['client_manager']);
      const answer = await call(`${server.issuer}/api/admin/v1/clients`, {
        method: 'POST',
        headers: { ...basic('registrar'), 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: sub, client_name: 'other', grant_types: ['client_credentials'] }),
      });
      assert.deepEqual([answer.status, answer.json().field], [400, 'client_id'], answer.text);
    });

    test('who manages clients makes none that reaches further, and nobody changes the console', async () => {
      await person('manager', ['client_manager']);
      const asked = async (method: string, path: string, body?: unknown, username = 'manager') =>
        (
          await call(`${server.issuer}/api/admin/v1/clients${path}`, {
            method,
            headers: {
              ...(username === 'admin' ? basic('admin', 'admin') : basic(username)),
              ...(body !== undefined && { 'content-type': 'application/json' }),
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          })
        ).status;
      const powerful = await server.register({ scope: 'openid admin:users' });
      const modest = await server.register({ scope: 'openid' });
      const client_name = 'made by a manager';
      assert.equal(await asked('POST', '', { client_name, scope: 'read' }), 201);
      for (const scope of [
        'admin:clients',
        'admin:users',
        'openid admin:keys',
        ' admin:users',
        'admin:users ',
      ]) {
        assert.ok([400, 403].includes(await asked('POST', '', { client_name, scope })), scope);
        assert.ok([400, 403].includes(await asked('PATCH', `/${modest.client_id}`, { scope })), scope);
      }
      assert.equal(await asked('POST', '', { client_name, scope: ['admin:users'] }), 400);
      const redirect_uris = ['https://evil.example/callback'];
      assert.equal(await asked('PATCH', `/${powerful.client_id}`, { redirect_uris }), 403);
      assert.equal(await asked('PATCH', `/${powerful.client_id}`, { scope: 'openid', redirect_uris }), 403);
      assert.equal(await asked('POST', `/${powerful.client_id}/secret`, {}), 403);
      assert.equal(await asked('DELETE', `/${powerful.client_id}`), 403);
      for (const username of ['manager', 'admin']) {
        assert.equal(await asked('PATCH', '/countersign-console', { redirect_uris }, username), 403);
        assert.equal(await asked('DELETE', '/countersign-console', undefined, username), 403);
        const again = { client_id: 'countersign-console', client_name };
        assert.equal(await asked('POST', '', again, username), 403);
      }
    });

    test('token exchange passes on no scope of the admin API', async () => {
      const scope = 'openid profile admin:read';
      const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
      const client = await server.register({ scope, grant_types: ['authorization_code', exchange] });
      const browser = await server.browser({ roles: ['owner'] });
      await server.consent(browser, client, scope.split(' '));
      const tokens = (
        await redeemCode(server, client, await obtainCode(server, browser, client, { scope }))
      ).json();
      assert.equal(tokens.scope, scope);
      const exchanged = (more: Readonly<Record<string, string>>) =>
        post(
          tokenUrl(),
          {
            grant_type: exchange,
            client_id: client.client_id,
            subject_token: String(tokens.access_token),
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            ...more,
          },
          client.tls,
        );
      assert.equal((await exchanged({})).json().scope, 'openid profile');
      assert.equal((await exchanged({ scope: 'admin:read' })).json().error, 'invalid_scope');
    });

    test('a token is taken for nothing but what it is', async () => {
      const scope = 'openid profile offline_access admin:read';
      const client = await server.register({ scope, userinfo_signed_response_alg: 'ES256' });
      const browser = await server.browser({ roles: ['owner'] });
      await server.consent(browser, client, scope.split(' '));
      const code = await obtainCode(server, browser, client, { scope });
      const tokens = (await redeemCode(server, client, code)).json();
      const { access_token, id_token, refresh_token } = tokens;
      const bearer = (token: unknown, path: string) =>
        call(`${server.issuer}${path}`, { headers: { authorization: `Bearer ${token}` }, ...client.tls });
      const userinfo = await bearer(access_token, '/oauth2/userinfo');
      assert.equal(userinfo.status, 200);
      assert.equal((await bearer(access_token, '/api/admin/v1/me')).status, 200);
      const unused = await obtainCode(server, browser, client, {
        scope,
      });
      const response = redirected(
        await browser.get(
          authorizationUrl(server.issuer, client, { scope, response_mode: 'jwt', prompt: 'none' }),
        ),
      ).parameters.response;

      for (const [what, token] of Object.entries({
        'an ID token': id_token,
        'a UserInfo response': userinfo.text,
        'a signed authorization response': response,
        'a refresh token': refresh_token,
        'an authorization code': unused.code,
      })) {
        assert.equal(typeof token, 'string', what);
        for (const path of ['/oauth2/userinfo', '/api/admin/v1/me']) {
          assert.equal((await bearer(token, path)).status, 401, `${what} at ${path}`);
        }
        const looked = await post(
          `${server.issuer}/oauth2/introspect`,
          { client_id: client.client_id, token: String(token) },
          client.tls,
        );
        assert.equal(looked.json().token_type === undefined || what === 'a refresh token', true, what);
      }
      for (const hint of [access_token, userinfo.text, response]) {
        const answer = await call(
          `${server.issuer}/oidc/logout?${new URLSearchParams({ id_token_hint: String(hint) })}`,
        );
        assert.equal(answer.status, 400, 'taken for an ID token');
      }
    });
  });

  describe('the last owner', () => {
    test('stays, when two owners remove each other at the same moment', async () => {
      await person('first-owner', ['owner']);
      await person('second-owner', ['owner']);
      const { accounts, storage } = server.opened;
      const by = { name: 'test', through: 'command-line' } as const;
      const ownersNow = async () =>
        (await storage.users.list({ limit: 200 })).items.filter(
          ({ roles, enabled }) => enabled && roles.includes('owner'),
        );
      for (const { username } of await ownersNow()) {
        if (!['first-owner', 'second-owner'].includes(username)) {
          await accounts.update(username, { roles: ['auditor'] }, by);
        }
      }
      const outcomes = await Promise.allSettled([
        accounts.update('first-owner', { roles: [] }, by),
        accounts.remove('second-owner', by),
      ]);
      assert.ok((await ownersNow()).length >= 1, JSON.stringify(outcomes));
      await accounts.update('admin', { roles: ['owner'] }, by);
    });
  });

  describe('a client that is disabled, a person too', () => {
    test('is let in nowhere, with nothing it got before', async () => {
      const scope = 'openid offline_access';
      const client = await server.register({ scope });
      const other = await server.register();
      const browser = await server.browser();
      await server.consent(browser, client, scope.split(' '));
      const code = () => obtainCode(server, browser, client, { scope });
      const { access_token, refresh_token } = (await redeemCode(server, client, await code())).json();
      const unused = await code();
      const { client_id, tls } = client;
      const token = { client_id, token: String(access_token) };
      const attempts = async () => {
        const authorized = await browser.get(
          authorizationUrl(server.issuer, client, { scope, ...challengeOf(pkce()) }),
        );
        return {
          bearer: (
            await call(`${server.issuer}/oauth2/userinfo`, {
              headers: { authorization: `Bearer ${access_token}` },
              ...tls,
            })
          ).status,
          'introspection by itself': (await post(`${server.issuer}/oauth2/introspect`, token, tls)).json(),
          'introspection by another': (
            await post(
              `${server.issuer}/oauth2/introspect`,
              { ...token, client_id: other.client_id },
              other.tls,
            )
          ).json().active,
          refresh: (
            await post(
              tokenUrl(),
              { grant_type: 'refresh_token', client_id, refresh_token: String(refresh_token) },
              tls,
            )
          ).json().error,
          code: (await redeemCode(server, client, unused)).json().error,
          'new code': authorized.status,
        };
      };
      const unauthenticated = { error: 'invalid_client', error_description: 'Client authentication failed.' };

      await admin.update(client_id, { enabled: false });
      assert.deepEqual(await attempts(), {
        bearer: 401,
        'introspection by itself': unauthenticated,
        'introspection by another': false,
        refresh: 'invalid_client',
        code: 'invalid_client',
        'new code': 400,
      });
      await admin.update(client_id, { enabled: true });
      await admin.json('PATCH', `/users/${browser.user.username}`, { enabled: false });
      assert.deepEqual(await attempts(), {
        bearer: 401,
        'introspection by itself': { active: false },
        'introspection by another': false,
        refresh: 'invalid_grant',
        code: 'invalid_grant',
        'new code': 303,
      });
      assert.equal(
        (await call(`${server.issuer}/account`, { headers: { cookie: browser.cookie() } })).status,
        303,
      );
    });
  });

  describe('JSON without end', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    for (const [what, path, body] of [
      ['metadata', '/clients', `{"client_name":"deep","jwks":{"keys":[{"kty":"EC","more":${deep}}]}}`],
      ['an unknown member', '/clients', `{"client_name":"deep","more":${deep}}`],
      ['claims', '/users', `{"username":"deep","password":"${PASSWORD}","claims":{"name":${deep}}}`],
    ] as const) {
      test(`${what} nested 200,000 deep is refused, not a failure of the server`, async () => {
        const answer = await call(`${server.issuer}/api/admin/v1${path}`, {
          method: 'POST',
          headers: { ...basic('admin', 'admin'), 'content-type': 'application/json' },
          body,
        });
        assert.equal(answer.status, 400, answer.text);
      });
    }
  });

  describe('a client that registers itself', () => {
    const dcr = (metadata: Readonly<Record<string, unknown>>, certificate?: Identity) =>
      call(`${server.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'self-made',
          grant_types: ['client_credentials'],
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          ...metadata,
        }),
        ...(certificate && { certificate }),
      });

    test('cannot take an authority from the clients below it by registering its certificate', async () => {
      const authority = await createIdentity('CN=Authority', { usage: 'ca' });
      const identity = await createIdentity('CN=below', { issuer: authority });
      const { client_id } = await server.register({
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=below',
        trust_anchors: [authority.pem],
        redirect_uris: [],
      });
      const works = async () =>
        (await post(tokenUrl(), { grant_type: 'client_credentials', client_id }, { certificate: identity }))
          .status;
      assert.equal(await works(), 200);

      const taken = await dcr({ certificates: [authority.pem] });
      assert.equal(await works(), 200);
      assert.deepEqual([taken.status, taken.json().error], [400, 'invalid_client_metadata'], taken.text);
      assert.equal(await causeOf(server.running, taken), 'certificate_not_proven');
    });

    test('may have such a certificate of its own, as openssl makes them, by presenting it', async () => {
      const own = await createIdentity('CN=own', { usage: 'ca' });
      const registered = await dcr({ certificates: [own.pem] }, own);
      assert.equal(registered.status, 201, registered.text);
      const { client_id, registration_client_uri, registration_access_token } = registered.json();
      const form = { grant_type: 'client_credentials', client_id: String(client_id) };
      assert.equal((await post(tokenUrl(), form, { certificate: own })).status, 200);

      const other = await createIdentity('CN=other', { usage: 'ca' });
      const change = async (token: unknown, certificates: readonly string[]) =>
        call(String(registration_client_uri), {
          method: 'PUT',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({
            client_id,
            grant_types: ['client_credentials'],
            token_endpoint_auth_method: 'self_signed_tls_client_auth',
            certificates,
          }),
        });
      const kept = await change(registration_access_token, [own.pem]);
      assert.equal(kept.status, 200, kept.text);
      const added = await change(kept.json().registration_access_token, [own.pem, other.pem]);
      assert.deepEqual([added.status, added.json().error], [400, 'invalid_client_metadata']);
    });
  });

  describe('secrets', () => {
    test('none that was ever sent or issued stands in log, audit file or database', async () => {
      const { opened, running } = server;
      const { storage } = opened;
      const scope = 'openid offline_access';
      const client = await server.register({ token_endpoint_auth_method: 'client_secret_post', scope });
      const { client_id, client_secret = '' } = client;
      const browser = await server.browser();
      await server.consent(browser, client, scope.split(' '));
      const secrets = new Map<string, string>();
      const keep = (what: string, value: unknown) => {
        assert.ok(typeof value === 'string' && value.length >= 20, `${what}: ${value}`);
        secrets.set(what, value);
      };
      keep('client secret', client_secret);
      keep('password', PASSWORD);
      for (const [name, value] of browser
        .cookie()
        .split('; ')
        .map((pair) => pair.split('='))) {
        keep(`cookie ${name}`, value);
      }
      const { code, verifier } = await obtainCode(server, browser, client, { scope });
      keep('code', code);
      keep('code_verifier', verifier);
      const form = {
        grant_type: 'authorization_code',
        client_id,
        client_secret,
        code,
        code_verifier: verifier,
      };
      const redeem = () => post(tokenUrl(), { ...form, redirect_uri: client.redirect_uri });
      const tokens = (await redeem()).json();
      for (const name of ['access_token', 'id_token', 'refresh_token']) keep(name, tokens[name]);
      await redeem();

      const wrong = {
        'wrong secret': `wrong-${'s'.repeat(30)}-secret`,
        'wrong code': `wrong-${'c'.repeat(37)}`,
        'wrong password': `wrong-${'p'.repeat(30)}-password`,
        'wrong token': `wrong.${'t'.repeat(30)}.token`,
      };
      for (const [what, value] of Object.entries(wrong)) keep(what, value);
      await post(tokenUrl(), { ...form, client_secret: wrong['wrong secret'] });
      await post(tokenUrl(), { ...form, code: wrong['wrong code'] });
      await post(tokenUrl(), {
        grant_type: 'refresh_token',
        client_id,
        client_secret,
        refresh_token: wrong['wrong code'],
      });
      for (const path of ['/api/admin/v1/me', '/oauth2/userinfo', '/oauth2/register/nobody']) {
        const url = `${server.issuer}${path}`;
        await call(url, { headers: basic('admin', wrong['wrong password']) });
        await call(url, { headers: { authorization: `Bearer ${wrong['wrong token']}` } });
        await call(url, { headers: { authorization: `Bearer ${tokens.id_token}` } });
      }
      const assertion = [`{"alg":"ES256"}`, `{"sub":"${client_id}","iss":"x","jti":"y"}`, 'z'.repeat(60)]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.');
      keep('assertion', assertion);
      await post(tokenUrl(), {
        grant_type: 'client_credentials',
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      const signIn = await browser.get(`${server.issuer}/oauth2/sign-in`);
      assert.ok(signIn.status < 400);
      const passwords = await passwordClient('read');
      const { client_id: other, tls } = passwords;
      const guess = { grant_type: 'password', client_id: other, username: browser.user.username };
      await post(tokenUrl(), { ...guess, password: PASSWORD }, tls);
      await post(tokenUrl(), { ...guess, password: wrong['wrong password'] }, tls);

      await admin.json('GET', '/events?limit=1');
      const file_name = join(opened.home, 'repository/database/countersign.db');
      const places = {
        log: running.output(),
        'audit file': await readFile(opened.configuration.atStart.logging.audit_file, 'latin1'),
        database: await readFile(file_name, 'latin1'),
        'database -wal': await readFile(`${file_name}-wal`, 'latin1'),
      };
      assert.ok(places.log.includes(client_id) && places['audit file'].includes(client_id));
      assert.ok((places.database + places['database -wal']).includes(client_id));
      for (const [place, text] of Object.entries(places)) {
        for (const [what, secret] of secrets) assert.ok(!text.includes(secret), `${what} in ${place}`);
      }
      assert.ok(await storage.clients.find(client_id));
    });

    test('nobody else on this machine can read the home folder', async () => {
      const { home } = server.opened;
      const entries = await readdir(home, { recursive: true });
      const modes = await Promise.all(
        entries.map(async (entry) => {
          const { mode } = await stat(join(home, entry));
          return [entry, mode & 0o077] as const;
        }),
      );
      assert.ok(modes.length > 12);
      assert.deepEqual(
        modes.filter(([, others]) => others !== 0),
        [],
      );
    });
  });

  describe('what every answer says', () => {
    for (const path of [
      '/oauth2/jwks',
      '/.well-known/openid-configuration',
      '/oauth2/token',
      '/oauth2/userinfo',
      '/api/admin/v1/me',
      '/nowhere',
    ]) {
      test(`${path}: its type cannot be guessed into another, and no other site reads it with credentials`, async () => {
        const answer = await call(`${server.issuer}${path}`, { headers: { origin: 'https://evil.example' } });
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.equal(answer.headers['access-control-allow-credentials'], undefined);
        const isPublic = path.endsWith('jwks') || path.startsWith('/.well-known/');
        assert.equal(answer.headers['access-control-allow-origin'], isPublic ? '*' : undefined);
      });
    }

    test('a forged Host changes nothing that is answered', async () => {
      const headers = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      };
      for (const path of [
        '/.well-known/openid-configuration',
        '/oauth2/authorize',
        '/account',
        '/carbon',
        '/nowhere',
      ]) {
        const { text, headers: answered } = await call(`${server.issuer}${path}`, { headers });
        assert.doesNotMatch(text + JSON.stringify(answered), /evil/, path);
      }
    });

    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND']) {
      test(`${method} is refused and shows nothing of the request`, async () => {
        const answer = await call(`${server.issuer}/oauth2/token`, {
          method,
          headers: { cookie: 'secret=1' },
        });
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
        assert.doesNotMatch(answer.text, /secret/);
      });
    }
  });
});

describe('attacks through a trusted proxy', () => {
  let server: AuthorizationServer;
  before(async () => {
    server = await startAuthorizationServer({
      'transport.proxy': { trusted_addresses: ['127.0.0.1', '::1'], certificate_header: 'nginx' },
      oauth: { waiting_requests_per_address: 4 },
    });
  });
  after(() => server?.close());

  test('a certificate header that cannot be read is one refusal with its event, for administrators too', async () => {
    const answer = await call(`${server.issuer}/api/admin/v1/me`, {
      headers: { 'x-ssl-client-cert': 'no%20certificate', ...basic('admin', 'admin') },
    });
    assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request'], answer.text);
    assert.equal(await causeOf(server.running, answer), 'certificate_header_refused');
  });

  test('what strangers leave in the database is limited by address', async () => {
    const open = {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    };
    const client = await server.register(open);
    const { client_id, redirect_uri } = client;
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const challenged = { ...challengeOf(pkce()), scope: 'openid' };
    const authorize = async (address: string) =>
      redirected(await call(authorizationUrl(server.issuer, client, challenged), from(address))).parameters;
    const pushed = async (address: string) =>
      post(
        `${server.issuer}/oauth2/par`,
        { response_type: 'code', client_id, redirect_uri, ...challenged },
        from(address),
      );
    const device = async (address: string) =>
      post(`${server.issuer}/oauth2/device_authorize`, { client_id, scope: 'openid' }, from(address));

    assert.equal((await authorize('2001:db8::1')).error, undefined);
    assert.equal((await authorize('2001:db8::2')).error, undefined);
    assert.equal((await pushed('2001:db8::3')).status, 201);
    assert.equal((await device('2001:db8::4')).status, 200);
    assert.equal((await authorize('2001:db8::5')).error, 'temporarily_unavailable');
    for (const refused of [await pushed('2001:db8::6'), await device('2001:db8::7')]) {
      assert.deepEqual([refused.status, refused.json().error], [429, 'temporarily_unavailable']);
      assert.equal(await causeOf(server.running, refused), 'waiting_requests_limited');
    }
    assert.equal((await authorize('2001:db8:0:1::1')).error, undefined);
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
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
import type { TestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { causeOf, eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PLUG_IN = 'https://example.com/grants/badge';
const EVERY_GRANT = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
  DEVICE_CODE,
  CIBA,
  EXCHANGE,
  PLUG_IN,
];
const PASSWORD = 'correct horse battery staple';
const ACCOUNTS = 'https://api.example/accounts';
const PAYMENTS = 'https://api.example/payments';
const LEDGER = 'https://ledger.example';
const DROP_IN = `export default {
  kind: 'grant',
  grant_type: '${PLUG_IN}',
  async plan() { return { outcome: 'granted' }; },
};`;

/** The value of a hidden field in a page. */
function hiddenIn(page: string, name: string): string {
  const [, value] = new RegExp(`name="${name}" value="([^"]*)"`).exec(page) ?? [];
  if (value === undefined) throw new Error(`no ${name} in ${page}`);
  return value;
}

const lifetimeIn = (jwt: unknown): number => {
  const { exp, iat } = claimsOf(jwt);
  return Number(exp) - Number(iat);
};

/** Over PostgreSQL two servers answer, as behind a load balancer. */
for (const database of DATABASES) {
  describe(`what a client has of its own, on ${database.name}`, {
    skip: database.skip,
    timeout: 300_000,
  }, () => {
    const nodes: AuthorizationServer[] = [];
    let server: AuthorizationServer;
    let home: TestHome;
    let admin: AdminApi;
    let browser: TestBrowser;
    let close: () => Promise<void>;

    const ask = (client: TestClient, form: Record<string, string>, node = server): Promise<Answer> =>
      post(`${node.issuer}/oauth2/token`, { client_id: client.client_id, ...form }, client.tls);
    const asked = async (client: TestClient, form: Record<string, string>, node = server) => {
      const answer = await ask(client, form, node);
      assert.equal(answer.status, 200, answer.text);
      return answer.json();
    };
    const own = (client: TestClient, form: Record<string, string> = {}, node = server) =>
      asked(client, { grant_type: 'client_credentials', ...form }, node);
    const byPassword = (client: TestClient, form: Record<string, string> = {}) =>
      asked(client, { grant_type: 'password', username: browser.user.username, password: PASSWORD, ...form });
    const exchanged = (client: TestClient, token: unknown, form: Record<string, string> = {}) =>
      asked(client, {
        grant_type: EXCHANGE,
        subject_token: String(token),
        subject_token_type: ACCESS_TOKEN,
        ...form,
      });
    const refreshed = (client: TestClient, refresh_token: unknown, form: Record<string, string> = {}) =>
      asked(client, { grant_type: 'refresh_token', refresh_token: String(refresh_token), ...form });
    /** By code, the person consenting to whatever is asked for; `undefined` leaves a parameter out. */
    const byCode = async (client: TestClient, parameters: Record<string, string | undefined> = {}) => {
      const answer = await redeemCode(
        server,
        client,
        await obtainCode(server, browser, client, { prompt: 'consent', ...parameters }),
      );
      assert.equal(answer.status, 200, answer.text);
      return answer.json();
    };
    const onDevice = async (client: TestClient, form: Record<string, string> = {}) => {
      const begun = await post(
        `${server.issuer}/oauth2/device_authorize`,
        { client_id: client.client_id, ...form },
        client.tls,
      );
      assert.equal(begun.status, 200, begun.text);
      const { device_code, user_code, expires_in } = begun.json();
      const page = `${server.issuer}/oauth2/device`;
      const entry = await browser.get(page);
      const question = await browser.submit(page, {
        form_token: hiddenIn(entry.text, 'form_token'),
        user_code: String(user_code),
      });
      await browser.submit(page, {
        form_token: hiddenIn(question.text, 'form_token'),
        user_code: hiddenIn(question.text, 'user_code'),
        decision: 'allow',
      });
      const tokens = await asked(client, { grant_type: DEVICE_CODE, device_code: String(device_code) });
      return { code_expires_in: expires_in, tokens };
    };
    const backchannel = (client: TestClient, form: Record<string, string>) =>
      post(
        `${server.issuer}/oauth2/bc-authorize`,
        { client_id: client.client_id, login_hint: browser.user.username, ...form },
        client.tls,
      );
    const approved = async (client: TestClient, form: Record<string, string>) => {
      const begun = await backchannel(client, form);
      assert.equal(begun.status, 200, begun.text);
      const approvals = `${server.issuer}/oauth2/ciba`;
      const page = await browser.get(approvals);
      await browser.submit(approvals, {
        form_token: hiddenIn(page.text, 'form_token'),
        id: hiddenIn(page.text, 'id'),
        decision: 'allow',
      });
      return asked(client, { grant_type: CIBA, auth_req_id: String(begun.json().auth_req_id) });
    };
    const introspected = async (by: TestClient, token: unknown) =>
      (
        await post(
          `${server.issuer}/oauth2/introspect`,
          { token: String(token), client_id: by.client_id },
          by.tls,
        )
      ).json();
    const everything = (metadata: Record<string, unknown>) =>
      server.register({
        grant_types: EVERY_GRANT,
        backchannel_token_delivery_mode: 'poll',
        scope: 'openid profile offline_access accounts payments reports',
        ...metadata,
      });
    const changed = (client: TestClient, metadata: Record<string, unknown>) =>
      admin.update(client.client_id, metadata);

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      const encryption = { key: randomBytes(32).toString('hex') };
      for (let node = 0; node < (database.name === 'sqlite' ? 1 : 2); node++) {
        nodes.push(
          await startAuthorizationServer(
            {
              ...opened.deployment,
              encryption,
              oauth: { max_access_token_lifetime: 10_000 },
              resource: [
                { identifier: ACCOUNTS, scopes: ['accounts'], access_token_lifetime: 150 },
                { identifier: PAYMENTS, scopes: ['payments'] },
              ],
              registration: { mode: 'open' },
            },
            async (made) => {
              home ??= made;
              await writeFile(join(made.home, 'repository/components/dropins/badge.mjs'), DROP_IN);
            },
          ),
        );
      }
      const [first] = nodes;
      assert.ok(first);
      server = first;
      admin = adminApiOf(server.issuer);
      browser = await server.browser();
    });
    after(async () => {
      for (const node of nodes) await node.close();
      await close?.();
    });

    test('its lifetimes hold in every grant, and for the refresh tokens', async () => {
      const client = await everything({
        access_token_lifetime: 111,
        refresh_token_lifetime: 5000,
        refresh_token_idle_lifetime: 700,
        id_token_lifetime: 222,
        device_code_lifetime: 90,
      });
      const isOwn = (tokens: Record<string, unknown>, what: string) => {
        assert.equal(tokens.expires_in, 111, what);
        assert.equal(lifetimeIn(tokens.access_token), 111, what);
        if (tokens.id_token !== undefined) assert.equal(lifetimeIn(tokens.id_token), 222, what);
      };
      const tokens = await byCode(client, { scope: 'openid offline_access accounts' });
      isOwn(tokens, 'code');
      assert.ok(tokens.id_token);
      isOwn(await refreshed(client, tokens.refresh_token), 'refresh');
      isOwn(await own(client), 'client_credentials');
      isOwn(await byPassword(client), 'password');
      isOwn(await asked(client, { grant_type: PLUG_IN }), 'plug-in');
      isOwn(await approved(client, { scope: 'openid accounts' }), 'CIBA');
      const device = await onDevice(client, { scope: 'openid' });
      assert.equal(device.code_expires_in, 90);
      isOwn(device.tokens, 'device');

      const idle = await introspected(client, tokens.refresh_token);
      assert.equal(Number(idle.exp) - Number(idle.iat), 700);
      const short = await everything({
        access_token_lifetime: 60,
        refresh_token_lifetime: 600,
        refresh_token_idle_lifetime: 700,
      });
      const { refresh_token } = await byCode(short, { scope: 'openid' });
      const absolute = await introspected(short, refresh_token);
      const lasts = Number(absolute.exp) - Number(absolute.iat);
      assert.ok(lasts > 590 && lasts <= 600, JSON.stringify(absolute));
    });

    test('a lifetime above that of [oauth] holds too, and the grant of a password lasts as long', async () => {
      const client = await everything({ access_token_lifetime: 7200, access_token_type: 'reference' });
      assert.equal((await own(client)).expires_in, 7200);
      const { access_token } = await byPassword(client);
      const { exp, iat } = await introspected(client, access_token);
      assert.equal(Number(exp) - Number(iat), 7200);
      const { items } = await server.opened.storage.grants.list(
        { sub: browser.user.sub },
        { limit: 100 },
        Date.now(),
      );
      const grant = items.find(({ client_id }) => client_id === client.client_id);
      assert.ok(grant && grant.expires_at - grant.created_at >= 7_200_000, JSON.stringify(grant));
    });

    test('of a client and what a token is for, the shorter lifetime counts', async () => {
      const of = async (client: TestClient) => (await own(client, { resource: ACCOUNTS })).expires_in;
      assert.equal(await of(await everything({})), 150);
      assert.equal(await of(await everything({ access_token_lifetime: 100 })), 100);
      assert.equal(await of(await everything({ access_token_lifetime: 5000 })), 150);
    });

    test('a change counts at once on every node, and null brings the usual one back', async () => {
      const client = await everything({});
      const everywhere = async (metadata: Record<string, unknown>, expires_in: number) => {
        for (const node of nodes) await own(client, {}, node);
        await changed(client, metadata);
        assert.equal((await own(client)).expires_in, expires_in, 'the node that was told');
        for (const node of nodes.slice(1)) {
          await eventually(
            () => own(client, {}, node),
            (tokens) => tokens.expires_in === expires_in,
            3000,
          );
        }
      };
      await everywhere({ access_token_lifetime: 77 }, 77);
      await everywhere({ access_token_lifetime: null }, 3600);
    });

    test('a lifetime beyond the maximum is refused by field; one of before is cut to it', async () => {
      const client = await everything({ access_token_lifetime: 9000 });
      const path = `/clients/${client.client_id}`;
      const refused = async (changes: Record<string, unknown>) => {
        const answer = await admin.request('PATCH', path, changes);
        assert.equal(answer.status, 400, answer.text);
        const { error_description, field } = answer.json();
        return [field, error_description];
      };
      assert.deepEqual(await refused({ access_token_lifetime: 10_001 }), [
        'access_token_lifetime',
        'access_token_lifetime: 10001 is more than 10000 seconds ([oauth] max_access_token_lifetime)',
      ]);
      assert.equal((await refused({ id_token_lifetime: 0 }))[0], 'id_token_lifetime');
      assert.equal((await refused({ device_code_lifetime: 3601 }))[0], 'device_code_lifetime');
      await home.editDeployment((text) =>
        text.replace('max_access_token_lifetime = 10000', 'max_access_token_lifetime = 4000'),
      );
      await eventually(
        () => own(client),
        (tokens) => tokens.expires_in === 4000,
      );
      assert.equal((await admin.json('PATCH', path, { client_name: 'Renamed' })).access_token_lifetime, 9000);
      assert.equal((await refused({ access_token_lifetime: 9000 }))[0], 'access_token_lifetime');
    });

    test('a request without a scope gets the default ones in every grant; the others are for the asking', async () => {
      const client = await everything({ default_scope: 'openid  accounts offline_access' });
      assert.equal((await own(client)).scope, 'accounts', 'what speaks of a person is not the client’s');
      assert.equal((await own(client, { scope: 'payments reports' })).scope, 'payments reports');
      assert.equal((await asked(client, { grant_type: PLUG_IN })).scope, 'accounts');
      assert.equal((await byPassword(client)).scope, 'openid offline_access accounts');
      assert.equal((await onDevice(client)).tokens.scope, 'openid offline_access accounts');
      const tokens = await byCode(client, { scope: undefined });
      assert.equal(tokens.scope, 'openid offline_access accounts');
      assert.ok(tokens.id_token);
      const whole = await byCode(client, { scope: 'openid accounts payments' });
      assert.equal(
        (await refreshed(client, whole.refresh_token)).scope,
        'openid accounts payments',
        'RFC 6749 §6',
      );
      assert.equal((await exchanged(client, whole.access_token)).scope, 'openid accounts');
      assert.equal((await exchanged(client, whole.access_token, { scope: 'payments' })).scope, 'payments');
      const without = await backchannel(client, { scope: ' ' });
      assert.equal(without.json().error, 'invalid_scope', 'CIBA §7.1 has the scope named');

      await changed(client, { default_scope: '' });
      assert.equal((await own(client)).scope, undefined);
      await changed(client, { default_scope: null });
      assert.equal((await own(client)).scope, 'accounts payments reports');
      assert.equal((await byCode(client, { scope: undefined })).scope, 'accounts payments reports');
    });

    test('with openid among the default scopes a request is one of OpenID Connect', async () => {
      const client = await everything({ default_scope: 'openid' });
      const url = authorizationUrl(server.issuer, client, { scope: undefined, redirect_uri: undefined });
      const answer = await browser.get(url);
      assert.equal(answer.status, 400);
      assert.equal(await causeOf(server.running, answer), 'parameter_missing');
    });

    test('PKCE is asked of a client that is registered for it, and the refusal says by what', async () => {
      const client = await everything({ require_pkce: true });
      const plain = authorizationUrl(server.issuer, client, { scope: 'openid' });
      const answer = await browser.get(plain);
      assert.equal(redirected(answer).parameters.error, 'invalid_request');
      const { because, evidence, event_id } = await eventOf(server.running, answer);
      assert.equal(because, 'pkce_missing');
      assert.match(JSON.stringify(evidence), /the client's require_pkce/);
      const { stdout } = await home.command('explain', String(event_id));
      assert.match(stdout, /the client's require_pkce/);
      const pushed = await post(
        `${server.issuer}/oauth2/par`,
        {
          client_id: client.client_id,
          response_type: 'code',
          redirect_uri: client.redirect_uri,
          scope: 'openid',
        },
        client.tls,
      );
      assert.deepEqual([pushed.status, pushed.json().error], [400, 'invalid_request']);
      assert.ok((await byCode(client, { scope: 'openid' })).id_token);

      await changed(client, { require_pkce: false });
      const { code } = redirected(await allowed(browser, await browser.get(plain))).parameters;
      assert.ok(code);
      const open = await server.register({ token_endpoint_auth_method: 'none', require_pkce: false });
      const anybody = await browser.get(authorizationUrl(server.issuer, open));
      assert.equal(redirected(anybody).parameters.error, 'invalid_request', 'a public client still needs it');
    });

    test('a scope brings its audiences, the others this server; a resource that is named stands alone', async () => {
      const scope_audiences = { accounts: [ACCOUNTS, LEDGER], payments: [PAYMENTS] };
      const client = await everything({ scope_audiences });
      const aud = (tokens: Record<string, unknown>) => claimsOf(tokens.access_token).aud;
      const { issuer } = server;

      assert.deepEqual(aud(await own(client, { scope: 'accounts' })), [ACCOUNTS, LEDGER]);
      const payments = await own(client, { scope: 'payments' });
      assert.equal(aud(payments), PAYMENTS);
      assert.equal(payments.scope, 'payments');
      assert.deepEqual(aud(await own(client, { scope: 'payments reports' })), [PAYMENTS, issuer]);
      assert.equal(aud(await own(client, { scope: 'reports' })), issuer);
      assert.equal(aud(await own(client, { scope: 'accounts payments', resource: PAYMENTS })), PAYMENTS);
      assert.equal((await own(client, { scope: 'accounts' })).expires_in, 150, 'that of its [[resource]]');
      assert.deepEqual(aud(await byPassword(client, { scope: 'openid payments' })), [issuer, PAYMENTS]);
      assert.equal(aud(await asked(client, { grant_type: PLUG_IN, scope: 'payments' })), PAYMENTS);
      assert.equal(aud((await onDevice(client, { scope: 'payments offline_access' })).tokens), PAYMENTS);
      assert.deepEqual(aud(await approved(client, { scope: 'openid payments' })), [issuer, PAYMENTS]);

      const tokens = await byCode(client, { scope: 'openid accounts payments' });
      assert.deepEqual(aud(tokens), [issuer, ACCOUNTS, LEDGER, PAYMENTS]);
      const userinfo = await call(`${issuer}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
        ...client.tls,
      });
      assert.equal(userinfo.status, 200, 'openid speaks for this server');
      const elsewhere = await call(`${issuer}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${payments.access_token}` },
        ...client.tls,
      });
      const { because, evidence } = await eventOf(server.running, elsewhere);
      assert.deepEqual([elsewhere.status, because], [401, 'token_for_another_audience']);
      assert.deepEqual(Object(evidence).presented, { aud: [PAYMENTS] });
      assert.equal(aud(await refreshed(client, tokens.refresh_token, { scope: 'payments' })), PAYMENTS);
      const narrowed = await exchanged(client, tokens.access_token, { scope: 'accounts' });
      assert.deepEqual(aud(narrowed), [ACCOUNTS, LEDGER]);
      const bound = await byCode(client, { scope: 'accounts payments', resource: PAYMENTS });
      assert.equal(aud(bound), PAYMENTS);
      assert.equal(aud(await refreshed(client, bound.refresh_token)), PAYMENTS, 'the resource of the code');

      await changed(client, { scope_audiences: { payments: [LEDGER] } });
      assert.deepEqual(aud(await refreshed(client, tokens.refresh_token)), [issuer, LEDGER]);
    });

    test('a token is shown to the resource server that is its audience, and to no other', async () => {
      const [ledger, other] = [await server.register(), await server.register()];
      for (const access_token_type of ['jwt', 'reference']) {
        const client = await everything({
          access_token_type,
          scope_audiences: { payments: [ledger.client_id] },
        });
        const { access_token } = await own(client, { scope: 'payments' });
        const shown = await introspected(ledger, access_token);
        assert.deepEqual([shown.active, shown.aud], [true, ledger.client_id]);
        assert.equal((await introspected(other, access_token)).active, false);
      }
    });

    test('scopes that do not fit are refused by field', async () => {
      const refused = async (metadata: Record<string, unknown>) => {
        const answer = await admin.request('POST', '/clients', {
          client_name: 'Refused',
          scope: 'openid accounts admin:read',
          ...metadata,
        });
        assert.equal(answer.status, 400, answer.text);
        return answer.json().error_description;
      };
      assert.equal(
        await refused({ default_scope: 'accounts payments' }),
        "default_scope: 'payments' is not in scope, which has openid accounts admin:read",
      );
      assert.match(
        String(await refused({ default_scope: 'admin:read' })),
        /^default_scope: 'admin:read' is of the/,
      );
      assert.match(
        String(await refused({ default_scope: 'accounts é' })),
        /^default_scope: is not a space-separated/,
      );
      assert.match(
        String(await refused({ scope_audiences: { openid: [LEDGER] } })),
        /^scope_audiences: 'openid' counts at this server/,
      );
      assert.match(
        String(await refused({ scope_audiences: { 'a b': [LEDGER] } })),
        /^scope_audiences: 'a b' is not one scope token/,
      );
      assert.match(
        String(await refused({ scope_audiences: { accounts: ['https://api.example/#x'] } })),
        /^scope_audiences: 'https:\/\/api.example\/#x' has a fragment/,
      );
      assert.match(
        String(await refused({ scope_audiences: { accounts: [LEDGER] }, allowed_resources: [ACCOUNTS] })),
        /^scope_audiences: 'https:\/\/ledger.example' of 'accounts' is not one of allowed_resources/,
      );
      assert.match(
        String(await refused({ scope_audiences: { accounts: [] } })),
        /^scope_audiences\.accounts: /,
      );
      const unused = await admin.json('POST', '/clients', {
        client_name: 'Warned',
        scope: 'accounts',
        scope_audiences: { accuonts: [LEDGER] },
      });
      assert.deepEqual(unused.warnings, [
        {
          field: 'scope_audiences',
          message: '"accuonts" is not in scope, so that no token of the client has it',
        },
      ]);
    });

    test('the command line sets each and takes each away', async () => {
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await home.command(...args, '--json');
        assert.equal(code, 0, stderr);
        return JSON.parse(stdout);
      };
      const flags = [
        ...['--access-token-lifetime', '60', '--refresh-token-lifetime', '7200'],
        ...['--refresh-token-idle-lifetime', '3600', '--id-token-lifetime', '120'],
        ...['--device-code-lifetime', '300', '--default-scope', 'accounts', '--require-pkce', 'true'],
        ...['--scope-audience', `accounts=${ACCOUNTS}`, '--scope-audience', `accounts=${LEDGER}?a=b`],
        ...['--scope-audience', `payments=${PAYMENTS}`],
      ];
      const added = await run(
        'client',
        'add',
        '--client-name',
        'By flags',
        '--scope',
        'accounts payments',
        ...flags,
      );
      const own = {
        access_token_lifetime: 60,
        refresh_token_lifetime: 7200,
        refresh_token_idle_lifetime: 3600,
        id_token_lifetime: 120,
        device_code_lifetime: 300,
        default_scope: 'accounts',
        require_pkce: true,
        scope_audiences: { accounts: [ACCOUNTS, `${LEDGER}?a=b`], payments: [PAYMENTS] },
      };
      const { client_id } = added;
      for (const shown of [
        added,
        await run('client', 'show', client_id),
        await admin.json('GET', `/clients/${client_id}`),
      ]) {
        for (const [field, value] of Object.entries(own)) assert.deepEqual(shown[field], value, field);
      }
      const { stdout } = await home.command('client', 'show', client_id);
      for (const line of [
        'default_scope  accounts',
        `audience       accounts ${ACCOUNTS} ${LEDGER}?a=b`,
        'require_pkce   true',
        'lifetime       device_code_lifetime 300',
      ]) {
        assert.ok(stdout.split('\n').includes(line), stdout);
      }
      const unset = Object.keys(own).flatMap((field) => ['--unset', field]);
      const bare = await run('client', 'update', client_id, ...unset);
      for (const field of Object.keys(own))
        assert.equal(bare[field], field === 'require_pkce' ? false : undefined, field);

      const beyond = await home.command('client', 'update', client_id, '--access-token-lifetime', '999999');
      assert.equal(beyond.code, 1);
      assert.match(beyond.stderr, /access_token_lifetime: 999999 is more than \d+ seconds/);
      const wrong = await home.command('client', 'update', client_id, '--scope-audience', 'accounts');
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /accounts is not scope=audience/);
    });

    test('a client that registers itself decides its default scopes alone, and loses none of the operator’s', async () => {
      const sent = {
        redirect_uris: ['https://client.example/cb'],
        scope: 'openid profile',
        default_scope: 'openid',
        access_token_lifetime: 9,
        require_pkce: true,
        scope_audiences: { profile: [LEDGER] },
      };
      const json = (method: string, url: string, body: object, token?: unknown) =>
        call(url, {
          method,
          headers: {
            'content-type': 'application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        });
      const registered = await json('POST', `${server.issuer}/oauth2/register`, sent);
      assert.equal(registered.status, 201, registered.text);
      const { client_id, registration_access_token, registration_client_uri, ...answered } =
        registered.json();
      assert.deepEqual(
        [
          answered.default_scope,
          answered.access_token_lifetime,
          answered.require_pkce,
          answered.scope_audiences,
        ],
        ['openid', undefined, false, undefined],
      );
      await admin.update(String(client_id), { access_token_lifetime: 50, require_pkce: true });
      const replaced = await json(
        'PUT',
        String(registration_client_uri),
        { client_id, redirect_uris: sent.redirect_uris, scope: 'openid' },
        registration_access_token,
      );
      assert.equal(replaced.status, 200, replaced.text);
      const { access_token_lifetime, require_pkce, default_scope } = await admin.json(
        'GET',
        `/clients/${client_id}`,
      );
      assert.deepEqual([access_token_lifetime, require_pkce, default_scope], [50, true, undefined]);
    });
  });
}

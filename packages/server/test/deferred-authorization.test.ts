import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import * as openid from 'openid-client';
import { generateOpaqueToken, hashOpaqueToken } from '../src/token/opaque-token.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { TOKEN_DATABASES } from './databases.ts';
import { causeOf } from './event-of.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { type Answer, claimsOf, post } from './token-client.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const SCOPE = 'openid profile offline_access';
/** Longer than the suite runs, so that asking twice is always too soon. */
const INTERVAL = 300;

/** The value of a hidden field in a page. */
function hiddenIn(page: string, name: string): string {
  const [, value] = new RegExp(`name="${name}" value="([^"]*)"`).exec(page) ?? [];
  if (value === undefined) throw new Error(`no ${name} in ${page}`);
  return value;
}

for (const database of TOKEN_DATABASES) {
  describe(`decisions on another device, on ${database.name}`, {
    skip: database.skip,
    timeout: 240_000,
  }, () => {
    let server: AuthorizationServer;
    let close: () => Promise<void>;
    let browser: TestBrowser;
    let tv: TestClient;
    let till: TestClient;

    const refused = async (answer: Answer) => [
      answer.status,
      answer.json().error,
      await causeOf(server.running, answer),
    ];
    const ask = (client: TestClient, form: Record<string, string>) =>
      post(`${server.issuer}/oauth2/token`, { client_id: client.client_id, ...form }, client.tls);
    const begin = async (client = tv, form: Record<string, string> = {}) => {
      const answer = await post(
        `${server.issuer}/oauth2/device_authorize`,
        { client_id: client.client_id, scope: SCOPE, ...form },
        client.tls,
      );
      assert.equal(answer.status, 200, answer.text);
      const answered = answer.json();
      return {
        answered,
        device_code: String(answered.device_code),
        user_code: String(answered.user_code),
      };
    };
    const devicePage = () => `${server.issuer}/oauth2/device`;
    /** Types the code and answers the question. */
    const decide = async (user_code: string, decision: string, by = browser): Promise<Answer> => {
      const entry = await by.get(devicePage());
      const form_token = hiddenIn(entry.text, 'form_token');
      const asked = await by.submit(devicePage(), { form_token, user_code });
      if (asked.status !== 200) return asked;
      return by.submit(devicePage(), {
        form_token: hiddenIn(asked.text, 'form_token'),
        user_code: hiddenIn(asked.text, 'user_code'),
        decision,
      });
    };
    const redeem = (device_code: string, client = tv) =>
      ask(client, { grant_type: DEVICE_CODE, device_code });

    const authenticate = (form: Record<string, string> = {}, client = till) =>
      post(
        `${server.issuer}/oauth2/bc-authorize`,
        { client_id: client.client_id, scope: 'openid', login_hint: browser.user.username, ...form },
        client.tls,
      );
    const approvals = () => `${server.issuer}/oauth2/ciba`;
    const answerApproval = async (decision: string, by = browser) => {
      const page = await by.get(approvals());
      return by.submit(approvals(), {
        form_token: hiddenIn(page.text, 'form_token'),
        id: hiddenIn(page.text, 'id'),
        decision,
      });
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      server = await startAuthorizationServer({
        ...opened.deployment,
        oauth: { polling_interval: INTERVAL },
      });
      browser = await server.browser();
      tv = await server.register({
        client_name: 'Television',
        redirect_uris: [],
        scope: SCOPE,
        grant_types: [DEVICE_CODE, 'refresh_token'],
      });
      till = await server.register({
        client_name: 'Till',
        redirect_uris: [],
        scope: SCOPE,
        grant_types: [CIBA],
        backchannel_token_delivery_mode: 'poll',
      });
    });
    after(async () => {
      await server?.close();
      await close();
    });

    test('a person allows a device, which gets bound tokens of one grant, however often it asks', async () => {
      const begun = await begin();
      const { answered } = begun;
      assert.match(begun.user_code, /^[B-Z]{4}-[B-Z]{4}$/);
      assert.deepEqual(
        [
          answered.verification_uri,
          answered.verification_uri_complete,
          answered.interval,
          answered.expires_in,
        ],
        [devicePage(), `${devicePage()}?user_code=${begun.user_code}`, INTERVAL, 600],
      );
      const pending = await redeem(begun.device_code);
      assert.deepEqual([pending.status, pending.json().error], [400, 'authorization_pending']);
      assert.equal(pending.headers['countersign-event-id'], undefined, 'asking is no event');
      assert.deepEqual(await refused(await redeem(begun.device_code)), [400, 'slow_down', 'polled_too_soon']);

      const asked = await browser.get(String(answered.verification_uri_complete));
      assert.match(asked.text, /Television/);
      assert.match(asked.text, new RegExp(begun.user_code));
      const done = await decide(begun.user_code.toLowerCase().replace('-', ''), 'allow');
      assert.match(done.text, /The device is connected/);

      const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(begun.device_code)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(200),
      );
      const tokens = answers[0]?.json() ?? {};
      assert.equal(new Set(answers.map((answer) => answer.json().refresh_token)).size, 1);
      const { sub, cnf, scope } = claimsOf(tokens.access_token);
      assert.deepEqual([sub, cnf, scope], [browser.user.sub, { 'x5t#S256': tv.identity.thumbprint }, SCOPE]);
      assert.equal(claimsOf(tokens.id_token).aud, tv.client_id);
      const refreshed = await ask(tv, {
        grant_type: 'refresh_token',
        refresh_token: String(tokens.refresh_token),
      });
      assert.equal(refreshed.status, 200, refreshed.text);
      const again = (await redeem(begun.device_code)).json();
      assert.equal(again.refresh_token, tokens.refresh_token);
      const grant = ({ access_token }: Record<string, unknown>) => claimsOf(access_token).grant_id;
      assert.equal(grant(again), grant(tokens));
      await server.opened.storage.grants.revoke(String(grant(tokens)), Date.now());
      assert.deepEqual(await refused(await redeem(begun.device_code)), [
        400,
        'invalid_grant',
        'grant_revoked',
      ]);
    });

    test('a public device gets its tokens again only if it proves what it proved', async () => {
      const device = await server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: [],
        scope: SCOPE,
        grant_types: [DEVICE_CODE],
      });
      const allowed = async () => {
        const { device_code, user_code } = await begin(device);
        assert.match((await decide(user_code, 'allow')).text, /The device is connected/);
        return { grant_type: DEVICE_CODE, device_code, client_id: device.client_id };
      };
      const url = `${server.issuer}/oauth2/token`;
      const used = [400, 'invalid_grant', 'deferred_authorization_unknown'];
      const bound = await allowed();
      assert.equal((await post(url, bound, device.tls)).status, 200);
      assert.deepEqual(await refused(await post(url, bound)), used);
      assert.deepEqual(await refused(await post(url, bound, tv.tls)), used);
      assert.equal((await post(url, bound, device.tls)).status, 200);
      const unbound = await allowed();
      const answers = await Promise.all(Array.from({ length: 8 }, () => post(url, unbound)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const answer of answers) if (answer.status !== 200) assert.deepEqual(await refused(answer), used);
    });

    test('a device that is denied, expired, unknown or another client’s gets nothing', async () => {
      const denied = await begin();
      assert.match((await decide(denied.user_code, 'deny')).text, /was not connected/);
      assert.deepEqual(await refused(await redeem(denied.device_code)), [
        400,
        'access_denied',
        'person_refused',
      ]);
      const twice = await decide(denied.user_code, 'allow');
      assert.equal(twice.status, 400, 'a decision stands');

      const late = generateOpaqueToken();
      await server.opened.storage.deferredAuthorizations.insert({
        authorization_sha256: hashOpaqueToken(late),
        kind: 'device',
        client_id: tv.client_id,
        scope: 'openid',
        state: 'pending',
        interval: 1,
        created_at: Date.now() - 2,
        expires_at: Date.now() - 1,
      });
      assert.deepEqual(await refused(await redeem(late)), [
        400,
        'expired_token',
        'deferred_authorization_expired',
      ]);

      const other = await server.register({ redirect_uris: [], grant_types: [DEVICE_CODE] });
      assert.deepEqual(await refused(await redeem((await begin()).device_code, other)), [
        400,
        'invalid_grant',
        'deferred_authorization_of_another_client',
      ]);
      assert.deepEqual(await refused(await redeem('x'.repeat(43))), [
        400,
        'invalid_grant',
        'deferred_authorization_unknown',
      ]);
    });

    test('only a client registered for it may begin, with a scope of its own', async () => {
      const url = `${server.issuer}/oauth2/device_authorize`;
      const none = await post(url, { client_id: till.client_id }, till.tls);
      assert.deepEqual(await refused(none), [400, 'unauthorized_client', 'grant_type_not_registered']);
      const more = await post(url, { client_id: tv.client_id, scope: 'payments' }, tv.tls);
      assert.deepEqual(await refused(more), [400, 'invalid_scope', 'scope_not_registered']);
      const unknown = await post(url, { client_id: tv.client_id }, {});
      assert.equal(unknown.status, 401);
      const target = await post(url, { client_id: tv.client_id, resource: 'https://other.example' }, tv.tls);
      assert.equal(target.json().error, 'invalid_target');
      const open = await server.register({
        redirect_uris: [],
        token_endpoint_auth_method: 'none',
        grant_types: [DEVICE_CODE],
      });
      const public_ = await post(url, { client_id: open.client_id });
      assert.equal(public_.status, 200, public_.text);
    });

    test('the page is for whoever signed in, and its forms are its own', async () => {
      const begun = await begin();
      const signedOut = await post(devicePage(), { user_code: begun.user_code, decision: 'allow' });
      assert.equal(signedOut.status, 303);
      assert.equal(
        signedOut.headers.location,
        `${server.issuer}/oauth2/sign-in?for=device&user_code=${begun.user_code}`,
      );
      const signIn = await browser.get(String(signedOut.headers.location));
      assert.match(signIn.text, /to connect a device/);
      const forged = await browser.submit(devicePage(), { user_code: begun.user_code, decision: 'allow' });
      assert.equal(forged.status, 403);
      // The token of the entry form must not do for the confirmation.
      const entry = await browser.get(devicePage());
      const form_token = hiddenIn(entry.text, 'form_token');
      const jumped = await browser.submit(devicePage(), {
        form_token,
        user_code: begun.user_code,
        decision: 'allow',
      });
      assert.equal(jumped.status, 403);
      assert.equal((await redeem(begun.device_code)).json().error, 'authorization_pending');
    });

    test('a person who tries codes is stopped', async () => {
      const guesser = await server.browser();
      const begun = await begin();
      const wrong = await Promise.all(
        Array.from({ length: 10 }, () => guesser.get(`${devicePage()}?user_code=BBBB-BBBB`)),
      );
      for (const answer of wrong) assert.ok(answer.status === 400 || answer.status === 429, answer.text);
      const right = await guesser.get(`${devicePage()}?user_code=${begun.user_code}`);
      assert.equal(right.status, 429);
      assert.doesNotMatch(right.text, /Television/);
      assert.equal((await browser.get(`${devicePage()}?user_code=${begun.user_code}`)).status, 200);
    });

    test('a person approves what a client asked for over the backchannel', async () => {
      const begun = await authenticate({ binding_message: 'Till 7', scope: 'openid profile' });
      assert.equal(begun.status, 200, begun.text);
      const { auth_req_id, interval, expires_in } = begun.json();
      assert.deepEqual([interval, expires_in], [INTERVAL, 300]);
      const redeemed = () => ask(till, { grant_type: CIBA, auth_req_id: String(auth_req_id) });
      assert.equal((await redeemed()).json().error, 'authorization_pending');
      assert.equal((await redeemed()).json().error, 'slow_down');

      const stranger = await server.browser();
      assert.match((await stranger.get(approvals())).text, /Nothing waits/);
      const page = await browser.get(approvals());
      assert.match(page.text, /Till/);
      assert.match(page.text, /Till 7/);
      const forged = await browser.submit(approvals(), { id: hiddenIn(page.text, 'id'), decision: 'allow' });
      assert.equal(forged.status, 403);
      await authenticate({ login_hint: stranger.user.username });
      await stranger.submit(approvals(), {
        form_token: hiddenIn((await stranger.get(approvals())).text, 'form_token'),
        id: hiddenIn(page.text, 'id'),
        decision: 'allow',
      });
      assert.match((await browser.get(approvals())).text, /Till 7/, 'nobody decides for another');
      assert.equal((await answerApproval('allow')).status, 303);

      const answers = await Promise.all(Array.from({ length: 8 }, redeemed));
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(200),
      );
      const { access_token, id_token } = answers[0]?.json() ?? {};
      assert.equal(new Set(answers.map((each) => claimsOf(each.json().access_token).grant_id)).size, 1);
      assert.deepEqual(claimsOf(access_token).cnf, { 'x5t#S256': till.identity.thumbprint });
      const { sub, aud, auth_time } = claimsOf(id_token);
      assert.deepEqual([sub, aud, auth_time], [browser.user.sub, till.client_id, browser.session.auth_time]);

      const again = await authenticate({ id_token_hint: String(id_token), login_hint: '' });
      assert.equal(again.status, 200, again.text);
      await answerApproval('deny');
      const denied = await ask(till, { grant_type: CIBA, auth_req_id: String(again.json().auth_req_id) });
      assert.deepEqual(await refused(denied), [400, 'access_denied', 'person_refused']);
    });

    test('a backchannel request that cannot be taken is refused with its cause', async () => {
      const cases = [
        [{ scope: 'profile' }, 400, 'invalid_scope', 'scope_malformed'],
        [{ login_hint: 'nobody-of-this-name' }, 400, 'unknown_user_id', 'user_unknown'],
        [{ login_hint: '' }, 400, 'invalid_request', 'parameter_invalid'],
        [{ id_token_hint: 'x' }, 400, 'invalid_request', 'parameter_invalid'],
        [{ login_hint: '', login_hint_token: 'x' }, 400, 'invalid_request', 'parameter_invalid'],
        [{ login_hint: '', id_token_hint: 'x' }, 400, 'unknown_user_id', 'user_unknown'],
        [{ binding_message: 'x'.repeat(101) }, 400, 'invalid_binding_message', 'parameter_invalid'],
        [{ binding_message: 'a\u202eb' }, 400, 'invalid_binding_message', 'parameter_invalid'],
        [{ requested_expiry: '-1' }, 400, 'invalid_request', 'parameter_invalid'],
      ] as const;
      for (const [form, ...expected] of cases) {
        assert.deepEqual(await refused(await authenticate(form)), expected);
      }
      const foreign = await authenticate({}, tv);
      assert.deepEqual(await refused(foreign), [400, 'unauthorized_client', 'grant_type_not_registered']);
      const short = await authenticate({ requested_expiry: '7' });
      assert.equal(short.json().expires_in, 7);
    });

    test('a person is asked by no more than ten requests at once', async () => {
      const beset = await server.browser();
      const login_hint = beset.user.username;
      for (let count = 0; count < 10; count++) {
        assert.equal((await authenticate({ login_hint })).status, 200);
      }
      assert.deepEqual(await refused(await authenticate({ login_hint })), [
        403,
        'access_denied',
        'approvals_limited',
      ]);
    });
  });
}

test('openid-client: device code, and backchannel authentication with ping', {
  timeout: 120_000,
}, async (t) => {
  const notified: { authorization: string | undefined; body: string }[] = [];
  let told = () => {};
  const whenTold = new Promise<void>((done) => {
    told = done;
  });
  const authority = await selfSigned('client');
  const place = await serveHttps(t, authority, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      notified.push({ authorization: request.headers.authorization, body });
      response.writeHead(204).end();
      told();
    });
  });
  const server = await startAuthorizationServer(
    {
      oauth: { polling_interval: 1 },
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'clients.pem' },
    },
    async ({ security }) => writeFile(join(security, 'clients.pem'), authority.pem),
  );
  t.after(() => server.close());
  const browser = await server.browser();
  const client = await server.register({
    redirect_uris: [],
    scope: SCOPE,
    grant_types: [DEVICE_CODE, CIBA],
    backchannel_token_delivery_mode: 'ping',
    backchannel_client_notification_endpoint: `${place.origin}/notify`,
  });
  const fetchAs: openid.CustomFetch = (url, { method, headers, body }) =>
    mutualTlsFetch(client.identity)(url, { method, headers, ...(body != null && { body: String(body) }) });
  const configuration = await openid.discovery(
    new URL(server.issuer),
    client.client_id,
    undefined,
    openid.TlsClientAuth(),
    { [openid.customFetch]: fetchAs },
  );
  configuration[openid.customFetch] = fetchAs;

  const device = await openid.initiateDeviceAuthorization(configuration, { scope: SCOPE });
  const polled = openid.pollDeviceAuthorizationGrant(configuration, device);
  const page = `${server.issuer}/oauth2/device`;
  const asked = await browser.get(device.verification_uri_complete ?? '');
  await browser.submit(page, {
    form_token: hiddenIn(asked.text, 'form_token'),
    user_code: hiddenIn(asked.text, 'user_code'),
    decision: 'allow',
  });
  assert.equal((await polled).claims()?.sub, browser.user.sub);

  const begun = await openid.initiateBackchannelAuthentication(configuration, {
    scope: 'openid',
    login_hint: browser.user.username,
    client_notification_token: 'notify-me-8d67dc78',
  });
  const approvals = `${server.issuer}/oauth2/ciba`;
  const waiting = await browser.get(approvals);
  await browser.submit(approvals, {
    form_token: hiddenIn(waiting.text, 'form_token'),
    id: hiddenIn(waiting.text, 'id'),
    decision: 'allow',
  });
  await whenTold;
  assert.equal(notified[0]?.authorization, 'Bearer notify-me-8d67dc78');
  assert.deepEqual(JSON.parse(notified[0]?.body ?? ''), { auth_req_id: begun.auth_req_id });
  const tokens = await openid.pollBackchannelAuthenticationGrant(configuration, begun);
  assert.equal(tokens.claims()?.sub, browser.user.sub);
  assert.deepEqual(claimsOf(tokens.access_token).cnf, { 'x5t#S256': client.identity.thumbprint });

  const unproven = await post(
    `${server.issuer}/oauth2/bc-authorize`,
    { client_id: client.client_id, scope: 'openid', login_hint: browser.user.username },
    { certificate: client.identity },
  );
  assert.equal(unproven.json().error, 'invalid_request', 'ping needs a client_notification_token');
  const stranger = await createIdentity('CN=stranger');
  const foreign = await post(
    `${server.issuer}/oauth2/bc-authorize`,
    { client_id: client.client_id, scope: 'openid', login_hint: browser.user.username },
    { certificate: stranger },
  );
  assert.equal(foreign.status, 401);
});

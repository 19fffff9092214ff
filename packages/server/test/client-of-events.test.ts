import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { type Answer, call, post } from './token-client.ts';

type Form = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** What each endpoint that authenticates clients is sent when nothing is wrong with the client. */
const ENDPOINTS: Readonly<Record<string, Form>> = {
  token: { grant_type: 'client_credentials' },
  par: { response_type: 'code', redirect_uri: 'https://client.example/cb', scope: 'openid' },
  introspect: { token: 'x' },
  revoke: { token: 'x' },
  device_authorize: {},
  'bc-authorize': { scope: 'openid', login_hint: 'admin' },
};

/** What may be wrong after the client is known, by endpoint. */
const WRONG: Readonly<Record<string, readonly Form[]>> = {
  token: [
    { grant_type: 'client_credentials', scope: 'write' },
    { grant_type: 'client_credentials', resource: 'https://nowhere.example' },
    { grant_type: 'client_credentials', authorization_details: '{' },
    { grant_type: 'password', username: 'admin', password: 'wrong' },
    { grant_type: 'password' },
    { grant_type: 'authorization_code', code: 'x' },
    { grant_type: 'authorization_code' },
    { grant_type: 'refresh_token', refresh_token: 'x' },
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
    { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'x' },
    { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
    { grant_type: 'unknown' },
    {},
  ],
  par: [
    { response_type: 'token' },
    { response_type: 'code', redirect_uri: 'https://other.example/cb' },
    { ...ENDPOINTS.par, scope: 'write' },
    { ...ENDPOINTS.par, resource: 'https://nowhere.example' },
    { request_uri: 'x' },
    { request: 'x' },
    {},
  ],
  introspect: [{}],
  revoke: [{}],
  device_authorize: [{ scope: 'write' }, { resource: 'https://nowhere.example' }],
  'bc-authorize': [
    { scope: 'write', login_hint: 'admin' },
    { scope: 'openid', login_hint: 'nobody' },
    { scope: 'openid', id_token_hint: 'x' },
    { scope: 'openid' },
    {},
  ],
};

describe('what goes wrong at an endpoint for clients is an event of the client', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;
  let client: Registered;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    client = await api.register({
      client_name: 'refused',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: [
        'client_credentials',
        'password',
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:openid:params:grant-type:ciba',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      backchannel_token_delivery_mode: 'poll',
      redirect_uris: ['https://client.example/cb'],
      scope: 'openid read',
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const basic = (client_id: string, client_secret: string): Headers => ({
    authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
  });
  const assertOfClient = async (what: string, answer: Answer) => {
    assert.ok(answer.status >= 400, `${what} is refused: ${answer.text}`);
    const event_id = String(answer.headers['countersign-event-id']);
    const event = await api.json('GET', `/events/${event_id}`);
    assert.equal(event.client_id, client.client_id, `${what}: ${JSON.stringify(event)}`);
  };

  for (const [endpoint, form] of Object.entries(ENDPOINTS)) {
    test(`${endpoint}: credentials that are wrong`, async () => {
      const url = `${home.issuer}/oauth2/${endpoint}`;
      const { client_id, client_secret } = client;
      const right = basic(client_id, client_secret);
      const assertion = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: client_id })).toString('base64url')}.x`;
      const assertionForm = {
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      const ways: Readonly<Record<string, readonly [Form, Headers]>> = {
        'a wrong secret in the other place': [{ ...form, client_id, client_secret: 'wrong' }, {}],
        'two methods at once': [{ ...form, client_id, client_secret }, right],
        'a secret and an assertion': [{ ...form, ...assertionForm }, right],
        'an assertion of another method': [{ ...form, ...assertionForm }, {}],
        'another client_id beside it': [{ ...form, client_id: 'other' }, right],
        'a wrong secret': [form, basic(client_id, 'wrong')],
        'no secret': [{ ...form, client_id }, {}],
      };
      for (const [way, [sent, headers]] of Object.entries(ways)) {
        await assertOfClient(`${endpoint}, ${way}`, await post(url, sent, { headers }));
      }
      const repeated = await call(url, {
        method: 'POST',
        headers: { ...right, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'scope=a&scope=b',
      });
      await assertOfClient(`${endpoint}, a parameter twice`, repeated);
    });

    test(`${endpoint}: a request that is wrong`, async () => {
      for (const wrong of WRONG[endpoint] ?? []) {
        const headers = basic(client.client_id, client.client_secret);
        const answer = await post(`${home.issuer}/oauth2/${endpoint}`, wrong, { headers });
        await assertOfClient(`${endpoint} ${JSON.stringify(wrong)}`, answer);
      }
    });
  }

  test('and the table has every endpoint that authenticates clients', async () => {
    const metadata = (await call(`${home.issuer}/.well-known/openid-configuration`)).json();
    const others = ['authorization', 'userinfo', 'registration', 'end_session'];
    const authenticating = Object.entries(metadata)
      .filter(([name]) => name.endsWith('_endpoint') && !others.includes(name.slice(0, -'_endpoint'.length)))
      .map(([, url]) => String(url).slice(`${home.issuer}/oauth2/`.length));
    assert.deepEqual(authenticating.toSorted(), Object.keys(ENDPOINTS).toSorted());
  });
});

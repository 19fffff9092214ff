import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  redirected,
  startAuthorizationServer,
} from './authorization-server.ts';
import { type Call, call, post } from './token-client.ts';

/** RFC 6749 §5.2. */
const ALLOWED = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

describe('error_description has the characters of RFC 6749 §5.2 alone', () => {
  let server: AuthorizationServer;
  before(async () => {
    server = await startAuthorizationServer({ registration: { mode: 'open' } });
  });
  after(() => server?.close());

  const strange = 'https://a.example/"\\é日\u202e😀#x';
  const sent = (method: string, body: unknown): Call => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  test('at registration, which names what it refuses', async () => {
    for (const [metadata, because] of [
      [{ redirect_uris: [strange] }, /^redirect_uris: holds characters that nobody sees/],
      [
        { redirect_uris: ['https://a.example/"\\é日'] },
        /^redirect_uris: '.*characters that a URI cannot have/,
      ],
      [{ redirect_uris: ['https://a.example/#x'] }, /has a fragment \(RFC 6749 section 3\.1\.2\)/],
      [{ redirect_uris: ['https://a.example/cb'], grant_types: [strange] }, /^grant_types: /],
      [{ redirect_uris: ['https://a.example/cb'], scope: 'ü "x"' }, /^scope: /],
      [{ redirect_uris: ['https://a.example/cb'], client_name: 'Bänk\u202e' }, /^client_name: /],
      [{ redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: strange }, /auth_method: /],
    ] as const) {
      const answer = await call(`${server.issuer}/oauth2/register`, sent('POST', metadata));
      assert.equal(answer.status, 400, answer.text);
      assert.match(String(answer.json().error_description), ALLOWED);
      assert.match(String(answer.json().error_description), because);
    }
  });

  test('at the endpoints of clients and in what browsers carry to a client', async () => {
    const client = await server.register();
    const { client_id, tls } = client;
    for (const [path, form] of [
      ['token', { grant_type: strange }],
      ['token', { grant_type: 'client_credentials', scope: strange, resource: strange }],
      ['par', { response_type: strange, redirect_uri: strange, scope: strange }],
      ['par', { response_type: 'code', claims: strange, prompt: strange, acr_values: strange }],
      ['introspect', {}],
      ['revoke', { token: strange, token_type_hint: strange, [strange]: 'x' }],
      ['device_authorize', { scope: strange }],
      ['bc-authorize', { scope: 'openid', login_hint: strange, binding_message: strange }],
    ] as const) {
      const answer = await post(`${server.issuer}/oauth2/${path}`, { ...form, client_id }, tls);
      const { error_description = 'none' } = answer.json();
      assert.match(String(error_description), ALLOWED, `${path} ${answer.text}`);
    }
    for (const more of [
      { scope: strange },
      { prompt: strange },
      { claims: strange },
      { resource: strange },
      { max_age: strange },
      { response_type: strange },
      { authorization_details: strange },
      { response_mode: strange },
      { registration: strange },
    ]) {
      const { parameters } = redirected(await call(authorizationUrl(server.issuer, client, more)));
      if (parameters.error === undefined) continue;
      assert.match(String(parameters.error_description), ALLOWED, JSON.stringify(parameters));
    }
    const refused = await call(`${server.issuer}/oauth2/userinfo`, {
      headers: { authorization: 'Bearer x' },
    });
    assert.match(String(refused.headers['www-authenticate']), /^[\x20-\x7E]+$/);
  });

  test('in the admin API', async () => {
    const admin = adminApiOf(server.issuer);
    const answer = await admin.request('POST', '/clients', { client_name: 'a', redirect_uris: [strange] });
    assert.equal(answer.status, 400, answer.text);
    assert.match(String(answer.json().error_description), ALLOWED);
  });
});

import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  obtainCode,
  redeemCode,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { call, claimsOf, post } from './token-client.ts';

const SCOPES = ['openid', 'profile', 'email', 'address', 'phone'];
const PERSON = {
  name: 'Ada Lovelace',
  given_name: 'Ada',
  email: 'ada@example.com',
  email_verified: true,
  address: { locality: 'London' },
  phone_number: '+44 20 7946 0000',
  phone_number_verified: false,
  // What an ID token says of itself is nobody's claim.
  aud: 'https://other.example',
};
/** Present in every ID token. */
const OF_THE_TOKEN = [
  'iss',
  'sub',
  'aud',
  'iat',
  'exp',
  'at_hash',
  'auth_time',
  'amr',
  'grant_id',
  'sid',
  'jti',
];

describe('claims of scopes in the ID token, by choice of the client', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let chosen: TestClient;
  let usual: TestClient;

  const tokens = async (client: TestClient, parameters: Record<string, string> = {}) => {
    const code = await obtainCode(server, browser, client, { scope: SCOPES.join(' '), ...parameters });
    const answer = await redeemCode(server, client, code);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const saidIn = (id_token: unknown) =>
    Object.fromEntries(Object.entries(claimsOf(id_token)).filter(([name]) => !OF_THE_TOKEN.includes(name)));
  const userinfo = (access_token: unknown, options: Parameters<typeof call>[1] = {}) =>
    call(`${server.issuer}/oauth2/userinfo`, {
      ...options,
      headers: { authorization: `Bearer ${access_token}` },
    });

  before(async () => {
    server = await startAuthorizationServer({ registration: { mode: 'open' } });
    browser = await server.browser({ claims: PERSON });
    const scope = [...SCOPES, 'offline_access'].join(' ');
    chosen = await server.register({ scope, scope_claims_in_id_token: true });
    usual = await server.register({ scope });
    for (const client of [chosen, usual]) {
      await server.consent(browser, client, [...SCOPES, 'offline_access']);
    }
  });
  after(() => server?.close());

  test('unchosen, the ID token has those alone that were asked for by name', async () => {
    assert.deepEqual(saidIn((await tokens(usual)).id_token), {});
    const claims = JSON.stringify({ id_token: { email: null } });
    assert.deepEqual(saidIn((await tokens(usual, { claims })).id_token), { email: PERSON.email });
  });

  test('chosen, it says what UserInfo says, each time', async () => {
    const first = await tokens(chosen, { scope: `${SCOPES.join(' ')} offline_access`, nonce: 'n' });
    const { nonce, ...said } = saidIn(first.id_token);
    assert.equal(nonce, 'n');
    const { sub, ...told } = (await userinfo(first.access_token, chosen.tls)).json();
    assert.deepEqual(said, told);
    assert.equal(said.name, PERSON.name);
    assert.deepEqual(said.address, PERSON.address);
    const { aud, sub: subject } = claimsOf(first.id_token);
    assert.deepEqual([aud, subject, sub], [chosen.client_id, browser.user.sub, browser.user.sub]);
    const refreshed = await post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'refresh_token',
        refresh_token: String(first.refresh_token),
        client_id: chosen.client_id,
      },
      chosen.tls,
    );
    assert.deepEqual(saidIn(refreshed.json().id_token), told);
  });

  test('it says no more than the scopes that were granted give', async () => {
    assert.deepEqual(saidIn((await tokens(chosen, { scope: 'openid' })).id_token), {});
    assert.deepEqual(saidIn((await tokens(chosen, { scope: 'openid email' })).id_token), {
      email: PERSON.email,
      email_verified: true,
    });
    const claims = JSON.stringify({ id_token: { phone_number: null } });
    assert.deepEqual(saidIn((await tokens(chosen, { scope: 'openid email', claims })).id_token), {
      email: PERSON.email,
      email_verified: true,
      phone_number: PERSON.phone_number,
    });
  });

  test('UserInfo says why a bound token alone is not enough, and what a program without certificate can do', async () => {
    const { access_token } = await tokens(usual);
    const bare = await userinfo(access_token);
    assert.deepEqual([bare.status, bare.json().error], [401, 'invalid_token']);
    assert.equal(await causeOf(server.running, bare), 'token_binding_differs');
    const why =
      'The access token is bound to a client certificate, and the request came without one (RFC 8705 section 3).';
    assert.ok(String(bare.json().error_description).startsWith(why), bare.text);
    assert.match(String(bare.json().error_description), /scope_claims_in_id_token/);
    const challenge = String(bare.headers['www-authenticate']);
    assert.ok(challenge.includes(`error="invalid_token", error_description="${why} `), challenge);
    const other = await userinfo(access_token, chosen.tls);
    assert.deepEqual([other.status, other.json().error], [401, 'invalid_token']);
    assert.match(String(other.headers['www-authenticate']), /bound to another client certificate/);
    const explained = await server.command('explain', String(bare.headers['countersign-event-id']));
    assert.match(explained.stdout, /scope_claims_in_id_token/);
  });

  test('a client may ask for it when it registers itself, and the operator for it', async () => {
    const register = async (metadata: object) => {
      const answer = await call(`${server.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://client.example/cb'], ...metadata }),
      });
      return [answer.status, answer.json().scope_claims_in_id_token];
    };
    assert.deepEqual(await register({}), [201, false]);
    assert.deepEqual(await register({ scope_claims_in_id_token: true }), [201, true]);
    assert.deepEqual(await register({ scope_claims_in_id_token: 'yes' }), [400, undefined]);
    const added = await server.command(
      'client',
      'add',
      '--client-name',
      'Login',
      '--redirect-uri',
      'https://client.example/cb',
      '--scope-claims-in-id-token',
      'true',
      '--json',
    );
    assert.equal(added.code, 0, added.stderr);
    assert.equal(JSON.parse(added.stdout).scope_claims_in_id_token, true);
  });
});

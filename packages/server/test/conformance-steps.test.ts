import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
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
import { createDpopKey } from './dpop-client.ts';
import { call, claimsOf } from './token-client.ts';

/** Steps of the OpenID conformance suite that no other test takes; docs/conformance.md names them. */
describe('steps of the conformance suite', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let client: TestClient;

  before(async () => {
    server = await startAuthorizationServer();
    browser = await server.browser();
    client = await server.register();
    await server.consent(browser, client, ['openid', 'profile', 'email', 'offline_access']);
  });
  after(() => server?.close());

  const HARMLESS: Readonly<Record<string, string>> = {
    display: 'popup',
    claims_locales: 'se',
    ui_locales: 'se',
    login_hint: 'buffy@server.example',
    acr_values: '1 2',
    extra: 'foobar',
  };
  for (const [parameter, value] of Object.entries(HARMLESS)) {
    test(`a request with ${parameter} is answered as one without`, async () => {
      const { code } = await obtainCode(server, browser, client, { [parameter]: value });
      assert.ok(code);
    });
  }

  test('prompt=none for a person who is signed in answers at once, of the same sign-in', async () => {
    const first = claimsOf(
      (await redeemCode(server, client, await obtainCode(server, browser, client))).json().id_token,
    );
    const silent = await obtainCode(server, browser, client, { prompt: 'none', max_age: '10000' });
    const again = claimsOf((await redeemCode(server, client, silent)).json().id_token);
    assert.deepEqual([again.sub, again.auth_time], [first.sub, first.auth_time]);
  });

  test('a nonce of 384 characters comes back, and a state of 1000', async () => {
    const [nonce, state] = ['n'.repeat(384), 's'.repeat(1000)];
    const answer = await browser.get(authorizationUrl(server.issuer, client, { nonce, state }));
    assert.equal(redirected(answer).parameters.state, state);
    const obtained = await obtainCode(server, browser, client, { nonce });
    assert.equal(claimsOf((await redeemCode(server, client, obtained)).json().id_token).nonce, nonce);
  });

  test('the scheme before a token is written in any case', async () => {
    const obtained = await obtainCode(server, browser, client);
    const { access_token } = (await redeemCode(server, client, obtained)).json();
    const url = `${server.issuer}/oauth2/userinfo`;
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
      const headers = { authorization: `${scheme} ${access_token}` };
      const answer = await call(url, { ...client.tls, headers });
      assert.equal(answer.status, 200, `${scheme}: ${answer.text}`);
    }
  });

  test('and so is DPoP', async () => {
    const key = await createDpopKey();
    const { code, verifier } = await obtainCode(server, browser, client);
    const { client_id, redirect_uri } = client;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, client_id, redirect_uri };
    const issued = await key.post(`${server.issuer}/oauth2/token`, form, client.tls);
    const { access_token } = issued.json();
    assert.equal(issued.status, 200, issued.text);
    const url = `${server.issuer}/oauth2/userinfo`;
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const dpop = await key.proof({ method: 'GET', url, access_token });
      const answer = await call(url, { headers: { authorization: `${scheme} ${access_token}`, dpop } });
      assert.equal(answer.status, 200, `${scheme}: ${answer.text}`);
    }
  });
});

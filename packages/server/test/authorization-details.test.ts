import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  authorizationUrl,
  pkce,
  redeemCode,
  redirected,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { call, claimsOf, post } from './token-client.ts';

const payment = {
  type: 'payment',
  actions: ['initiate'],
  amount: { currency: 'EUR', value: '10.00' },
  creditor: '<Ada & Co>',
};
const account = { type: 'account', identifier: 'DE02' };
const authorization_details = JSON.stringify([payment, account]);

/** RFC 9396. */
describe('authorization details', () => {
  let server: AuthorizationServer;
  let client: TestClient;
  let browser: TestBrowser;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const refresh = (refresh_token: unknown, form: Record<string, string> = {}) =>
    post(
      at('token'),
      {
        grant_type: 'refresh_token',
        refresh_token: String(refresh_token),
        client_id: client.client_id,
        ...form,
      },
      client.tls,
    );

  before(async () => {
    server = await startAuthorizationServer({
      authorization_details_type: [
        { type: 'payment', description: 'Make a payment', required_fields: ['amount'] },
        { type: 'account', description: 'Look at an account' },
      ],
    });
    client = await server.register({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid read',
    });
    browser = await server.browser();
    await server.consent(browser, client, ['openid', 'read']);
  });
  after(() => server?.close());

  test('the metadata lists the types', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    assert.deepEqual(metadata.authorization_details_types_supported, ['payment', 'account']);
  });

  test('a person is asked each time, sees every field, and the details reach every token', async () => {
    const { verifier, challenge } = pkce();
    const url = authorizationUrl(server.issuer, client, {
      scope: 'openid',
      authorization_details,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const silent = await browser.get(`${url}&prompt=none`);
    assert.equal(
      redirected(silent).parameters.error,
      'consent_required',
      'remembered scopes do not cover it',
    );
    const { location } = (await browser.get(url)).headers;
    assert.match(String(location), /\/oauth2\/consent\?request=/);
    const page = await browser.get(String(location));
    assert.match(page.text, /Make a payment/);
    assert.match(page.text, /<dt>amount value<\/dt><dd>10\.00<\/dd>/);
    assert.match(page.text, /<dt>creditor<\/dt><dd>&lt;Ada &amp; Co&gt;<\/dd>/);
    assert.match(page.text, /Look at an account/);
    const [, form_token = ''] = /name="form_token" value="([^"]+)"/.exec(page.text) ?? [];
    const allowed = await browser.submit(String(location), {
      form_token,
      decision: 'allow',
      remember: 'yes',
    });
    const answer = await browser.get(String(allowed.headers.location));
    const tokens = (
      await redeemCode(server, client, { code: redirected(answer).parameters.code ?? '', verifier })
    ).json();
    assert.deepEqual(tokens.authorization_details, [payment, account]);
    assert.deepEqual(claimsOf(tokens.access_token).authorization_details, [payment, account]);
    const next = (await refresh(tokens.refresh_token)).json();
    assert.deepEqual(claimsOf(next.access_token).authorization_details, [payment, account]);
    const narrowed = (
      await refresh(next.refresh_token, { authorization_details: JSON.stringify([account]) })
    ).json();
    assert.deepEqual(narrowed.authorization_details, [account]);
    const more = await refresh(narrowed.refresh_token, {
      authorization_details: JSON.stringify([{ ...account, identifier: 'DE03' }]),
    });
    assert.deepEqual([more.status, more.json().error], [400, 'invalid_authorization_details']);
    const again = (await refresh(narrowed.refresh_token)).json();
    assert.deepEqual(again.authorization_details, [payment, account], 'a refused request spends nothing');
    const form = { token: String(again.access_token), client_id: client.client_id };
    const shown = (await post(at('introspect'), form, client.tls)).json();
    assert.deepEqual(shown.authorization_details, [payment, account]);
    const later = await browser.get(url);
    assert.match(String(later.headers.location), /\/oauth2\/consent\?/, 'another time, another question');
  });

  test('a client asks for itself too, and reference tokens carry them', async () => {
    const opaque = await server.register({
      grant_types: ['client_credentials'],
      access_token_type: 'reference',
      authorization_details_types: ['account'],
    });
    const { client_id, tls } = opaque;
    const ask = (details: object[]) =>
      post(
        at('token'),
        { grant_type: 'client_credentials', client_id, authorization_details: JSON.stringify(details) },
        tls,
      );
    const token = String((await ask([account])).json().access_token);
    const shown = (await post(at('introspect'), { token, client_id }, tls)).json();
    assert.deepEqual(shown.authorization_details, [account]);
    const refused = await ask([payment]);
    assert.deepEqual([refused.status, refused.json().error], [400, 'invalid_authorization_details']);
    assert.equal(await causeOf(server.running, refused), 'authorization_details_invalid');
  });

  test('what is not known is refused by redirect and at the PAR endpoint', async () => {
    const details = JSON.stringify([{ type: 'other' }]);
    const answer = await browser.get(
      authorizationUrl(server.issuer, client, { scope: 'openid', authorization_details: details }),
    );
    assert.equal(redirected(answer).parameters.error, 'invalid_authorization_details');
    const { client_id, redirect_uri } = client;
    const form = { client_id, redirect_uri, response_type: 'code', authorization_details: details };
    const pushed = await post(at('par'), form, client.tls);
    assert.deepEqual([pushed.status, pushed.json().error], [400, 'invalid_authorization_details']);
  });
});

import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  pkce,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { TOKEN_DATABASES } from './databases.ts';
import { createDpopKey } from './dpop-client.ts';
import { causeOf } from './event-of.ts';
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, post } from './token-client.ts';

const TIMES = 12;

/** What is of use once, presented many times at the same moment. */
for (const database of TOKEN_DATABASES) {
  describe(`replays on ${database.name}`, { skip: database.skip }, () => {
    let server: AuthorizationServer;
    let close: () => Promise<void>;
    let key: ClientKey;
    let client: TestClient;
    let asserting: TestClient;
    let browser: TestBrowser;

    const at = (path: string) => `${server.issuer}/oauth2/${path}`;
    const atOnce = (request: () => Promise<Answer>) => Promise.all(Array.from({ length: TIMES }, request));

    /** One of `answers` succeeded, and the others were refused for `because`. */
    const assertOneSuccess = async (
      answers: readonly Answer[],
      succeeded: (answer: Answer) => boolean,
      because: string,
    ) => {
      const others = answers.filter((answer) => !succeeded(answer));
      assert.equal(answers.length - others.length, 1, answers.map(({ text }) => text).join('\n'));
      for (const answer of others) assert.equal(await causeOf(server.running, answer), because);
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      server = await startAuthorizationServer(opened.deployment);
      key = createClientKey();
      const grant_types = ['authorization_code', 'client_credentials'];
      client = await server.register({ grant_types, scope: SCOPES.join(' '), jwks: key.jwks });
      asserting = await server.register({
        grant_types,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: key.jwks,
      });
      browser = await server.browser();
      await server.consent(browser, client, SCOPES);
    });
    after(async () => {
      await server?.close();
      await close?.();
    });

    test('a client assertion', async () => {
      const { client_id } = asserting;
      const proof = await clientAssertion(key, client_id, server.issuer);
      const form = { grant_type: 'client_credentials', client_id, ...proof };
      const answers = await atOnce(() => post(at('token'), form));
      await assertOneSuccess(answers, ({ status }) => status === 200, 'client_assertion_replayed');
    });

    test('a DPoP proof at the token endpoint', async () => {
      const dpop = await createDpopKey();
      const { client_id, tls } = client;
      const form = { grant_type: 'client_credentials', client_id };
      const url = at('token');
      const headers = { dpop: await dpop.proof({ url }) };
      const answers = await atOnce(() => post(url, form, { ...tls, headers }));
      await assertOneSuccess(answers, ({ status }) => status === 200, 'dpop_proof_replayed');
    });

    test('a DPoP proof with an access token', async () => {
      const dpop = await createDpopKey();
      const { client_id, redirect_uri, tls } = client;
      const { verifier, challenge } = pkce();
      const query = new URLSearchParams({
        client_id,
        redirect_uri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      const { code = '' } = redirected(await browser.get(`${at('authorize')}?${query}`)).parameters;
      const form = {
        grant_type: 'authorization_code',
        client_id,
        redirect_uri,
        code,
        code_verifier: verifier,
      };
      const { access_token } = (await dpop.post(at('token'), form, tls)).json();
      const url = at('userinfo');
      const proof = await dpop.proof({ method: 'GET', url, access_token });
      const headers = { authorization: `DPoP ${access_token}`, dpop: proof };
      const answers = await atOnce(() => call(url, { ...tls, headers }));
      await assertOneSuccess(answers, ({ status }) => status === 200, 'dpop_proof_replayed');
    });

    const signedRequest = () =>
      requestObject(key, client.client_id, server.issuer, {
        response_type: 'code',
        redirect_uri: client.redirect_uri,
        scope: 'openid',
      });

    test('a request object at the PAR endpoint', async () => {
      const form = { client_id: client.client_id, request: await signedRequest() };
      const answers = await atOnce(() => post(at('par'), form, client.tls));
      await assertOneSuccess(answers, ({ status }) => status === 201, 'request_object_replayed');
    });

    const hasCode = (answer: Answer) =>
      answer.status === 303 && redirected(answer).parameters.code !== undefined;

    test('a request object at the authorization endpoint', async () => {
      const query = new URLSearchParams({ client_id: client.client_id, request: await signedRequest() });
      const answers = await atOnce(() => browser.get(`${at('authorize')}?${query}`));
      await assertOneSuccess(answers, hasCode, 'request_object_replayed');
    });

    test('a pushed request_uri', async () => {
      const { client_id } = client;
      const pushed = await post(at('par'), { client_id, request: await signedRequest() }, client.tls);
      const query = new URLSearchParams({ client_id, request_uri: String(pushed.json().request_uri) });
      const answers = await atOnce(() => browser.get(`${at('authorize')}?${query}`));
      await assertOneSuccess(answers, hasCode, 'pushed_request_unknown');
    });

    test('a pushed request_uri is good until it is decided, and decides one request', async () => {
      const { client_id, tls } = client;
      const pushed = await post(at('par'), { client_id, request: await signedRequest() }, tls);
      const query = new URLSearchParams({ client_id, request_uri: String(pushed.json().request_uri) });
      const person = await server.browser();
      const present = () => person.get(`${at('authorize')}?${query}`);
      const pages = [await present(), await present(), await present()];
      const ids = pages.map((page) => {
        assert.match(String(page.headers.location), /\/oauth2\/consent\?request=/, page.text);
        return redirected(page).parameters.request;
      });
      await server.consent(person, client, SCOPES);
      const goOn = (id = '') =>
        person.get(`${at('authorize')}/continue?${new URLSearchParams({ request: id })}`);
      const answers = await Promise.all(ids.map(goOn));
      await assertOneSuccess(answers, hasCode, 'pending_request_unknown');
      assert.equal(await causeOf(server.running, await present()), 'pushed_request_unknown');
    });
  });
}

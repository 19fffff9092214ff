import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import * as openid from 'openid-client';
import {
  type AuthorizationServer,
  allowed,
  authorizationUrl,
  pkce,
  redeemCode,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { type ClientKey, createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const HYBRID = 'code id_token';

const leftHalf = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

/** OIDC Core §3.3, as FAPI 1.0 Advanced uses it. */
describe('the hybrid flow', () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let key: ClientKey;
  /** Registered for the hybrid flow; for both flows; under FAPI 1.0 Advanced for both; and for the code flow alone. */
  let hybrid: TestClient;
  let either: TestClient;
  let advanced: TestClient;
  let plain: TestClient;
  let hybridAlone: TestClient;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const ask = (parameters: Readonly<Record<string, string | undefined>> = {}, by = hybrid) =>
    browser.get(
      authorizationUrl(server.issuer, by, { response_type: HYBRID, nonce: 'n', state: 's', ...parameters }),
    );
  type Answered = Readonly<Record<string, string>> & { readonly by: string };
  const answered = (answer: Answer): Answered => {
    const { location = '' } = answer.headers;
    return { ...redirected(answer).parameters, by: String(location).includes('#') ? 'fragment' : 'query' };
  };
  const object = (claims: Record<string, unknown>, by = advanced) =>
    requestObject(key, by.client_id, server.issuer, {
      response_type: HYBRID,
      redirect_uri: by.redirect_uri,
      scope: SCOPES.join(' '),
      nonce: 'n',
      state: 's',
      ...claims,
    });
  const byValue = async (claims: Record<string, unknown>, by = advanced) =>
    browser.get(
      `${at('authorize')}?${new URLSearchParams({ client_id: by.client_id, request: await object(claims, by) })}`,
    );

  before(async () => {
    server = await startAuthorizationServer();
    browser = await server.browser();
    key = createClientKey('PS256');
    hybrid = await server.register({ response_types: [HYBRID] });
    either = await server.register({
      response_types: ['code', HYBRID],
      scope_claims_in_id_token: true,
      backchannel_logout_uri: 'https://client.example/logout',
    });
    advanced = await server.register({
      profile: 'fapi1-advanced',
      response_types: ['code', HYBRID],
      jwks: key.jwks,
    });
    plain = await server.register();
    hybridAlone = await server.register({
      profile: 'fapi1-advanced',
      response_types: [HYBRID],
      jwks: key.jwks,
    });
    for (const client of [hybrid, either, advanced, plain]) await server.consent(browser, client, SCOPES);
  });
  after(() => server?.close());

  describe('openid-client, unmodified', () => {
    const configured = async (client: TestClient, fapi: boolean) => {
      const config = await openid.discovery(
        new URL(server.issuer),
        client.client_id,
        { id_token_signed_response_alg: fapi ? 'ES256' : 'RS256' },
        openid.TlsClientAuth(),
        { [openid.customFetch]: mutualTlsFetch(client.identity) },
      );
      openid.useCodeIdTokenResponseType(config);
      if (fapi) openid.enableDetachedSignatureResponseChecks(config);
      return config;
    };
    const asked = async () => {
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const checks = {
        pkceCodeVerifier,
        expectedState: openid.randomState(),
        expectedNonce: openid.randomNonce(),
      };
      const parameters = {
        scope: SCOPES.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: checks.expectedState,
        nonce: checks.expectedNonce,
      };
      return { checks, parameters };
    };

    for (const pushed of [false, true]) {
      test(`a sign-in, ${pushed ? 'pushed' : 'by value'}, answered in the fragment`, async () => {
        const config = await configured(hybrid, false);
        const { checks, parameters } = await asked();
        const all = { ...parameters, redirect_uri: hybrid.redirect_uri };
        const url = pushed
          ? await openid.buildAuthorizationUrlWithPAR(config, all)
          : openid.buildAuthorizationUrl(config, all);
        const { location } = (await browser.get(url.href)).headers;
        const callback = new URL(String(location));
        assert.equal(callback.search, '');
        const tokens = await openid.authorizationCodeGrant(config, callback, checks);
        assert.equal(tokens.claims()?.sub, browser.user.sub);
      });
    }

    test('a sign-in answered by form_post', async () => {
      const config = await configured(hybrid, false);
      const { checks, parameters } = await asked();
      const all = { ...parameters, redirect_uri: hybrid.redirect_uri, response_mode: 'form_post' };
      const { text } = await browser.get(openid.buildAuthorizationUrl(config, all).href);
      const fields = new URLSearchParams();
      for (const [, name = '', value = ''] of text.matchAll(/name="([^"]+)" value="([^"]*)"/g))
        fields.append(name, value);
      const posted = new Request(hybrid.redirect_uri, { method: 'POST', body: fields });
      const tokens = await openid.authorizationCodeGrant(config, posted, checks);
      assert.equal(tokens.claims()?.sub, browser.user.sub);
    });

    test('FAPI 1.0 Advanced: the ID token as signature of the answer', async () => {
      const config = await configured(advanced, true);
      const { checks, parameters } = await asked();
      const answer = await byValue(parameters);
      const callback = new URL(String(answer.headers.location));
      const tokens = await openid.authorizationCodeGrant(config, callback, checks);
      assert.equal(tokens.claims()?.sub, browser.user.sub);
    });

    test('sees that code or state are another’s', async () => {
      const config = await configured(advanced, true);
      const { checks, parameters } = await asked();
      const answer = await byValue(parameters);
      const other = answered(await byValue({ ...parameters, state: 'another' }));
      for (const [name, value] of [
        ['code', other.code],
        ['state', 'another'],
      ] as const) {
        const callback = new URL(String(answer.headers.location));
        const fragment = new URLSearchParams(callback.hash.slice(1));
        fragment.set(name, String(value));
        callback.hash = `${fragment}`;
        const expectedState = name === 'state' ? 'another' : checks.expectedState;
        await assert.rejects(
          openid.authorizationCodeGrant(config, callback, { ...checks, expectedState }),
          (error: unknown) =>
            error instanceof Error &&
            error.cause instanceof Error &&
            error.cause.message.includes(`"${name[0]}_hash"`),
          name,
        );
      }
    });
  });

  test('the ID token holds code and state, and says nothing of the person that a browser need not know', async () => {
    const { verifier, challenge } = pkce();
    const answer = await ask({ code_challenge: challenge, code_challenge_method: 'S256' }, either);
    const { code = '', id_token, by } = answered(answer);
    assert.equal(by, 'fragment');
    const first = claimsOf(id_token);
    assert.deepEqual(
      [first.c_hash, first.s_hash, first.at_hash, first.nonce, first.aud],
      [leftHalf(code), leftHalf('s'), undefined, 'n', either.client_id],
    );
    assert.equal(first.email, undefined);
    assert.ok(first.sid, 'a client with a back-channel logout URI knows the session');
    const redeemed = (await redeemCode(server, either, { code, verifier })).json();
    const second = claimsOf(redeemed.id_token);
    for (const claim of ['iss', 'sub', 'aud', 'nonce', 'auth_time', 'sid']) {
      assert.deepEqual(first[claim], second[claim], claim);
    }
    assert.ok(second.at_hash);
    assert.equal(second.email, browser.user.claims.email);
    const stateless = claimsOf(answered(await ask({ state: undefined })).id_token);
    assert.ok(stateless.c_hash);
    assert.equal(stateless.s_hash, undefined);
    assert.equal(stateless.sid, undefined);
  });

  test('the order of the words says nothing, and the code flow stays what it was', async () => {
    assert.ok(answered(await ask({ response_type: 'id_token code' })).id_token);
    const { code, id_token, by } = answered(await ask({ response_type: 'code' }, either));
    assert.deepEqual([typeof code, id_token, by], ['string', undefined, 'query']);
  });

  test('the answer may be signed as a whole, never in the query', async () => {
    for (const response_mode of ['jwt', 'fragment.jwt']) {
      const { response, by } = answered(await ask({ response_mode }));
      assert.equal(by, 'fragment');
      const { code, id_token } = claimsOf(response);
      assert.ok(code && id_token);
    }
  });

  test('a person who must sign in or be asked comes back with both', async () => {
    const unasked = await server.register({ response_types: [HYBRID] });
    const answer = await allowed(
      browser,
      await browser.get(authorizationUrl(server.issuer, unasked, { response_type: HYBRID, nonce: 'n' })),
    );
    const { code, id_token, by } = answered(answer);
    assert.ok(code && id_token);
    assert.equal(by, 'fragment');
  });

  test('discovery and registration say so', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
    assert.deepEqual(metadata.response_types_supported, ['code', HYBRID]);
    const grants: unknown = metadata.grant_types_supported;
    assert.ok(Array.isArray(grants) && !grants.includes('implicit'));
  });

  const REFUSED: Readonly<
    Record<string, readonly [Record<string, string | undefined>, error: string, because: string]>
  > = {
    'by query': [{ response_mode: 'query' }, 'invalid_request', 'response_mode_unsafe'],
    'by query.jwt': [{ response_mode: 'query.jwt' }, 'invalid_request', 'response_mode_unsafe'],
    'without a nonce': [{ nonce: undefined }, 'invalid_request', 'hybrid_flow_incomplete'],
    'with an empty nonce': [{ nonce: '' }, 'invalid_request', 'hybrid_flow_incomplete'],
    'without openid': [{ scope: 'email' }, 'invalid_request', 'hybrid_flow_incomplete'],
    'without a scope': [{ scope: undefined }, 'invalid_request', 'hybrid_flow_incomplete'],
    'with an access token': [
      { response_type: 'code id_token token' },
      'unsupported_response_type',
      'parameter_unsupported',
    ],
    'an ID token alone': [
      { response_type: 'id_token' },
      'unsupported_response_type',
      'parameter_unsupported',
    ],
    'nobody signed in, and prompt none': [
      { prompt: 'none', max_age: '0' },
      'login_required',
      'sign_in_needed',
    ],
  };
  for (const [name, [parameters, error, because]] of Object.entries(REFUSED)) {
    test(`refused, in the fragment: ${name}`, async () => {
      const answer = await ask(parameters);
      const told = answered(answer);
      assert.deepEqual([told.error, told.state, told.by], [error, 's', 'fragment']);
      assert.equal(await causeOf(server.running, answer), because);
    });
  }

  test('refused: a response type that the client has not registered', async () => {
    for (const [by, response_type] of [
      [plain, HYBRID],
      [hybrid, 'code'],
    ] as const) {
      const answer = await ask({ response_type }, by);
      assert.equal(answered(answer).error, 'unsupported_response_type');
      assert.equal(await causeOf(server.running, answer), 'response_type_not_registered');
    }
  });

  test('refused: the ID token of the authorization endpoint as subject_token', async () => {
    const exchanging = await server.register({
      response_types: [HYBRID],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    });
    await server.consent(browser, exchanging, SCOPES);
    const { verifier, challenge } = pkce();
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' };
    const { code = '', id_token } = answered(await ask(asked, exchanging));
    const redeemed = (await redeemCode(server, exchanging, { code, verifier })).json();
    const exchange = (subject_token: unknown) =>
      post(
        at('token'),
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
          client_id: exchanging.client_id,
          subject_token: String(subject_token),
        },
        exchanging.tls,
      );
    assert.equal((await exchange(redeemed.id_token)).status, 200);
    const refused = await exchange(id_token);
    assert.deepEqual([refused.status, refused.json().error], [400, 'invalid_request']);
    assert.equal(await causeOf(server.running, refused), 'id_token_of_authorization_endpoint');
  });

  test('as a hint it names the person', async () => {
    const { id_token } = answered(await ask());
    const hinted = answered(await ask({ prompt: 'none', id_token_hint: id_token }));
    assert.ok(hinted.code);
    const stranger = await server.browser({ username: 'grace' });
    const answer = await stranger.get(
      authorizationUrl(server.issuer, hybrid, {
        response_type: HYBRID,
        nonce: 'n',
        prompt: 'none',
        id_token_hint: id_token,
      }),
    );
    assert.equal(answered(answer).error, 'login_required');
  });

  describe('FAPI 1.0 Advanced', () => {
    test('§5.2.2-2: code id_token, or code in a signed response; the error is plain where none was asked for', async () => {
      const { code, id_token } = answered(await byValue({}));
      assert.ok(code && id_token);
      const { response } = answered(await byValue({ response_type: 'code', response_mode: 'jwt' }));
      assert.ok(claimsOf(response).code);
      for (const response_mode of [undefined, 'query', 'fragment']) {
        const answer = await byValue({ response_type: 'code', response_mode });
        const told = answered(answer);
        assert.deepEqual(
          [told.error, told.state, told.by],
          ['invalid_request', 's', response_mode === 'fragment' ? 'fragment' : 'query'],
        );
        assert.equal(await causeOf(server.running, answer), 'profile_rule_broken');
      }
      const signed = answered(await byValue({ response_type: 'code', response_mode: 'jwt', prompt: 'x' }));
      assert.equal(claimsOf(signed.response).error, 'invalid_request');
    });

    test('what an object that is not believed asked for is not known: the error is signed, or in the fragment', async () => {
      const code = await server.register({ profile: 'fapi1-advanced', jwks: key.jwks });
      for (const by of [code, advanced, hybridAlone]) {
        const request = await object({ aud: 'https://other.example', response_mode: 'jwt' }, by);
        const { client_id, redirect_uri } = by;
        const query = new URLSearchParams({ client_id, redirect_uri, state: 's', request });
        const told = answered(await browser.get(`${at('authorize')}?${query}`));
        const { error, state } = by === hybridAlone ? told : claimsOf(told.response);
        assert.deepEqual(
          [error, state, told.by],
          ['invalid_request_object', 's', by === hybridAlone ? 'fragment' : 'query'],
        );
      }
    });

    test('§5.2.3-8: a request object names its scope', async () => {
      const beside = new URLSearchParams({
        client_id: advanced.client_id,
        response_type: HYBRID,
        scope: 'openid',
        request: await object({ scope: undefined, response_type: 'code', response_mode: 'jwt' }),
      });
      const answer = await browser.get(`${at('authorize')}?${beside}`);
      assert.equal(claimsOf(answered(answer).response).error, 'invalid_request');
      assert.equal(await causeOf(server.running, answer), 'profile_rule_broken');
    });

    test('Baseline §5.2.2-9: without a redirect URI the person is told, and nobody redirected', async () => {
      const answer = await byValue({ redirect_uri: undefined });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.location, undefined);
      assert.match(answer.text, /redirect_uri is missing/);
      assert.equal(await causeOf(server.running, answer), 'profile_rule_broken');
    });
  });

  test('FAPI 2.0 has the code flow alone', async () => {
    await assert.rejects(
      server.register({ profile: 'fapi2-security', response_types: ['code', HYBRID] }),
      /response_types.*§5\.3\.2\.2-1/,
    );
  });
});

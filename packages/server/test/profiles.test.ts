import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { BUNDLES } from '../src/client/profile/bundles.ts';
import { PROFILES, type Profile } from '../src/client/profile-name.ts';
import {
  type AuthorizationServer,
  pkce,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, claimsOf, post } from './token-client.ts';

const now = () => Math.floor(Date.now() / 1000);

/** Bundles of switches, and the switches that a client's own registration turns on beside them. */
describe('profiles', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let key: ClientKey;
  const readable = {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
    kid: 'readable',
    use: 'enc',
  };

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const register = async (profile: Profile, metadata: Readonly<Record<string, unknown>> = {}) => {
    const client = await server.register({
      profile,
      jwks: key.jwks,
      ...(BUNDLES[profile].authentication.of.includes('self_signed_tls_client_auth')
        ? {}
        : { token_endpoint_auth_method: 'private_key_jwt' }),
      ...(BUNDLES[profile].rules.encrypted_id_tokens !== undefined && {
        jwks: { keys: [...key.jwks.keys, readable] },
        id_token_encrypted_response_alg: 'RSA-OAEP',
        id_token_encrypted_response_enc: 'A256GCM',
      }),
      ...metadata,
    });
    await server.consent(browser, client, SCOPES);
    return client;
  };
  const proofOf = async (by: TestClient, profile: Profile) =>
    BUNDLES[profile].authentication.of.includes('self_signed_tls_client_auth')
      ? {}
      : clientAssertion(key, by.client_id, server.issuer);
  const wanted = (by: TestClient, profile: Profile, claims: Readonly<Record<string, unknown>> = {}) => ({
    redirect_uri: by.redirect_uri,
    scope: SCOPES.join(' '),
    state: 's',
    nonce: 'n',
    response_type: BUNDLES[profile].response_types.of[0],
    ...claims,
  });
  const formOf = (parameters: Readonly<Record<string, unknown>>): Record<string, string> =>
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const object = (by: TestClient, profile: Profile, claims: Readonly<Record<string, unknown>> = {}) =>
    requestObject(key, by.client_id, server.issuer, wanted(by, profile, claims));
  const push = async (by: TestClient, profile: Profile, form: Readonly<Record<string, string>>) =>
    post(at('par'), { client_id: by.client_id, ...(await proofOf(by, profile)), ...form }, by.tls);
  const visit = (by: TestClient, pushed: Answer) => {
    assert.equal(pushed.status, 201, pushed.text);
    const query = { client_id: by.client_id, request_uri: String(pushed.json().request_uri) };
    return browser.get(`${at('authorize')}?${new URLSearchParams(query)}`);
  };
  const refused = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server.running, answer),
  ];

  before(async () => {
    server = await startAuthorizationServer({ oauth: { access_token_lifetime: 3600 } });
    browser = await server.browser();
    key = createClientKey('PS256');
  });
  after(() => server?.close());

  for (const profile of PROFILES) {
    test(`${profile}: a request with everything it asks, to a bound token`, async () => {
      const by = await register(profile);
      const { rules, access_token_lifetime } = BUNDLES[profile];
      const { verifier, challenge } = pkce();
      const request = await object(by, profile, {
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(rules.jwt_response !== undefined &&
          BUNDLES[profile].response_types.of[0] === 'code' && { response_mode: 'jwt' }),
      });
      const { parameters } = redirected(await visit(by, await push(by, profile, { request })));
      const answered = parameters.response === undefined ? parameters : claimsOf(parameters.response);
      assert.equal(answered.error, undefined, JSON.stringify(answered));
      assert.equal('id_token' in answered, BUNDLES[profile].response_types.of[0] === 'code id_token');
      const redeemed = await post(
        at('token'),
        {
          grant_type: 'authorization_code',
          client_id: by.client_id,
          code: String(answered.code),
          redirect_uri: by.redirect_uri,
          code_verifier: verifier,
          ...(await proofOf(by, profile)),
        },
        by.tls,
      );
      assert.equal(redeemed.status, 200, redeemed.text);
      const { access_token, expires_in } = redeemed.json();
      assert.deepEqual(claimsOf(access_token).cnf, { 'x5t#S256': by.identity.thumbprint });
      assert.equal(expires_in, access_token_lifetime === undefined ? 3600 : access_token_lifetime.most);
    });
  }

  test('registration: what a bundle leaves no choice in', async () => {
    const REFUSED: readonly (readonly [Profile, Record<string, unknown>, RegExp])[] = [
      ['uk-open-banking', { response_types: ['code'] }, /response_types/],
      ['uk-open-banking', { request_object_signing_alg: 'ES256' }, /request_object_signing_alg/],
      [
        'open-finance-brasil',
        { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
        /private_key_jwt/,
      ],
      ['open-finance-brasil', { id_token_signed_response_alg: 'ES256' }, /id_token_signed_response_alg/],
      [
        'open-finance-brasil',
        { id_token_encrypted_response_alg: undefined },
        /id_token_encrypted_response_alg/,
      ],
      ['au-cdr', { response_types: ['code id_token'] }, /response_types/],
      ['au-cdr', { response_modes: ['query'] }, /response_modes/],
      [
        'au-connectid',
        { tls_client_certificate_bound_access_tokens: false, dpop_bound_access_tokens: true },
        /tls_/,
      ],
      ['au-connectid', { response_types: ['code id_token'] }, /response_types/],
      ['ksa-open-banking', { response_types: ['code'] }, /response_types/],
    ];
    for (const [profile, metadata, field] of REFUSED) {
      await assert.rejects(register(profile, metadata), field, `${profile} ${JSON.stringify(metadata)}`);
    }
  });

  test('a bundle that forbids ES256 signs with PS256', async () => {
    const by = await register('open-finance-brasil');
    const stored = await server.opened.storage.clients.find(by.client_id);
    assert.equal(stored?.metadata.id_token_signed_response_alg, 'PS256');
  });

  test('Open Finance Brasil: a request object in the browser is encrypted, a pushed one need not be', async () => {
    const by = await register('open-finance-brasil');
    const { challenge } = pkce();
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' };
    const query = new URLSearchParams({
      client_id: by.client_id,
      redirect_uri: by.redirect_uri,
      response_type: 'code id_token',
      request: await object(by, 'open-finance-brasil', asked),
    });
    const answer = await browser.get(`${at('authorize')}?${query}`);
    assert.equal(redirected(answer).parameters.error, 'invalid_request_object');
    assert.equal(await causeOf(server.running, answer), 'request_object_not_encrypted');
    const request = await object(by, 'open-finance-brasil', asked);
    assert.equal((await push(by, 'open-finance-brasil', { request })).status, 201);
  });

  test('KSA and CDR: a request that was not pushed is refused', async () => {
    for (const profile of ['ksa-open-banking', 'au-cdr'] as const) {
      const by = await register(profile);
      const request = await object(by, profile, { response_mode: profile === 'au-cdr' ? 'jwt' : undefined });
      const query = new URLSearchParams({ client_id: by.client_id, redirect_uri: by.redirect_uri, request });
      const answer = await browser.get(`${at('authorize')}?${query}`);
      assert.equal(await causeOf(server.running, answer), 'pushed_request_required');
    }
  });

  describe('FAPI 2.0, with switches of the client’s own', () => {
    const asked = () => {
      const { challenge } = pkce();
      return { code_challenge: challenge, code_challenge_method: 'S256' };
    };

    test('signed requests without signed responses: UK, Australia, ConnectID', async () => {
      const by = await register('fapi2-security', { require_signed_request_object: true });
      const plain = await push(by, 'fapi2-security', {
        ...formOf(wanted(by, 'fapi2-security', asked())),
      });
      assert.deepEqual(await refused(plain), [400, 'invalid_request', 'request_object_missing']);
      const answer = await visit(
        by,
        await push(by, 'fapi2-security', { request: await object(by, 'fapi2-security', asked()) }),
      );
      const { code, response } = redirected(answer).parameters;
      assert.ok(code);
      assert.equal(response, undefined);
    });

    test('Message Signing §5.3.1: the window of a request object, though the bundle asks for none', async () => {
      for (const metadata of [{ require_signed_request_object: true }, {}]) {
        const by = await register('fapi2-security', metadata);
        for (const [name, claims] of Object.entries({
          'no nbf': { nbf: undefined },
          'an nbf 70 minutes ago': { nbf: now() - 4200 },
          'no exp': { exp: undefined },
          'an exp two hours after nbf': { nbf: now() - 3500, exp: now() + 3400 },
          'no aud': { aud: undefined },
          'another aud': { aud: 'https://other.example' },
        })) {
          const request = await object(by, 'fapi2-security', { ...asked(), ...claims });
          const answer = await push(by, 'fapi2-security', { request });
          assert.deepEqual(
            await refused(answer),
            [400, 'invalid_request_object', 'request_object_invalid'],
            name,
          );
        }
      }
    });

    test('signed responses without signed requests', async () => {
      const by = await register('fapi2-security', { response_modes: ['jwt'] });
      const form = formOf(wanted(by, 'fapi2-security', asked()));
      const { response } = redirected(await visit(by, await push(by, 'fapi2-security', form))).parameters;
      assert.ok(claimsOf(response).code);
      const unsigned = await push(by, 'fapi2-security', { ...form, response_mode: 'query' });
      assert.deepEqual(await refused(unsigned), [400, 'invalid_request', 'parameter_unsupported']);
    });
  });

  test('whoever has no profile is held to none of it', async () => {
    const by = await server.register({ jwks: key.jwks });
    await server.consent(browser, by, SCOPES);
    const request = await requestObject(key, by.client_id, server.issuer, {
      redirect_uri: by.redirect_uri,
      response_type: 'code',
      scope: 'openid',
      nbf: undefined,
      exp: undefined,
      aud: undefined,
    });
    const query = new URLSearchParams({ client_id: by.client_id, redirect_uri: by.redirect_uri, request });
    assert.ok(redirected(await browser.get(`${at('authorize')}?${query}`)).parameters.code);
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, post } from './token-client.ts';

const CIBA = 'urn:openid:params:grant-type:ciba';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** CIBA §7.1.1. */
describe('attack 7: signed backchannel authentication requests', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let key: ClientKey;
  let till: TestClient;
  let alice: TestBrowser;
  let bob: TestBrowser;

  const register = (metadata: Readonly<Record<string, unknown>> = {}) =>
    server.register({
      client_name: 'Till',
      redirect_uris: [],
      scope: 'openid profile',
      grant_types: [CIBA],
      backchannel_token_delivery_mode: 'poll',
      jwks: key.jwks,
      ...metadata,
    });
  const signed = (
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
    by = till,
  ) =>
    requestObject(
      key,
      by.client_id,
      server.issuer,
      { scope: 'openid', login_hint: alice.user.username, ...claims },
      header,
    );
  const ask = (form: Readonly<Record<string, string>>, by = till) =>
    post(`${server.issuer}/oauth2/bc-authorize`, { client_id: by.client_id, ...form }, by.tls);
  const waits = async (browser: TestBrowser) =>
    (await browser.get(`${server.issuer}/oauth2/ciba`)).text.includes('Till');
  const refused = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server.running, answer),
  ];
  /** Refused, and nobody is asked. */
  const nobodyAsked = async (answer: Answer, because: string) => {
    assert.deepEqual(await refused(answer), [400, 'invalid_request', because]);
    assert.deepEqual([await waits(alice), await waits(bob)], [false, false]);
  };

  before(async () => {
    server = await startAuthorizationServer();
    key = createClientKey();
    till = await register();
    alice = await server.browser();
    bob = await server.browser();
  });
  after(() => server?.close());

  test('the metadata names the algorithms, all of them asymmetric', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
    const algorithms = metadata.backchannel_authentication_request_signing_alg_values_supported;
    assert.ok(Array.isArray(algorithms) && algorithms.includes('ES256'));
    assert.ok(algorithms.every((algorithm) => !/^HS|none/.test(String(algorithm))));
  });

  test('signed for Alice with Bob beside it: refused, and nobody is asked', async () => {
    const beside: readonly Readonly<Record<string, string>>[] = [
      { login_hint: bob.user.username, scope: 'openid' },
      { login_hint: bob.user.username },
      { scope: 'openid profile' },
      { binding_message: 'Bob' },
      { resource: 'https://api.example' },
      { requested_expiry: '10' },
      { request_uri: 'https://client.example/r' },
      { login_hint_token: 'x' },
      { user_code: 'x' },
      { anything: 'x' },
    ];
    for (const form of beside) {
      const answer = await ask({ request: await signed(), ...form });
      const named = 'request_uri' in form || 'user_code' in form;
      await nobodyAsked(answer, named ? 'parameter_unsupported' : 'parameter_invalid');
    }
  });

  test('what cannot be believed asks nobody', async () => {
    const now = Math.floor(Date.now() / 1000);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const [, payload = ''] = (await signed()).split('.');
    const claims: readonly Readonly<Record<string, unknown>>[] = [
      ...['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'].map((claim) => ({ [claim]: undefined })),
      { iss: 'another' },
      { aud: 'https://other.example' },
      { aud: `${server.issuer}/oauth2/bc-authorize` },
      { exp: now - 60 },
      { exp: now + 4000 },
      { nbf: now + 120 },
      { nbf: now - 4000, exp: now + 60 },
      { iat: now + 120 },
      { client_id: 'another' },
      { sub: till.client_id },
      { request: 'e30.e30.e30' },
      { request_uri: 'https://client.example/r' },
    ];
    const objects = await Promise.all([
      ...claims.map((claim) => signed(claim)),
      signed({}, { typ: 'at+jwt' }),
      signed({}, { kid: 'unknown' }),
      requestObject(createClientKey(), till.client_id, server.issuer, {}, { kid: key.kid }),
      `${none}.${payload}.`,
      `${await signed()}.a.b`,
      'nonsense',
    ]);
    for (const request of objects) await nobodyAsked(await ask({ request }), 'request_object_invalid');
  });

  test('an object signed with the client secret is refused: the algorithm is asymmetric', async () => {
    const secret = await register({ token_endpoint_auth_method: 'client_secret_post' });
    const { SignJWT } = await import('jose');
    const iat = Math.floor(Date.now() / 1000);
    const request = await new SignJWT({
      iss: secret.client_id,
      aud: server.issuer,
      iat,
      nbf: iat,
      exp: iat + 60,
      jti: randomUUID(),
      scope: 'openid',
      login_hint: alice.user.username,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret.client_secret ?? ''));
    await nobodyAsked(
      await ask({ request, client_secret: secret.client_secret ?? '' }, secret),
      'request_object_invalid',
    );
  });

  test('a client that must sign and did not is refused, whatever makes it sign', async () => {
    const mustSign: readonly Readonly<Record<string, unknown>>[] = [
      { backchannel_authentication_request_signing_alg: 'ES256' },
      { require_signed_request_object: true },
      { profile: 'fapi2-message-signing' },
      { profile: 'fapi1-advanced' },
    ];
    for (const metadata of mustSign) {
      const client = await register(metadata);
      const plain = { scope: 'openid', login_hint: bob.user.username };
      await nobodyAsked(await ask(plain, client), 'request_object_missing');
      await nobodyAsked(await ask({ ...plain, request: '' }, client), 'request_object_missing');
    }
    const strict = await register({ backchannel_authentication_request_signing_alg: 'PS256' });
    await nobodyAsked(await ask({ request: await signed({}, {}, strict) }, strict), 'request_object_invalid');
  });

  test('what is not read is refused by name, beside a signature and within it', async () => {
    const plain = { scope: 'openid', login_hint: bob.user.username };
    for (const [name, value] of Object.entries({
      request_uri: 'https://client.example/r',
      user_code: '1234',
      authorization_details: '[{"type":"payment"}]',
    })) {
      await nobodyAsked(await ask({ ...plain, [name]: value }), 'parameter_unsupported');
      if (name === 'request_uri') continue;
      await nobodyAsked(await ask({ request: await signed({ [name]: value }) }), 'parameter_unsupported');
    }
    await nobodyAsked(await ask({ scope: 'openid', login_hint_token: 'x' }), 'parameter_invalid');
    const twice = await signed({ id_token_hint: 'x' });
    await nobodyAsked(await ask({ request: twice }), 'parameter_invalid');
  });

  test('a device asks with nothing that is passed over in silence', async () => {
    const tv = await server.register({ redirect_uris: [], scope: 'openid', grant_types: [DEVICE_CODE] });
    for (const name of ['request', 'request_uri', 'authorization_details']) {
      const form = { client_id: tv.client_id, scope: 'openid', [name]: 'x' };
      const answer = await post(`${server.issuer}/oauth2/device_authorize`, form, tv.tls);
      assert.deepEqual(await refused(answer), [400, 'invalid_request', 'parameter_unsupported'], name);
    }
  });

  test('registration: the algorithm is one of a key pair, and there must be keys', async () => {
    for (const alg of ['HS256', 'none', 'nonsense']) {
      await assert.rejects(register({ backchannel_authentication_request_signing_alg: alg }), alg);
    }
    await assert.rejects(
      register({ backchannel_authentication_request_signing_alg: 'ES256', jwks: undefined }),
    );
    await assert.rejects(
      register({ backchannel_authentication_request_signing_alg: 'RS256', profile: 'fapi1-advanced' }),
    );
  });

  test('what is signed is asked, once, and nothing else', async () => {
    const request = await signed({
      scope: 'openid profile',
      binding_message: 'Till 7',
      requested_expiry: 120,
    });
    const answer = await ask({ request });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().expires_in, 120);
    assert.match((await alice.get(`${server.issuer}/oauth2/ciba`)).text, /Till 7/);
    assert.equal(await waits(bob), false);
    const again = await ask({ request });
    assert.deepEqual(await refused(again), [400, 'invalid_request', 'request_object_replayed']);

    const assertive = await register({
      token_endpoint_auth_method: 'private_key_jwt',
      backchannel_authentication_request_signing_alg: 'ES256',
    });
    const authenticated = await ask(
      {
        request: await signed({}, {}, assertive),
        ...(await clientAssertion(key, assertive.client_id, server.issuer)),
      },
      assertive,
    );
    assert.equal(authenticated.status, 200, authenticated.text);
  });
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, claimsOf, post } from './token-client.ts';

const CIBA = 'urn:openid:params:grant-type:ciba';
const now = () => Math.floor(Date.now() / 1000);
const hiddenIn = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';

/** FAPI-CIBA: what a client under `fapi1-advanced` may ask for over the backchannel, and how. */
describe('FAPI-CIBA', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let key: ClientKey;
  let other: ClientKey;
  /** By certificate, by assertion, and one that is pinged. */
  let certified: TestClient;
  let asserting: TestClient;
  let pinged: TestClient;
  let foreign: TestClient;
  let alice: TestBrowser;
  const pings: { readonly path: string; readonly authorization: string; readonly body: string }[] = [];
  const ending: (() => Promise<void>)[] = [];

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const signed = (
    claims: Readonly<Record<string, unknown>> = {},
    {
      by = certified,
      with: signer = key,
      header = {},
    }: { by?: TestClient; with?: ClientKey; header?: object } = {},
  ) =>
    requestObject(
      signer,
      by.client_id,
      server.issuer,
      { scope: 'openid profile', login_hint: alice.user.username, ...claims },
      { ...header },
    );
  const proofOf = (by: TestClient, claims: Readonly<Record<string, unknown>> = {}) =>
    by === asserting ? clientAssertion(key, by.client_id, server.issuer, claims) : {};
  const ask = async (form: Readonly<Record<string, string>>, by = certified) =>
    post(at('bc-authorize'), { client_id: by.client_id, ...(await proofOf(by)), ...form }, by.tls);
  const begin = async (claims: Readonly<Record<string, unknown>> = {}, by = certified) => {
    const answer = await ask({ request: await signed(claims, { by }) }, by);
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().auth_req_id);
  };
  const redeem = async (auth_req_id: string, by = certified, tls: TestClient['tls'] | undefined = by.tls) =>
    post(
      at('token'),
      { grant_type: CIBA, client_id: by.client_id, auth_req_id, ...(await proofOf(by)) },
      tls,
    );
  const decide = async (decision: string) => {
    const page = await alice.get(at('ciba'));
    await alice.submit(at('ciba'), {
      form_token: hiddenIn(page.text, 'form_token'),
      id: hiddenIn(page.text, 'id'),
      decision,
    });
  };
  const refused = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server.running, answer),
  ];

  before(async () => {
    const identity = await selfSigned('pings');
    const receiver = await serveHttps({ after: () => {} }, identity, (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        pings.push({
          path: request.url ?? '',
          authorization: String(request.headers.authorization),
          body,
        });
        response.writeHead(204).end();
      });
    });
    ending.push(receiver.stop);
    server = await startAuthorizationServer(
      {
        outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'pings.pem' },
        oauth: { polling_interval: 1 },
      },
      ({ security }) => writeFile(`${security}/pings.pem`, identity.pem),
    );
    key = createClientKey('PS256');
    other = createClientKey('PS256');
    const register = (metadata: Readonly<Record<string, unknown>>) =>
      server.register({
        client_name: 'Till',
        redirect_uris: [],
        scope: 'openid profile offline_access',
        grant_types: [CIBA, 'refresh_token'],
        backchannel_token_delivery_mode: 'poll',
        profile: 'fapi1-advanced',
        jwks: key.jwks,
        ...metadata,
      });
    certified = await register({});
    asserting = await register({ token_endpoint_auth_method: 'private_key_jwt' });
    pinged = await register({
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: `${receiver.origin}/ping`,
    });
    foreign = await register({ jwks: other.jwks });
    alice = await server.browser();
  });
  after(async () => {
    await server?.close();
    for (const end of ending) await end();
  });

  for (const by of ['certificate', 'assertion'] as const) {
    test(`by ${by}: signed, approved, bound, refreshed; and asked again while it waits`, async () => {
      const client = by === 'certificate' ? certified : asserting;
      const auth_req_id = await begin({ scope: 'profile openid', requested_expiry: '60' }, client);
      assert.deepEqual(await refused(await redeem(auth_req_id, client)).catch(() => ['pending']), [
        'pending',
      ]);
      await decide('allow');
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const answer = await redeem(auth_req_id, client);
      assert.equal(answer.status, 200, answer.text);
      const { access_token, id_token, refresh_token } = answer.json();
      assert.deepEqual(claimsOf(access_token).cnf, { 'x5t#S256': client.identity.thumbprint });
      assert.equal(claimsOf(id_token).sub, alice.user.sub);
      const refreshed = await post(
        at('token'),
        {
          grant_type: 'refresh_token',
          client_id: client.client_id,
          refresh_token: String(refresh_token),
          ...(await proofOf(client)),
        },
        client.tls,
      );
      assert.equal(refreshed.status, 200, refreshed.text);
      assert.deepEqual(await refused(await redeem(auth_req_id, client)), [
        400,
        'invalid_grant',
        'deferred_authorization_used',
      ]);
    });
  }

  test('ping: the client is told once, with the token it gave, and asks then', async () => {
    const client_notification_token = 'a-notification-token-of-the-client';
    const auth_req_id = await begin({ client_notification_token }, pinged);
    await decide('allow');
    await eventually(
      async () => pings.length,
      (count) => count > 0,
    );
    const [ping] = pings;
    assert.deepEqual(
      [ping?.path, ping?.authorization, JSON.parse(ping?.body ?? '{}')],
      ['/ping', `Bearer ${client_notification_token}`, { auth_req_id }],
    );
    assert.equal((await redeem(auth_req_id, pinged)).status, 200);
    assert.equal(pings.length, 1);
  });

  test('the person denies', async () => {
    const auth_req_id = await begin();
    await decide('deny');
    assert.deepEqual(await refused(await redeem(auth_req_id)), [400, 'access_denied', 'person_refused']);
  });

  test('§5.2.2: unsigned requests are refused, by whatever method the client authenticates', async () => {
    for (const client of [certified, asserting, pinged]) {
      const answer = await ask({ scope: 'openid', login_hint: alice.user.username }, client);
      assert.deepEqual(await refused(answer), [400, 'invalid_request', 'request_object_missing']);
    }
  });

  const WITHOUT = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'] as const;
  for (const claim of WITHOUT) {
    test(`refused: a signed request without ${claim}`, async () => {
      const answer = await ask({ request: await signed({ [claim]: undefined }) });
      assert.deepEqual(await refused(answer), [400, 'invalid_request', 'request_object_invalid']);
    });
  }

  const WRONG: Readonly<Record<string, () => Record<string, unknown>>> = {
    'another aud': () => ({ aud: 'https://other.example' }),
    'another iss': () => ({ iss: foreign.client_id }),
    'an exp that is over': () => ({ exp: now() - 300 }),
    'an exp 70 minutes ahead': () => ({ exp: now() + 4200 }),
    'an nbf 10 minutes ahead': () => ({ nbf: now() + 600, exp: now() + 900 }),
    'an nbf 70 minutes ago': () => ({ nbf: now() - 4200 }),
    'another client_id': () => ({ client_id: foreign.client_id }),
  };
  for (const [name, claims] of Object.entries(WRONG)) {
    test(`refused: a signed request with ${name}`, async () => {
      const answer = await ask({ request: await signed(claims()) });
      assert.deepEqual(await refused(answer), [400, 'invalid_request', 'request_object_invalid']);
    });
  }

  test('refused: unsigned, by RS256, by another key, of another client, used before', async () => {
    const request = await signed();
    const [, payload = ''] = request.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const rs256 = createClientKey('RS256');
    const both = await server.register({
      profile: 'fapi1-advanced',
      redirect_uris: [],
      scope: 'openid',
      grant_types: [CIBA],
      backchannel_token_delivery_mode: 'poll',
      jwks: { keys: [...key.jwks.keys, ...rs256.jwks.keys] },
    });
    const forms = [
      [none, certified],
      [await signed({}, { by: both, with: rs256 }), both],
      [await signed({}, { with: other }), certified],
      [await signed({}, { by: foreign, with: other }), certified],
      [await signed({}, { header: { alg: 'PS256', kid: 'unknown' } }), certified],
    ] as const;
    for (const [object, by] of forms) {
      const answer = await ask({ request: object }, by);
      assert.deepEqual(await refused(answer), [400, 'invalid_request', 'request_object_invalid']);
    }
    assert.equal((await ask({ request })).status, 200);
    await decide('deny');
    assert.deepEqual(await refused(await ask({ request })), [
      400,
      'invalid_request',
      'request_object_replayed',
    ]);
  });

  test('refused: what stands beside the JWT, several hints, and messages that nobody can compare', async () => {
    const beside = await ask({ request: await signed(), login_hint: 'bob' });
    assert.deepEqual(await refused(beside), [400, 'invalid_request', 'parameter_invalid']);
    const hints = await ask({ request: await signed({ id_token_hint: 'x' }) });
    assert.deepEqual(await refused(hints), [400, 'invalid_request', 'parameter_invalid']);
    for (const binding_message of ['x'.repeat(101), 'a\u202Eb', '\u0000', '1234 👍🏿 品川 \u{E0041}']) {
      const answer = await ask({ request: await signed({ binding_message }) });
      assert.deepEqual(
        [answer.status, answer.json().error],
        [400, 'invalid_binding_message'],
        binding_message,
      );
    }
    await begin({ binding_message: '1234 👍 品川 Lodz' });
    await decide('deny');
  });

  test('refused: an unknown auth_req_id, that of another client, and a token without its certificate', async () => {
    assert.equal((await redeem('unknown')).json().error, 'invalid_grant');
    const auth_req_id = await begin();
    assert.equal((await redeem(auth_req_id, foreign)).json().error, 'invalid_grant');
    const ofAssertion = await begin({}, asserting);
    await decide('allow');
    await decide('allow');
    const form = { grant_type: CIBA, client_id: asserting.client_id, auth_req_id: ofAssertion };
    const bare = await post(at('token'), { ...form, ...(await proofOf(asserting)) });
    assert.deepEqual(await refused(bare), [400, 'invalid_request', 'profile_rule_broken']);
  });

  test('CIBA §7.1: assertions for the issuer, the token endpoint and the endpoint they are sent to', async () => {
    const by = asserting;
    const asked = async (aud: unknown) =>
      post(
        at('bc-authorize'),
        {
          client_id: by.client_id,
          request: await signed({}, { by }),
          ...(await clientAssertion(key, by.client_id, server.issuer, { aud })),
        },
        by.tls,
      );
    for (const aud of [server.issuer, at('token'), at('bc-authorize'), [server.issuer, at('token')]]) {
      assert.equal((await asked(aud)).status, 200, String(aud));
      await decide('deny');
    }
    for (const aud of ['https://other.example', at('par'), [server.issuer, 'https://other.example']]) {
      const answer = await asked(aud);
      assert.deepEqual(await refused(answer), [401, 'invalid_client', 'client_assertion_invalid']);
    }
    const rs256 = createClientKey('RS256');
    const signedByRs256 = await clientAssertion(rs256, by.client_id, server.issuer);
    const answer = await post(
      at('bc-authorize'),
      { client_id: by.client_id, request: await signed({}, { by }), ...signedByRs256 },
      by.tls,
    );
    assert.deepEqual(await refused(answer), [401, 'invalid_client', 'client_assertion_invalid']);
  });
});

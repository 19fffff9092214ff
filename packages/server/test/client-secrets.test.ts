import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { SignJWT } from 'jose';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, runProgram, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Answer, post } from './token-client.ts';

type Form = Readonly<Record<string, string>>;

/** What each endpoint for clients takes when nothing is wrong with the client. */
const ENDPOINTS: Readonly<Record<string, Form>> = {
  token: { grant_type: 'password', username: 'admin', password: 'admin', scope: 'read' },
  par: {
    response_type: 'code',
    redirect_uri: 'https://client.example/cb',
    scope: 'openid',
    // RFC 7636 appendix B
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  },
  introspect: { token: 'x' },
  revoke: { token: 'x' },
  device_authorize: {},
  'bc-authorize': { scope: 'openid', login_hint: 'admin' },
};

const REGISTRATION = {
  client_name: 'secrets',
  grant_types: [
    'client_credentials',
    'password',
    'authorization_code',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:openid:params:grant-type:ciba',
  ],
  backchannel_token_delivery_mode: 'poll',
  redirect_uris: ['https://client.example/cb'],
  scope: 'openid read',
};

const basicOf = ({ client_id, client_secret }: Registered) =>
  `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
const inHeader = (client: Registered) => ({ authorization: basicOf(client) });

describe('client secrets, at every endpoint for clients', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  /** Self-signed, and of an authority, for the clients of either certificate method. */
  let identity: Identity;
  let issued: Identity;
  const clients: Record<string, Registered> = {};

  const at = (endpoint: string) => `${home.issuer}/oauth2/${endpoint}`;
  const clientOf = (method: string): Registered => {
    const client = clients[method];
    assert.ok(client, method);
    return client;
  };
  const causeOf = async (answer: Answer) => {
    assert.ok(answer.status >= 400, answer.text);
    return [answer.status, answer.json().error, (await eventOf(server, answer)).because];
  };

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    admin = adminApiOf(home.issuer);
    identity = await createIdentity('CN=secrets,O=Example');
    const authority = await createIdentity('CN=Authority', { usage: 'ca' });
    issued = await createIdentity('CN=issued,O=Example', { issuer: authority });
    await writeFile(join(home.home, 'client.pem'), identity.cert);
    await writeFile(join(home.home, 'client.key'), identity.key);
    const jwks = {
      keys: [{ ...identity.certificate.keyObject?.export({ format: 'jwk' }), kid: 'k' }],
    };
    for (const [method, metadata] of [
      ['client_secret_basic', {}],
      ['client_secret_post', {}],
      ['client_secret_jwt', {}],
      ['self_signed_tls_client_auth', { certificates: [identity.pem] }],
      [
        'tls_client_auth',
        { tls_client_auth_subject_dn: 'CN=issued,O=Example', trust_anchors: [authority.pem] },
      ],
      ['private_key_jwt', { jwks }],
    ] as const) {
      clients[method] = await admin.register({
        ...REGISTRATION,
        ...metadata,
        token_endpoint_auth_method: method,
      });
    }
    clients.none = await admin.register({
      ...REGISTRATION,
      token_endpoint_auth_method: 'none',
      grant_types: REGISTRATION.grant_types.filter(
        (grant) => grant !== 'client_credentials' && !grant.endsWith('ciba'),
      ),
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  for (const [endpoint, form] of Object.entries(ENDPOINTS)) {
    describe(endpoint, () => {
      test('client_secret_basic and client_secret_post take the secret in either place', async () => {
        for (const method of ['client_secret_basic', 'client_secret_post']) {
          const client = clientOf(method);
          const posted = await post(at(endpoint), { ...form, ...client });
          assert.ok(posted.status < 300, `${method}: ${posted.text}`);
          const carried = await post(at(endpoint), form, { headers: inHeader(client) });
          assert.ok(carried.status < 300, `${method}: ${carried.text}`);
          const wrong = { ...client, client_secret: 'wrong' };
          for (const answer of [
            await post(at(endpoint), { ...form, ...wrong }),
            await post(at(endpoint), form, { headers: inHeader(wrong) }),
          ]) {
            assert.deepEqual(await causeOf(answer), [401, 'invalid_client', 'client_secret_wrong']);
          }
        }
      });

      test('in both places at once it is more than one method, whatever the two are', async () => {
        for (const method of ['client_secret_basic', 'client_secret_post']) {
          const client = clientOf(method);
          for (const [one, other] of [
            [client, client],
            [{ ...client, client_secret: 'wrong' }, client],
            [{ ...client, client_secret: '' }, client],
          ] as const) {
            const both = await post(at(endpoint), { ...form, ...other }, { headers: inHeader(one) });
            assert.deepEqual(await causeOf(both), [400, 'invalid_request', 'several_methods']);
          }
        }
      });

      test('no other method takes a secret, that of the client included', async () => {
        for (const method of ['self_signed_tls_client_auth', 'tls_client_auth', 'private_key_jwt', 'none']) {
          const client = { ...clientOf(method), ...(method === 'none' && { client_secret: 'any' }) };
          const expected = [401, 'invalid_client', 'other_method_registered'];
          assert.deepEqual(await causeOf(await post(at(endpoint), { ...form, ...client })), expected, method);
          const carried = await post(at(endpoint), form, { headers: inHeader(client) });
          assert.deepEqual(await causeOf(carried), expected, method);
        }
      });

      test('a client_secret_jwt client that sends its secret in clear is refused, and told so', async () => {
        const client = clientOf('client_secret_jwt');
        for (const answer of [
          await post(at(endpoint), { ...form, ...client }),
          await post(at(endpoint), form, { headers: inHeader(client) }),
        ]) {
          assert.deepEqual(await causeOf(answer), [401, 'invalid_client', 'client_secret_in_clear']);
          const event = JSON.stringify(await eventOf(server, answer));
          assert.match(event, /"its_own":true/);
          assert.ok(!event.includes(client.client_secret));
        }
        const client_assertion = await new SignJWT({ jti: crypto.randomUUID() })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer(client.client_id)
          .setSubject(client.client_id)
          .setAudience(at(endpoint))
          .setExpirationTime('1m')
          .sign(Buffer.from(client.client_secret));
        const signed = await post(at(endpoint), {
          ...form,
          client_assertion,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        });
        assert.ok(signed.status < 300, signed.text);
      });

      test('an empty Basic password is none where the method sends no credentials, and names the client', async () => {
        const nameOnly = ({ client_id }: Registered) => inHeader({ client_id, client_secret: '' });
        for (const [method, certificate] of [
          ['self_signed_tls_client_auth', identity],
          ['tls_client_auth', issued],
        ] as const) {
          const headers = nameOnly(clientOf(method));
          const answer = await post(at(endpoint), form, { headers, certificate });
          assert.ok(answer.status < 300, `${method}: ${answer.text}`);
          const without = await post(at(endpoint), form, { headers });
          assert.deepEqual(await causeOf(without), [401, 'invalid_client', 'certificate_absent']);
        }
        if (endpoint !== 'introspect' && endpoint !== 'bc-authorize') {
          const open = await post(at(endpoint), form, { headers: nameOnly(clientOf('none')) });
          assert.ok(open.status < 300, open.text);
        }
        for (const [method, because] of [
          ['client_secret_basic', 'client_secret_wrong'],
          ['client_secret_post', 'client_secret_wrong'],
          ['client_secret_jwt', 'other_method_registered'],
          ['private_key_jwt', 'other_method_registered'],
        ] as const) {
          const answer = await post(at(endpoint), form, { headers: nameOnly(clientOf(method)) });
          assert.deepEqual(await causeOf(answer), [401, 'invalid_client', because], method);
        }
      });

      test('curl -u with the client_id and no password, beside a certificate', async () => {
        const { client_id } = clientOf('self_signed_tls_client_auth');
        const { stdout, stderr } = await runProgram('curl', [
          ...['-sk', '-u', `${client_id}:`, '-o', '/dev/null', '-w', '%{http_code}'],
          ...['--cert', join(home.home, 'client.pem'), '--key', join(home.home, 'client.key')],
          ...Object.entries(form).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]),
          ...(Object.keys(form).length === 0 ? ['-d', ''] : []),
          at(endpoint),
        ]);
        assert.match(stdout, /^20[01]$/, stdout + stderr);
      });
    });
  }

  test('beside an empty Basic password, a body that names another client or has a secret is refused', async () => {
    const { client_id } = clientOf('self_signed_tls_client_auth');
    const form = { grant_type: 'client_credentials' };
    const options = {
      headers: inHeader({ client_id, client_secret: '' }),
      certificate: identity,
    };
    const same = await post(at('token'), { ...form, client_id }, options);
    assert.equal(same.status, 200, same.text);
    const other = await post(at('token'), { ...form, client_id: clientOf('none').client_id }, options);
    assert.deepEqual(await causeOf(other), [400, 'invalid_request', 'client_ids_differ']);
    const secret = await post(at('token'), { ...form, client_secret: 'x' }, options);
    assert.deepEqual(await causeOf(secret), [400, 'invalid_request', 'several_methods']);
    const full = { ...options, headers: inHeader({ client_id, client_secret: 'x' }) };
    assert.deepEqual(await causeOf(await post(at('token'), form, full)), [
      400,
      'invalid_request',
      'several_methods',
    ]);
  });

  describe('a secret ends with the method that used it', () => {
    const form = { grant_type: 'client_credentials' };
    const ask = (client: Registered) => post(at('token'), { ...form, ...client });

    test('it does not come back with the method: the client gets another one', async () => {
      const client = await admin.register({ client_name: 'to and fro', grant_types: ['client_credentials'] });
      assert.equal((await ask(client)).status, 200);
      const gone = await admin.update(client.client_id, {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        certificates: [identity.pem],
      });
      assert.deepEqual([gone.has_client_secret, gone.client_secret], [false, undefined]);
      assert.deepEqual(await causeOf(await ask(client)), [401, 'invalid_client', 'other_method_registered']);
      const back = await admin.update(client.client_id, {
        token_endpoint_auth_method: 'client_secret_post',
      });
      assert.deepEqual([back.has_client_secret, back.client_secret_authenticates], [true, 'client']);
      assert.deepEqual(await causeOf(await ask(client)), [401, 'invalid_client', 'client_secret_wrong']);
      assert.equal((await ask({ ...client, client_secret: String(back.client_secret) })).status, 200);
    });

    test('one that authenticated nothing does not begin to', async () => {
      const added = await admin.json('POST', '/clients', {
        client_name: 'for nothing',
        certificates: [identity.pem],
        grant_types: ['client_credentials'],
      });
      const client = { client_id: String(added.client_id), client_secret: String(added.client_secret) };
      assert.equal(added.client_secret_authenticates, 'nothing');
      const kept = await admin.update(client.client_id, { client_name: 'still for nothing' });
      assert.deepEqual([kept.has_client_secret, kept.client_secret], [true, undefined]);
      const changed = await admin.update(client.client_id, {
        token_endpoint_auth_method: 'client_secret_basic',
      });
      assert.deepEqual(await causeOf(await ask(client)), [401, 'invalid_client', 'client_secret_wrong']);
      assert.equal((await ask({ ...client, client_secret: String(changed.client_secret) })).status, 200);
    });

    test('between the two places of a secret it stays; for client_secret_jwt a new one is made', async () => {
      const client = await admin.register({ client_name: 'places', grant_types: ['client_credentials'] });
      const post = await admin.update(client.client_id, { token_endpoint_auth_method: 'client_secret_post' });
      assert.equal(post.client_secret, undefined);
      assert.equal((await ask(client)).status, 200);
      const jwt = await admin.update(client.client_id, { token_endpoint_auth_method: 'client_secret_jwt' });
      assert.match(String(jwt.client_secret), /^[\w-]{64}$/);
      assert.deepEqual(await causeOf(await ask(client)), [401, 'invalid_client', 'client_secret_in_clear']);
    });
  });
});

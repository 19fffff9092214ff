import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Answer, type Call, claimsOf, post } from './token-client.ts';

/** RFC 6749 §2.3.1: both parts form-encoded, then joined and base64. */
const basic = (client_id: string, client_secret: string) => ({
  authorization: `Basic ${Buffer.from(`${formEncoded(client_id)}:${formEncoded(client_secret)}`).toString('base64')}`,
});
const formEncoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('client authentication by secret, by nothing, and its refusals', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let byBasic: Registered;
  let byPost: Registered;
  let open: Registered;
  let bySelfSigned: Registered;
  let identity: Identity;

  const ask = (form: Readonly<Record<string, string>>, options?: Call) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...form }, options);

  /** RFC 6749 §5.2: status, members and headers of an error, and its cause in the log. */
  const assertRefused = async (answer: Answer, status: number, error: string, because: string) => {
    assert.deepEqual([answer.status, answer.json().error], [status, error], answer.text);
    assert.deepEqual(Object.keys(answer.json()).sort(), ['error', 'error_description']);
    assert.match(String(answer.json().error_description), /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
    assert.match(String(answer.headers['content-type']), /^application\/json/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers.pragma, 'no-cache');
    assert.equal(
      answer.headers['www-authenticate'],
      status === 401 ? 'Basic realm="countersign"' : undefined,
    );
    const event = await eventOf(server, answer);
    assert.equal(event.because, because);
    return event;
  };

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    admin = adminApiOf(home.issuer);
    identity = await createIdentity('CN=bound');
    const grant_types = ['client_credentials'];
    byBasic = await admin.register({
      client_name: 'basic',
      client_id: 'https://client.example/a:b+c%20d',
      grant_types,
      scope: 'read write openid',
    });
    byPost = await admin.register({
      client_name: 'post',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials', 'password'],
    });
    open = await admin.register({
      client_name: 'public',
      token_endpoint_auth_method: 'none',
      grant_types: ['password'],
      scope: 'openid',
    });
    bySelfSigned = await admin.register({
      client_name: 'certificate',
      certificates: [identity.pem],
      grant_types,
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  describe('client_secret_basic', () => {
    test('the form-encoded id and the right secret get a token', async () => {
      const answer = await ask({}, { headers: basic(byBasic.client_id, byBasic.client_secret) });
      assert.equal(answer.status, 200, answer.text);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers.pragma, 'no-cache');
      const { access_token, token_type, expires_in, scope } = answer.json();
      assert.equal(token_type, 'Bearer');
      assert.equal(expires_in, 3600);
      assert.equal(scope, 'read write', 'scopes of a person are not given to a client');
      assert.equal(claimsOf(access_token).client_id, byBasic.client_id);
      assert.equal(claimsOf(access_token).cnf, undefined);
    });

    test('the scheme name is written in any case', async () => {
      const { authorization } = basic(byBasic.client_id, byBasic.client_secret);
      for (const scheme of ['basic', 'BASIC']) {
        const headers = { authorization: authorization.replace('Basic', scheme) };
        assert.equal((await ask({}, { headers })).status, 200);
      }
    });

    test('a wrong secret, an empty one and an unknown client look alike', async () => {
      const wrong = await ask({}, { headers: basic(byBasic.client_id, 'wrong') });
      await assertRefused(wrong, 401, 'invalid_client', 'client_secret_wrong');
      const empty = await ask({}, { headers: basic(byBasic.client_id, '') });
      await assertRefused(empty, 401, 'invalid_client', 'client_secret_wrong');
      const unknown = await ask({}, { headers: basic('nobody', 'wrong') });
      await assertRefused(unknown, 401, 'invalid_client', 'client_unknown');
      assert.deepEqual([wrong.text, empty.text], [unknown.text, unknown.text]);
    });

    test('the secret of another client is wrong', async () => {
      const answer = await ask({}, { headers: basic(byBasic.client_id, byPost.client_secret) });
      await assertRefused(answer, 401, 'invalid_client', 'client_secret_wrong');
    });

    for (const [what, authorization] of [
      ['base64 that is none', 'Basic !!!'],
      ['no credentials', 'Basic'],
      ['no colon', `Basic ${base64('just-an-id')}`],
      ['a percent sign that encodes nothing', `Basic ${base64('a%zz:b')}`],
      ['bytes that are no UTF-8', `Basic ${base64('a%ff:b')}`],
      ['another scheme', 'Bearer abcdef'],
      ['nothing', ' '],
    ] as const) {
      test(`an Authorization header with ${what} is refused`, async () => {
        const answer = await ask({}, { headers: { authorization } });
        const { evidence } = await assertRefused(answer, 401, 'invalid_client', 'malformed_request');
        assert.match(JSON.stringify(evidence), /Authorization header/);
      });
    }

    test('the body may repeat the client_id, and must not name another', async () => {
      const headers = basic(byBasic.client_id, byBasic.client_secret);
      assert.equal((await ask({ client_id: byBasic.client_id }, { headers })).status, 200);
      const differ = await ask({ client_id: byPost.client_id }, { headers });
      await assertRefused(differ, 400, 'invalid_request', 'client_ids_differ');
    });

    test('a regenerated secret ends the old one at once', async () => {
      const { client_secret } = await admin.json(
        'POST',
        `/clients/${encodeURIComponent(byBasic.client_id)}/secret`,
      );
      const old = await ask({}, { headers: basic(byBasic.client_id, byBasic.client_secret) });
      await assertRefused(old, 401, 'invalid_client', 'client_secret_wrong');
      byBasic = { ...byBasic, client_secret: String(client_secret) };
      assert.equal((await ask({}, { headers: basic(byBasic.client_id, byBasic.client_secret) })).status, 200);
    });
  });

  describe('client_secret_post', () => {
    test('the right secret gets a token, a wrong one does not', async () => {
      assert.equal((await ask(byPost)).status, 200);
      const wrong = await ask({ ...byPost, client_secret: 'wrong' });
      await assertRefused(wrong, 401, 'invalid_client', 'client_secret_wrong');
    });

    test('without a secret, nothing is proved', async () => {
      const absent = await ask({ client_id: byPost.client_id });
      await assertRefused(absent, 401, 'invalid_client', 'client_secret_absent');
      const empty = await ask({ client_id: byPost.client_id, client_secret: '' });
      await assertRefused(empty, 401, 'invalid_client', 'client_secret_absent');
    });

    test('a certificate beside the secret is no second method: it binds the token', async () => {
      const answer = await ask(byPost, { certificate: identity });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(claimsOf(answer.json().access_token).cnf, { 'x5t#S256': identity.thumbprint });
    });
  });

  describe('methods do not mix', () => {
    test('a secret counts in either place, whichever of the two is registered', async () => {
      assert.equal((await ask(byBasic)).status, 200);
      assert.equal((await ask({}, { headers: basic(byPost.client_id, byPost.client_secret) })).status, 200);
    });

    test('only the registered method counts', async () => {
      const secret = await ask(bySelfSigned);
      const { evidence } = await assertRefused(secret, 401, 'invalid_client', 'other_method_registered');
      assert.deepEqual(evidence, {
        expected: 'self_signed_tls_client_auth',
        presented: 'client_secret_post',
      });
      const asserted = await ask({
        client_id: byBasic.client_id,
        client_assertion: 'x',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      await assertRefused(asserted, 401, 'invalid_client', 'other_method_registered');
    });

    test('a client of secrets is not let in by a certificate', async () => {
      const answer = await ask({ client_id: byPost.client_id }, { certificate: identity });
      await assertRefused(answer, 401, 'invalid_client', 'client_secret_absent');
    });

    test('two methods in one request are refused', async () => {
      const both = await ask(byPost, { headers: basic(byPost.client_id, byPost.client_secret) });
      await assertRefused(both, 400, 'invalid_request', 'several_methods');
      const withCertificate = await ask(bySelfSigned, { certificate: identity });
      await assertRefused(withCertificate, 400, 'invalid_request', 'several_methods');
    });

    test('a client that nobody names is refused', async () => {
      await assertRefused(await ask({}), 401, 'invalid_client', 'client_not_named');
      await assertRefused(
        await ask({}, { certificate: identity }),
        401,
        'invalid_client',
        'client_not_named',
      );
    });
  });

  describe('none', () => {
    const person = { grant_type: 'password', username: 'admin', password: 'admin' };

    test('a public client names itself', async () => {
      const answer = await ask({ ...person, client_id: open.client_id });
      assert.equal(answer.status, 200, answer.text);
    });

    test('a public client has no secret to send', async () => {
      const answer = await ask({ ...person, client_id: open.client_id, client_secret: 'anything' });
      await assertRefused(answer, 401, 'invalid_client', 'other_method_registered');
    });

    test('a public client is not for client_credentials', async () => {
      const refused = await admin.request('POST', '/clients', {
        client_name: 'public',
        token_endpoint_auth_method: 'none',
        grant_types: ['client_credentials'],
      });
      assert.equal(refused.status, 400);
      assert.equal(refused.json().error, 'invalid_client_metadata');
      assert.equal(refused.json().field, 'grant_types');
    });
  });

  test('a disabled client is refused whatever it sends, until it is enabled again', async () => {
    await admin.update(byPost.client_id, { enabled: false });
    await assertRefused(await ask(byPost), 401, 'invalid_client', 'client_disabled');
    await admin.update(byPost.client_id, { enabled: true });
    assert.equal((await ask(byPost)).status, 200);
  });

  describe('what is asked for', () => {
    test('a grant type this server does not know', async () => {
      const answer = await ask({ ...byPost, grant_type: 'urn:example:unknown' });
      await assertRefused(answer, 400, 'unsupported_grant_type', 'grant_type_unsupported');
      const unauthenticated = await ask({ grant_type: 'urn:example:unknown', client_id: byPost.client_id });
      await assertRefused(unauthenticated, 401, 'invalid_client', 'client_secret_absent');
    });

    test('a grant type the client is not registered for', async () => {
      const headers = basic(byBasic.client_id, byBasic.client_secret);
      const answer = await ask({ grant_type: 'password', username: 'admin', password: 'admin' }, { headers });
      const event = await assertRefused(answer, 400, 'unauthorized_client', 'grant_type_not_registered');
      assert.equal(event.client_id, byBasic.client_id);
    });

    test('no grant type, or an empty one', async () => {
      await assertRefused(
        await ask({ ...byPost, grant_type: '' }),
        400,
        'invalid_request',
        'parameter_missing',
      );
    });

    test('a wrong password, an unknown user and a missing parameter', async () => {
      const person = { ...byPost, grant_type: 'password', username: 'admin', password: 'wrong' };
      await assertRefused(await ask(person), 400, 'invalid_grant', 'password_wrong');
      await assertRefused(await ask({ ...person, username: 'who' }), 400, 'invalid_grant', 'user_unknown');
      await assertRefused(
        await ask({ ...person, password: '' }),
        400,
        'invalid_request',
        'parameter_missing',
      );
    });

    test('scopes: a part of the registered ones, and no others', async () => {
      const headers = basic(byBasic.client_id, byBasic.client_secret);
      const part = await ask({ scope: 'write' }, { headers });
      assert.deepEqual([part.status, part.json().scope], [200, 'write']);
      for (const scope of ['write delete', 'openid', 'admin:read']) {
        await assertRefused(await ask({ scope }, { headers }), 400, 'invalid_scope', 'scope_not_registered');
      }
      for (const scope of ['write\tread', 'write\n', 'a"b', 'a\\b', 'é']) {
        await assertRefused(await ask({ scope }, { headers }), 400, 'invalid_scope', 'scope_malformed');
      }
    });
  });
});

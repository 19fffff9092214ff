import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { SignJWT } from 'jose';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { type Answer, call } from './token-client.ts';

const AUTHORITY = 'https://directory.example';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const statement = (claims: Record<string, unknown>) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'directory-1' })
    .setIssuer(AUTHORITY)
    .sign(privateKey);

describe('what a client that registers itself leaves out, and what cannot be had', () => {
  let server: AuthorizationServer;

  const web = { client_name: 'Web', redirect_uris: ['https://client.example/cb'] };
  const send = (method: string, url: string, body?: object, bearer?: string): Promise<Answer> =>
    call(url, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const register = (metadata: object) =>
    send('POST', `${server.issuer}/oauth2/register`, { ...web, ...metadata });
  const registered = async (metadata: object) => {
    const answer = await register(metadata);
    assert.equal(answer.status, 201, answer.text);
    return answer.json();
  };
  const assertRefused = async (answer: Answer, field: string, error = 'invalid_client_metadata') => {
    assert.deepEqual([answer.status, answer.json().error], [400, error], `${field}: ${answer.text}`);
    assert.ok(String(answer.json().error_description).startsWith(field), answer.text);
    assert.equal(await causeOf(server.running, answer), 'client_metadata_invalid');
  };

  before(async () => {
    server = await startAuthorizationServer(
      {
        registration: { mode: 'open' },
        'registration.software_statement_authority': [{ issuer: AUTHORITY, jwks: 'directory.json' }],
      },
      async ({ security }) => {
        const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'directory-1', alg: 'ES256' }];
        await writeFile(join(security, 'directory.json'), JSON.stringify({ keys }));
      },
    );
  });
  after(() => server?.close());

  test('a read leaves the registration access token as it is', async () => {
    const { registration_client_uri, registration_access_token } = await registered({});
    for (let again = 0; again < 2; again++) {
      const read = await send(
        'GET',
        String(registration_client_uri),
        undefined,
        String(registration_access_token),
      );
      assert.equal(read.status, 200, read.text);
      assert.equal(read.json().registration_access_token, registration_access_token);
    }
  });

  test('the answer grants the scope that was asked for', async () => {
    for (const scope of ['openid', 'openid email', 'openid profile email address phone', '']) {
      assert.equal((await registered({ scope })).scope, scope);
    }
  });

  test('the answer grants no scope that was not asked for, though the client may ask for it later', async () => {
    const { client_id, registration_client_uri, registration_access_token, ...answer } = await registered({});
    assert.equal(answer.scope, 'openid');
    const scopeOf = async () => (await server.opened.storage.clients.find(String(client_id)))?.metadata.scope;
    assert.equal(await scopeOf(), 'openid profile email address phone');
    const managed = async (method: string, body?: object) => {
      const at = String(registration_client_uri);
      const shown = await send(method, at, body, String(registration_access_token));
      assert.equal(shown.status, 200, shown.text);
      return shown.json().scope;
    };
    assert.equal(await managed('GET'), 'openid');
    assert.equal(await managed('PUT', { ...web, client_id, scope: 'openid' }), 'openid');
    assert.equal(await scopeOf(), 'openid profile email address phone', 'what it was answered says nothing');
    assert.equal(await managed('PUT', { ...web, client_id, scope: 'openid email' }), 'openid email');
    assert.equal(await managed('PUT', { ...web, client_id, scope: 'openid' }), 'openid');
    assert.equal(await scopeOf(), 'openid', 'what it asked for before it takes back');
  });

  test('members that standards define and that are not honoured are refused by name', async () => {
    const key = { e: 'AQAB', kty: 'RSA', n: 'x' };
    for (const [field, value] of Object.entries({
      id_token_encrypted_response_alg: 'RSA1_5',
      userinfo_encrypted_response_alg: 'RSA1_5',
      introspection_encrypted_response_alg: 'RSA1_5',
      authorization_encrypted_response_alg: 'RSA1_5',
      request_object_encryption_alg: 'RSA1_5',
      sector_identifier_uri: 'http://client.example/sector.json',
      subject_type: 'of another kind',
      frontchannel_logout_uri: 'https://client.example/out',
      client_registration_types: ['automatic'],
      vp_formats_supported: { jwt: key },
      request_object_signing_alg: 'none',
      token_endpoint_auth_signing_alg: 'none',
      id_token_signed_response_alg: 'none',
      userinfo_signed_response_alg: 'none',
      initiate_login_uri: 'http://client.example/begin',
    })) {
      await assertRefused(await register({ [field]: value }), field);
      const software_statement = await statement({ [field]: value });
      await assertRefused(await register({ software_statement }), field);
    }
  });

  test('members that nobody defines, and values that ask for nothing, are passed over', async () => {
    const answer = await registered({
      an_extension: { of: 'somebody' },
      'client_name#de': 'Netz',
      frontchannel_logout_session_required: false,
      id_token_encrypted_response_alg: null,
      software_statement: await statement({ software_roles: ['x'], org_id: 'y' }),
    });
    for (const field of ['an_extension', 'software_roles', 'frontchannel_logout_session_required']) {
      assert.equal(field in answer, false, field);
    }
  });

  test('a redirect URI has no parameter of the answer in its query', async () => {
    for (const name of ['state', 'code', 'iss', 'error', 'response']) {
      const redirect_uris = [`https://client.example/cb?tenant=1&${name}=x`];
      await assertRefused(await register({ redirect_uris }), 'redirect_uris', 'invalid_redirect_uri');
    }
    await registered({ redirect_uris: ['https://client.example/cb?tenant=1'] });
  });

  test('a native application listens on any port of the localhost it registered, a web application does not', async () => {
    const answerTo = async (application_type: string) => {
      const { client_id } = await registered({
        application_type,
        redirect_uris: ['http://localhost/cb'],
        token_endpoint_auth_method: 'none',
      });
      const query = new URLSearchParams({
        client_id: String(client_id),
        redirect_uri: 'http://localhost:51004/cb',
        response_type: 'code',
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      });
      return (await call(`${server.issuer}/oauth2/authorize?${query}`)).status;
    };
    assert.equal(await answerTo('native'), 303);
    assert.equal(await answerTo('web'), 400);
  });

  test('initiate_login_uri is kept and shown', async () => {
    const initiate_login_uri = 'https://client.example/begin?tenant=1';
    const answer = await registered({ initiate_login_uri });
    assert.equal(answer.initiate_login_uri, initiate_login_uri);
    const read = await send(
      'GET',
      String(answer.registration_client_uri),
      undefined,
      String(answer.registration_access_token),
    );
    assert.equal(read.json().initiate_login_uri, initiate_login_uri);
  });
});

import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  pkce,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import type { TestHome } from './countersign-process.ts';
import { createDpopKey, type DpopKey } from './dpop-client.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

describe('DPoP', () => {
  let server: AuthorizationServer;
  let home: TestHome;
  let client: TestClient;
  let publicClient: TestClient;
  let browser: TestBrowser;
  let key: DpopKey;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const machine = () => ({ grant_type: 'client_credentials', client_id: client.client_id });
  const assertRefused = async (answer: Answer, status: number, error: string, because: string) => {
    assert.deepEqual([answer.status, answer.json().error], [status, error], answer.text);
    assert.equal(await causeOf(server.running, answer), because);
  };
  const codeForm = (code: { code: string; verifier: string }, by = publicClient) => ({
    grant_type: 'authorization_code',
    client_id: by.client_id,
    redirect_uri: by.redirect_uri,
    code: code.code,
    code_verifier: code.verifier,
  });
  const tokensOf = async (parameters: Record<string, string> = {}, proving = key) => {
    const code = await obtainCode(server, browser, publicClient, parameters);
    const answer = await proving.post(at('token'), codeForm(code));
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };

  before(async () => {
    server = await startAuthorizationServer({ oauth: {} }, async (made) => {
      home = made;
    });
    client = await server.register({
      grant_types: ['authorization_code', 'client_credentials'],
      scope: 'openid read',
    });
    publicClient = await server.register({ token_endpoint_auth_method: 'none' });
    browser = await server.browser();
    await server.consent(browser, publicClient, SCOPES);
    await server.consent(browser, client, ['openid', 'read']);
    key = await createDpopKey();
  });
  after(() => server?.close());

  test('the metadata names the algorithms', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
    assert.deepEqual(metadata.dpop_signing_alg_values_supported, ['ES256', 'PS256', 'EdDSA', 'Ed25519']);
  });

  describe('nonces', () => {
    /** A request of a client under a profile, or of another. */
    const request = async (profile: string | undefined, nonce?: string) => {
      const by = await server.register({
        grant_types: ['client_credentials'],
        redirect_uris: [],
        ...(profile !== undefined && { profile }),
      });
      const url = at('token');
      const dpop = await key.proof({ url, ...(nonce !== undefined && { nonce }) });
      const form = { grant_type: 'client_credentials', client_id: by.client_id };
      return post(url, form, { ...by.tls, headers: { dpop } });
    };
    /** Sets it while the server runs, and waits until a client is answered so. */
    const setTo = async (dpop_nonce: string, profile: string | undefined, status: number) => {
      await home.editDeployment((text) =>
        text.replace(/(^\[oauth\]\n)(?:dpop_nonce = .*\n)?/m, `$1dpop_nonce = "${dpop_nonce}"\n`),
      );
      return eventually(
        () => request(profile),
        (answer) => answer.status === status,
      );
    };

    test('are not asked for by themselves, and none is given to clients that then would have to know them', async () => {
      const answer = await request(undefined);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers['dpop-nonce'], undefined);
      const { access_token } = await tokensOf();
      const shown = await key.send(at('userinfo'), {}, access_token);
      assert.deepEqual([shown.status, shown.headers['dpop-nonce']], [200, undefined]);
    });

    test('are asked for under a FAPI 2.0 profile, and the first answer says which to use', async () => {
      const answer = await request('fapi2-security');
      await assertRefused(answer, 400, 'use_dpop_nonce', 'dpop_nonce_needed');
      const nonce = String(answer.headers['dpop-nonce']);
      const granted = await request('fapi2-security', nonce);
      assert.equal(granted.status, 200, granted.text);
      assert.equal(granted.headers['dpop-nonce'], nonce);
      const stale = await request('fapi2-security', 'x'.repeat(24));
      await assertRefused(stale, 400, 'use_dpop_nonce', 'dpop_nonce_needed');
    });

    test('that are sent unasked must be of this server', async () => {
      const answer = await request(undefined, 'x'.repeat(24));
      await assertRefused(answer, 400, 'use_dpop_nonce', 'dpop_nonce_needed');
      assert.equal((await request(undefined, String(answer.headers['dpop-nonce']))).status, 200);
    });

    test('are asked of everybody, or of nobody, by setting', async () => {
      const asked = await setTo('required', undefined, 400);
      await assertRefused(asked, 400, 'use_dpop_nonce', 'dpop_nonce_needed');
      const { access_token } = await tokensOf();
      const url = at('userinfo');
      const dpop = await key.proof({ method: 'GET', url, access_token });
      const headers = { authorization: `DPoP ${access_token}`, dpop };
      await assertRefused(await call(url, { headers }), 401, 'use_dpop_nonce', 'dpop_nonce_needed');
      await setTo('optional', 'fapi2-security', 200);
    });
  });

  test('a token is bound to the key alone, though the client authenticates by its certificate', async () => {
    const bound = (await key.post(at('token'), machine(), client.tls)).json();
    assert.equal(bound.token_type, 'DPoP');
    assert.deepEqual(claimsOf(bound.access_token).cnf, { jkt: key.jkt });
    const alone = await tokensOf();
    assert.equal(alone.token_type, 'DPoP');
    assert.deepEqual(claimsOf(alone.access_token).cnf, { jkt: key.jkt });
    const form = { token: String(alone.access_token), client_id: client.client_id };
    const shown = (await post(at('introspect'), form, client.tls)).json();
    assert.deepEqual([shown.token_type, shown.cnf], ['DPoP', { jkt: key.jkt }]);
  });

  test('UserInfo accepts it with a proof of this key and this token, and in no other way', async () => {
    const { access_token } = await tokensOf();
    const url = at('userinfo');
    const answer = await key.send(url, {}, access_token);
    assert.equal(answer.status, 200, answer.text);
    const asBearer = await call(url, { headers: { authorization: `Bearer ${access_token}` } });
    await assertRefused(asBearer, 401, 'invalid_token', 'token_binding_differs');
    const inForm = await post(url, { access_token: String(access_token) });
    await assertRefused(inForm, 401, 'invalid_token', 'token_binding_differs');
    const unproved = await call(url, { headers: { authorization: `DPoP ${access_token}` } });
    await assertRefused(unproved, 401, 'invalid_token', 'token_binding_differs');
    const other = await createDpopKey();
    await assertRefused(
      await other.send(url, {}, access_token),
      401,
      'invalid_token',
      'token_binding_differs',
    );
    const withoutHash = await key.proof({ method: 'GET', url });
    const headers = { authorization: `DPoP ${access_token}`, dpop: withoutHash };
    const refused = await call(url, { headers });
    await assertRefused(refused, 401, 'invalid_dpop_proof', 'dpop_proof_invalid');
    assert.match(
      String(refused.headers['www-authenticate']),
      /^DPoP realm="[^"]+", error="invalid_dpop_proof", algs="ES256 [^"]+", error_description="[^"]+"/,
    );
  });

  test('a request without a token is told both schemes', async () => {
    const { headers } = await call(at('userinfo'));
    assert.match(String(headers['www-authenticate']), /^Bearer realm="[^"]+", DPoP realm="[^"]+", algs="/);
  });

  test('a token that is not bound to a key is no DPoP token', async () => {
    const code = await obtainCode(server, browser, publicClient);
    const { access_token, token_type } = (await post(at('token'), codeForm(code))).json();
    assert.equal(token_type, 'Bearer');
    const answer = await key.send(at('userinfo'), {}, access_token);
    await assertRefused(answer, 401, 'invalid_token', 'token_binding_differs');
  });

  test('bound to certificate and key, where the client asked for both: both are needed', async () => {
    const both = await server.register({ tls_client_certificate_bound_access_tokens: true, scope: 'openid' });
    await server.consent(browser, both, ['openid']);
    const code = await obtainCode(server, browser, both, { scope: 'openid' });
    const { access_token } = (await key.post(at('token'), codeForm(code, both), both.tls)).json();
    assert.deepEqual(claimsOf(access_token).cnf, { 'x5t#S256': both.identity.thumbprint, jkt: key.jkt });
    const answer = await key.send(at('userinfo'), both.tls, access_token);
    assert.equal(answer.status, 200, answer.text);
    const withoutCertificate = await key.send(at('userinfo'), {}, access_token);
    await assertRefused(withoutCertificate, 401, 'invalid_token', 'token_binding_differs');
    const withoutProof = await call(at('userinfo'), {
      ...both.tls,
      headers: { authorization: `DPoP ${access_token}` },
    });
    await assertRefused(withoutProof, 401, 'invalid_token', 'token_binding_differs');
  });

  test('the refresh token of a public client is bound to the key (RFC 9449 §5)', async () => {
    const { refresh_token } = await tokensOf();
    const form = {
      grant_type: 'refresh_token',
      client_id: publicClient.client_id,
      refresh_token: String(refresh_token),
    };
    await assertRefused(await post(at('token'), form), 400, 'invalid_grant', 'token_binding_differs');
    const other = await createDpopKey();
    await assertRefused(await other.post(at('token'), form), 400, 'invalid_grant', 'token_binding_differs');
    const next = await key.post(at('token'), form);
    assert.equal(next.status, 200, next.text);
    assert.deepEqual(claimsOf(next.json().access_token).cnf, { jkt: key.jkt });
  });

  test('dpop_jkt binds the code to the key (RFC 9449 §10)', async () => {
    assert.ok((await tokensOf({ dpop_jkt: key.jkt })).access_token);
    const other = await createDpopKey();
    for (const send of [
      (form: Record<string, string>) => other.post(at('token'), form),
      (form: Record<string, string>) => post(at('token'), form),
    ]) {
      const code = await obtainCode(server, browser, publicClient, { dpop_jkt: key.jkt });
      await assertRefused(await send(codeForm(code)), 400, 'invalid_grant', 'dpop_key_differs');
    }
    const { challenge } = pkce();
    const malformed = await browser.get(
      authorizationUrl(server.issuer, publicClient, {
        dpop_jkt: 'short',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }),
    );
    assert.equal(redirected(malformed).parameters.error, 'invalid_request');
  });

  test('a proof at the PAR endpoint binds the code too (RFC 9449 §10.1)', async () => {
    const { verifier, challenge } = pkce();
    const { client_id, redirect_uri } = client;
    const form = {
      client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    const other = await createDpopKey();
    const differing = await other.post(at('par'), { ...form, dpop_jkt: key.jkt }, client.tls);
    await assertRefused(differing, 400, 'invalid_dpop_proof', 'dpop_key_differs');
    const pushed = await key.post(at('par'), form, client.tls);
    assert.equal(pushed.status, 201, pushed.text);
    const query = new URLSearchParams({ client_id, request_uri: String(pushed.json().request_uri) });
    const { code = '' } = redirected(await browser.get(`${at('authorize')}?${query}`)).parameters;
    const answer = await other.post(at('token'), codeForm({ code, verifier }, client), client.tls);
    await assertRefused(answer, 400, 'invalid_grant', 'dpop_key_differs');
  });

  test('a client registered for proofs must send them', async () => {
    const strict = await server.register({
      grant_types: ['client_credentials'],
      dpop_bound_access_tokens: true,
    });
    const form = { grant_type: 'client_credentials', client_id: strict.client_id };
    const answer = await post(at('token'), form, strict.tls);
    await assertRefused(answer, 400, 'invalid_dpop_proof', 'dpop_proof_missing');
    assert.equal((await key.post(at('token'), form, strict.tls)).status, 200);
  });

  test('proofs for another method or endpoint, and two proofs, are refused', async () => {
    const url = at('token');
    for (const wrong of [{ method: 'GET', url }, { url: at('par') }]) {
      const dpop = await key.proof(wrong);
      const answer = await post(url, machine(), { ...client.tls, headers: { dpop } });
      await assertRefused(answer, 400, 'invalid_dpop_proof', 'dpop_proof_invalid');
    }
  });

  test('the admin API takes bound tokens with their proof', async () => {
    const administrator = await server.browser({ roles: ['auditor'] });
    const tool = await server.register({ token_endpoint_auth_method: 'none', scope: 'openid admin:read' });
    await server.consent(administrator, tool, ['openid', 'admin:read']);
    const code = await obtainCode(server, administrator, tool, { scope: 'openid admin:read' });
    const { access_token } = (await key.post(at('token'), codeForm(code, tool))).json();
    const url = `${server.issuer}/api/admin/v1/clients`;
    const answer = await key.send(url, {}, access_token);
    assert.equal(answer.status, 200, answer.text);
    const asBearer = await call(url, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal(asBearer.status, 401);
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  type AuthorizationServer,
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
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { type ClientKey, createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, post } from './token-client.ts';

/** RFC 9101 (JAR) and JARM. */
describe('signed requests and responses', () => {
  let server: AuthorizationServer;
  let key: ClientKey;
  let client: TestClient;
  let browser: TestBrowser;
  let documents: Record<string, { body: string; type?: string }>;
  let documentsAt: string;
  const ending: (() => Promise<void>)[] = [];

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const object = (claims: Record<string, unknown> = {}, header?: Record<string, unknown>, by = client) =>
    requestObject(key, by.client_id, server.issuer, { ...wanted(by), ...claims }, header);
  const wanted = ({ redirect_uri }: TestClient) => ({
    response_type: 'code',
    redirect_uri,
    scope: SCOPES.join(' '),
  });
  const ask = (parameters: Record<string, string>, by = client) =>
    browser.get(`${at('authorize')}?${new URLSearchParams({ client_id: by.client_id, ...parameters })}`);
  const byValue = async (claims: Record<string, unknown> = {}, header?: Record<string, unknown>) =>
    ask({ request: await object(claims, header) });
  const codeOf = (answer: Answer) => {
    assert.equal(answer.status, 303, answer.text);
    return redirected(answer).parameters.code;
  };
  const keySet = async () => {
    const { keys } = (await call(at('jwks'))).json();
    return createLocalJWKSet({ keys: Array.isArray(keys) ? keys : [] });
  };
  const opened = async (response: unknown) => {
    const { payload } = await jwtVerify(String(response), await keySet(), {
      issuer: server.issuer,
      audience: client.client_id,
      requiredClaims: ['exp'],
    });
    return payload;
  };

  before(async () => {
    documents = {};
    const authority = await selfSigned('request objects');
    const listener: RequestListener = ({ url = '' }, response) => {
      const document = documents[url];
      if (!document) response.writeHead(404).end();
      else {
        response
          .writeHead(200, { 'content-type': document.type ?? 'application/oauth-authz-req+jwt' })
          .end(document.body);
      }
    };
    const publisher = await serveHttps({ after: () => {} }, authority, listener);
    documentsAt = publisher.origin;
    const folder = await mkdtemp(join(tmpdir(), 'countersign-'));
    const trusted_certificates_file = join(folder, 'objects.pem');
    await writeFile(trusted_certificates_file, authority.pem);
    ending.push(publisher.stop, () => rm(folder, { recursive: true }));
    server = await startAuthorizationServer({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file },
    });
    key = createClientKey();
    client = await server.register({
      jwks: key.jwks,
      request_uris: ['/good', '/absent', '/html'].map((path) => `${documentsAt}${path}`),
    });
    browser = await server.browser();
    await server.consent(browser, client, SCOPES);
  });
  after(async () => {
    await server?.close();
    for (const end of ending) await end();
  });

  test('the metadata says what is there', async () => {
    const metadata = (await call(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    assert.equal(metadata.request_parameter_supported, true);
    assert.equal(metadata.request_uri_parameter_supported, true);
    assert.equal(metadata.require_request_uri_registration, true);
    assert.deepEqual(metadata.response_modes_supported, [
      'query',
      'fragment',
      'form_post',
      'jwt',
      'query.jwt',
      'fragment.jwt',
      'form_post.jwt',
    ]);
  });

  describe('request objects', () => {
    test('what the object says counts, what stands beside it does not (RFC 9101 §6.3)', async () => {
      const { verifier, challenge } = pkce();
      const request = await object({
        state: 'signed',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        claims: { userinfo: { email: null } },
        max_age: 3600,
      });
      const answer = await ask({
        request,
        state: 'beside',
        scope: 'openid address',
        redirect_uri: client.redirect_uri,
      });
      const { parameters } = redirected(answer);
      assert.equal(parameters.state, 'signed');
      const tokens = await redeemCode(server, client, { code: parameters.code ?? '', verifier });
      assert.equal(tokens.json().scope, SCOPES.join(' '));
    });

    test('nothing beside the object completes it', async () => {
      const request = await object({ redirect_uri: undefined, scope: 'openid' });
      const answer = await ask({ request, redirect_uri: client.redirect_uri });
      assert.equal(answer.status, 400, 'nowhere that the object does not name');
      assert.equal(await causeOf(server.running, answer), 'parameter_missing');
    });

    const REFUSED: Record<string, [string, Record<string, unknown>, Record<string, unknown>?]> = {
      'another issuer': ['iss', { iss: 'another' }],
      'another audience': ['aud', { aud: 'https://other.example' }],
      'other audiences': ['aud', { aud: ['https://other.example', 'https://another.example'] }],
      'no audience among audiences': ['aud', { aud: [] }],
      'the authorization endpoint as audience': ['aud', { aud: 'https://localhost/oauth2/authorize' }],
      'another client_id': ['client_id', { client_id: 'another' }],
      'an exp that is over': ['exp', { exp: 1000 }],
      'an exp too far ahead': ['exp', { exp: Math.floor(Date.now() / 1000) + 4000 }],
      'an nbf to come': ['nbf', { nbf: Math.floor(Date.now() / 1000) + 120 }],
      'an iat to come': ['iat', { iat: Math.floor(Date.now() / 1000) + 120 }],
      'an object within': ['request', { request: 'e30.e30.e30' }],
      'a request_uri within': ['request_uri', { request_uri: 'https://client.example/r' }],
      'the typ of an access token': ['typ', {}, { typ: 'at+jwt' }],
      'an unknown kid': ['kid', {}, { kid: 'unknown' }],
    };
    for (const [name, [field, claims, header]] of Object.entries(REFUSED)) {
      test(`refused: ${name}`, async () => {
        const answer = await byValue(claims, header);
        assert.equal(answer.status, 400);
        assert.equal(await causeOf(server.running, answer), 'request_object_invalid');
        assert.match(server.running.output(), new RegExp(`"field":"${field}"`));
      });
    }

    test('of iss, aud and exp an ordinary client needs none (OIDC Core §6.1)', async () => {
      const none = { iss: undefined, aud: undefined, exp: undefined, nbf: undefined, iat: undefined };
      for (const missing of [
        { exp: undefined },
        { iss: undefined },
        { aud: undefined },
        { aud: [server.issuer, 'https://other.example'], exp: undefined },
        none,
        { ...none, jti: undefined, client_id: undefined },
      ]) {
        const answer = await byValue(missing);
        assert.ok(codeOf(answer), JSON.stringify(missing));
      }
      const pushed = await post(
        at('par'),
        { client_id: client.client_id, request: await object(none) },
        client.tls,
      );
      assert.equal(pushed.status, 201, pushed.text);
    });

    test('those that are there are checked though others are not', async () => {
      const wrong: Record<string, Record<string, unknown>> = {
        iss: { iss: 'another', aud: undefined, exp: undefined },
        aud: { aud: 'https://other.example', iss: undefined, exp: undefined },
        exp: { exp: 1000, iss: undefined, aud: undefined },
        nbf: { nbf: Math.floor(Date.now() / 1000) + 120, exp: undefined },
        client_id: { client_id: 'another', iss: undefined, aud: undefined, exp: undefined },
      };
      for (const [field, claims] of Object.entries(wrong)) {
        const answer = await byValue(claims);
        assert.equal(await causeOf(server.running, answer), 'request_object_invalid', field);
      }
    });

    test('without exp, too, one with a jti is of use once', async () => {
      const request = await object({ exp: undefined });
      assert.ok(codeOf(await ask({ request })));
      assert.equal(await causeOf(server.running, await ask({ request })), 'request_object_replayed');
    });

    test('under a profile iss, aud and exp must be there', async () => {
      for (const profile of ['fapi2-security', 'fapi2-message-signing'] as const) {
        const strict = await server.register({ jwks: key.jwks, profile });
        for (const field of ['iss', 'aud', 'exp']) {
          const request = await object({ [field]: undefined }, undefined, strict);
          const answer = await post(at('par'), { client_id: strict.client_id, request }, strict.tls);
          assert.deepEqual(
            [answer.status, answer.json().error, await causeOf(server.running, answer)],
            [400, 'invalid_request_object', 'request_object_invalid'],
            `${profile} ${field}`,
          );
        }
      }
    });

    test('an object that could be a client assertion is refused (RFC 9101 §10.8)', async () => {
      const answer = await byValue({ sub: client.client_id });
      assert.equal(await causeOf(server.running, answer), 'request_object_invalid');
    });

    test('unsigned objects, and those signed by another key, are refused', async () => {
      const signed = await object();
      const [, payload = ''] = signed.split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const foreign = await requestObject(
        createClientKey(),
        client.client_id,
        server.issuer,
        wanted(client),
        {
          kid: key.kid,
        },
      );
      for (const request of [`${none}.${payload}.`, foreign, 'e30', '…']) {
        const answer = await ask({ request });
        assert.equal(await causeOf(server.running, answer), 'request_object_invalid', request.slice(0, 40));
      }
    });

    test('with a jti it is of use once', async () => {
      const request = await object();
      assert.ok(codeOf(await ask({ request })));
      const again = await ask({ request });
      assert.equal(await causeOf(server.running, again), 'request_object_replayed');
      assert.equal(again.status, 400);
    });

    test('the registered algorithm is the only one', async () => {
      const strict = await server.register({ jwks: key.jwks, request_object_signing_alg: 'PS256' });
      const answer = await ask({ request: await object({}, undefined, strict) }, strict);
      assert.equal(await causeOf(server.running, answer), 'request_object_invalid');
    });

    test('a client that must use them cannot do without', async () => {
      const strict = await server.register({ jwks: key.jwks, require_signed_request_object: true });
      await server.consent(browser, strict, SCOPES);
      const answer = await browser.get(authorizationUrl(server.issuer, strict));
      assert.equal(redirected(answer).parameters.error, 'invalid_request');
      assert.equal(await causeOf(server.running, answer), 'request_object_missing');
      assert.ok(codeOf(await ask({ request: await object({}, undefined, strict) }, strict)));
      const plain = { ...wanted(strict), client_id: strict.client_id };
      assert.equal((await post(at('par'), plain, strict.tls)).json().error, 'invalid_request');
    });

    test('inside a pushed request (RFC 9126 §3)', async () => {
      const { client_id } = client;
      const pushed = await post(at('par'), { client_id, request: await object({ state: 's' }) }, client.tls);
      assert.equal(pushed.status, 201, pushed.text);
      const answer = await ask({ request_uri: String(pushed.json().request_uri) });
      assert.equal(redirected(answer).parameters.state, 's');
      const other = await server.register({ jwks: key.jwks });
      const stolen = { client_id: other.client_id, request: await object() };
      const refused = await post(at('par'), stolen, other.tls);
      assert.deepEqual([refused.status, refused.json().error], [400, 'invalid_request_object']);
    });

    test('by reference, from a registered URI alone', async () => {
      const uri = (path: string) => `${documentsAt}${path}`;
      documents['/good'] = { body: await object({ state: 'fetched' }) };
      documents['/html'] = { body: '<p>', type: 'text/html' };
      assert.equal(redirected(await ask({ request_uri: uri('/good') })).parameters.state, 'fetched');
      const expected = {
        '/unregistered': 'request_uri_not_registered',
        '/good?x': 'request_uri_not_registered',
        '/absent': 'request_uri_unavailable',
        '/html': 'request_uri_unavailable',
      };
      for (const [path, cause] of Object.entries(expected)) {
        const answer = await ask({ request_uri: uri(path), redirect_uri: client.redirect_uri });
        assert.equal(redirected(answer).parameters.error, 'invalid_request_uri', path);
        assert.equal(await causeOf(server.running, answer), cause, path);
      }
      const both = await ask({ request_uri: uri('/good'), request: await object() });
      assert.equal(both.status, 400);
    });

    test('a fragment says which version of the document is meant (OIDC Core §6.2)', async () => {
      const uri = (path: string) => `${documentsAt}${path}`;
      const hashed = (path: string) =>
        `${uri(path)}#${createHash('sha256')
          .update(documents[path]?.body ?? '')
          .digest('base64url')}`;
      documents['/versioned'] = { body: await object({ state: 'first', jti: undefined }) };
      const versioned = await server.register({
        jwks: key.jwks,
        request_uris: [hashed('/versioned'), `${uri('/plain')}`, `${uri('/named')}#later`],
      });
      await server.consent(browser, versioned, SCOPES);
      const stateOf = async (request_uri: string) =>
        redirected(await ask({ request_uri }, versioned)).parameters.state;
      const written = async (path: string, state: string) => {
        documents[path] = { body: await object({ state, jti: undefined }, undefined, versioned) };
      };
      await written('/versioned', 'first');
      assert.equal(await stateOf(hashed('/versioned')), 'first');
      // Nothing of the earlier version is kept.
      await written('/versioned', 'second');
      assert.equal(await stateOf(hashed('/versioned')), 'second');
      assert.equal(await stateOf(uri('/versioned')), 'second');
      await written('/plain', 'plain');
      assert.equal(await stateOf(hashed('/plain')), 'plain');
      await written('/named', 'named');
      assert.equal(await stateOf(`${uri('/named')}#later`), 'named');
      for (const other of ['/other#x', '/versioned?x#y', '/versionedx']) {
        const refused = await ask(
          { request_uri: uri(other), redirect_uri: versioned.redirect_uri },
          versioned,
        );
        assert.equal(redirected(refused).parameters.error, 'invalid_request_uri', other);
        assert.equal(await causeOf(server.running, refused), 'request_uri_not_registered', other);
      }
    });
  });

  describe('signed responses', () => {
    const mode = async (response_mode: string, parameters: Record<string, string> = {}) =>
      browser.get(authorizationUrl(server.issuer, client, { response_mode, state: 's', ...parameters }));

    test('jwt and query.jwt put one signed response into the query', async () => {
      for (const response_mode of ['jwt', 'query.jwt']) {
        const answer = await mode(response_mode);
        assert.match(
          String(answer.headers.location),
          /^https:\/\/client\.example\/callback\?response=[^&#]+$/,
        );
        const { code, state, iss, exp = 0 } = await opened(redirected(answer).parameters.response);
        assert.equal(state, 's');
        assert.equal(iss, server.issuer);
        assert.match(String(code), /^[\w-]{43}$/);
        assert.ok(exp <= Date.now() / 1000 + 600);
      }
    });

    test('fragment.jwt and form_post.jwt', async () => {
      const fragment = await mode('fragment.jwt');
      assert.match(String(fragment.headers.location), /#response=[^&]+$/);
      const form = await mode('form_post.jwt');
      assert.equal(form.status, 200);
      const inputs = [...form.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
      assert.deepEqual(
        inputs.map(([, name]) => name),
        ['response'],
      );
      assert.equal((await opened(inputs[0]?.[2])).state, 's');
    });

    test('errors are signed too', async () => {
      const answer = await mode('jwt', { prompt: 'none login' });
      const { error, state, code } = await opened(redirected(answer).parameters.response);
      assert.deepEqual([error, state, code], ['invalid_request', 's', undefined]);
    });

    test('the registered algorithm is used, and response_modes are the only ones', async () => {
      const strict = await server.register({
        authorization_signed_response_alg: 'PS256',
        response_modes: ['query.jwt'],
      });
      await server.consent(browser, strict, SCOPES);
      const { response = '' } = redirected(
        await browser.get(authorizationUrl(server.issuer, strict)),
      ).parameters;
      const { protectedHeader, payload } = await jwtVerify(response, await keySet());
      assert.equal(protectedHeader.alg, 'PS256');
      assert.ok(payload.code);
      const plain = await browser.get(authorizationUrl(server.issuer, strict, { response_mode: 'query' }));
      assert.equal(redirected(plain).parameters.error, 'invalid_request');
    });
  });
});

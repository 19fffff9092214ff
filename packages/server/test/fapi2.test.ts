import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { connect, type SecureVersion } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { calculateJwkThumbprint } from 'jose';
import * as openid from 'openid-client';
import { makeCertificate, rsaKeys } from '../../x509/test/made-certificate.ts';
import { InvalidClientMetadata } from '../src/client/client-registration.ts';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  pkce,
  redirected,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createDpopKey, type DpopKey } from './dpop-client.ts';
import { causeOf } from './event-of.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const SCOPE = 'openid email offline_access';
const now = () => Math.floor(Date.now() / 1000);

type Parameters = Readonly<Record<string, string | undefined>>;

const present = (parameters: Parameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

describe('FAPI', () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let key: ClientKey;
  let dpop: DpopKey;
  /** FAPI 2.0 by certificate, FAPI 2.0 by assertion and DPoP, FAPI 2.0 Message Signing, FAPI 1.0 Advanced. */
  let certified: TestClient;
  let asserting: TestClient;
  let signing: TestClient;
  let advanced: TestClient;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;

  /** The parameters of a request that keeps every rule. */
  const wanted = ({ client_id, redirect_uri }: TestClient, challenge = pkce().challenge): Parameters => ({
    client_id,
    redirect_uri,
    response_type: 'code',
    scope: SCOPE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const push = (by: TestClient, changes: Parameters = {}, challenge?: string) =>
    post(at('par'), present({ ...wanted(by, challenge), ...changes }), by.tls);
  const visit = ({ client_id }: TestClient, pushed: Answer) => {
    assert.equal(pushed.status, 201, pushed.text);
    const request_uri = String(pushed.json().request_uri);
    return browser.get(`${at('authorize')}?${new URLSearchParams({ client_id, request_uri })}`);
  };
  const authorized = async (by: TestClient, changes: Parameters = {}) => {
    const { verifier, challenge } = pkce();
    const answer = await visit(by, await push(by, changes, challenge));
    const { code } = redirected(answer).parameters;
    assert.ok(code, JSON.stringify(redirected(answer)));
    return { code, code_verifier: verifier };
  };
  const redeem = (by: TestClient, code: Record<string, string>) =>
    post(
      at('token'),
      { grant_type: 'authorization_code', client_id: by.client_id, redirect_uri: by.redirect_uri, ...code },
      by.tls,
    );
  const refresh = (by: TestClient, refresh_token: unknown) =>
    post(
      at('token'),
      { grant_type: 'refresh_token', client_id: by.client_id, refresh_token: String(refresh_token) },
      by.tls,
    );
  const assertion = (claims: Record<string, unknown> = {}, by = key, client = asserting) =>
    clientAssertion(by, client.client_id, server.issuer, claims);
  const machine = (claims: Record<string, unknown> = {}, by = key) =>
    assertion(claims, by).then((proof) => ({
      grant_type: 'client_credentials',
      client_id: asserting.client_id,
      ...proof,
    }));
  const object = (by: TestClient, claims: Record<string, unknown> = {}, header?: Record<string, unknown>) =>
    requestObject(
      key,
      by.client_id,
      server.issuer,
      { ...wanted(by), response_mode: 'jwt', ...claims },
      header,
    );
  const pushObject = async (by: TestClient, request: string) =>
    post(at('par'), { client_id: by.client_id, request }, by.tls);

  before(async () => {
    server = await startAuthorizationServer({
      // More than FAPI allows, so that it is the profile that holds.
      oauth: { authorization_code_lifetime: 600, signing_algorithm: 'RS256' },
      'transport.https': { strict_transport_security_max_age: 31_536_000 },
    });
    browser = await server.browser();
    key = createClientKey('PS256');
    dpop = await createDpopKey();
    const grant_types = ['authorization_code', 'refresh_token', 'client_credentials'];
    certified = await server.register({ profile: 'fapi2-security', scope: SCOPE });
    asserting = await server.register({
      profile: 'fapi2-security',
      scope: SCOPE,
      grant_types,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: key.jwks,
    });
    signing = await server.register({ profile: 'fapi2-message-signing', scope: SCOPE, jwks: key.jwks });
    advanced = await server.register({ profile: 'fapi1-advanced', scope: SCOPE, jwks: key.jwks });
    for (const client of [certified, asserting, signing, advanced]) {
      await server.consent(browser, client, SCOPE.split(' '));
    }
  });
  after(() => server?.close());

  /** Each rule of registration: the clause, what breaks it, and the field that is refused. */
  const REGISTRATIONS: readonly (readonly [
    clause: string,
    rule: string,
    metadata: () => Record<string, unknown>,
    field: string,
  ])[] = [
    [
      'FAPI 2.0 Security Profile §5.3.2.1-2',
      'no password grant',
      () => ({ grant_types: ['authorization_code', 'password'] }),
      'grant_types',
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-3',
      'only confidential clients',
      () => ({ token_endpoint_auth_method: 'none' }),
      'token_endpoint_auth_method',
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-4',
      'only sender-constrained tokens',
      () => ({ tls_client_certificate_bound_access_tokens: false }),
      'tls_client_certificate_bound_access_tokens',
    ],
    ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt'].map(
      (method) =>
        [
          'FAPI 2.0 Security Profile §5.3.2.1-6',
          `mutual TLS or private_key_jwt, not ${method}`,
          () => ({ token_endpoint_auth_method: method }),
          'token_endpoint_auth_method',
        ] as const,
    ),
    [
      'FAPI 2.0 Security Profile §5.3.2.2-8',
      'no http redirect URI of a web application',
      () => ({ redirect_uris: ['http://127.0.0.1/cb'], application_type: 'web' }),
      'redirect_uris',
    ],
    ...[
      'token_endpoint_auth_signing_alg',
      'request_object_signing_alg',
      'id_token_signed_response_alg',
      'userinfo_signed_response_alg',
      'introspection_signed_response_alg',
      'authorization_signed_response_alg',
    ].map(
      (field) =>
        [
          'FAPI 2.0 Security Profile §5.4.1-1',
          `PS256, ES256 or EdDSA as ${field}`,
          () => ({ [field]: 'RS256' }),
          field,
        ] as const,
    ),
    [
      'FAPI 2.0 Security Profile §5.4.1-2',
      'RSA keys of 2048 bits',
      () => ({
        certificates: [
          certificateToPem(makeCertificate({ subject: 'weak', keys: rsaKeys(1024) }).certificate),
        ],
      }),
      'certificates',
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-1',
      'keys for request objects',
      () => ({ profile: 'fapi2-message-signing' }),
      'jwks',
    ],
    [
      'FAPI 2.0 Message Signing §5.4.1-1',
      'signed response modes',
      () => ({ profile: 'fapi2-message-signing', jwks: key.jwks, response_modes: ['jwt', 'query'] }),
      'response_modes',
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-5',
      'tokens bound to the certificate, DPoP is not enough',
      () => ({
        profile: 'fapi1-advanced',
        jwks: key.jwks,
        tls_client_certificate_bound_access_tokens: false,
        dpop_bound_access_tokens: true,
      }),
      'tls_client_certificate_bound_access_tokens',
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-14',
      'mutual TLS or private_key_jwt',
      () => ({ profile: 'fapi1-advanced', jwks: key.jwks, token_endpoint_auth_method: 'client_secret_jwt' }),
      'token_endpoint_auth_method',
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-16',
      'no public clients',
      () => ({ profile: 'fapi1-advanced', jwks: key.jwks, token_endpoint_auth_method: 'none' }),
      'token_endpoint_auth_method',
    ],
    [
      'FAPI 1.0 Advanced §8.6',
      'PS256 or ES256',
      () => ({ profile: 'fapi1-advanced', jwks: key.jwks, id_token_signed_response_alg: 'EdDSA' }),
      'id_token_signed_response_alg',
    ],
    [
      'FAPI 1.0 Baseline §5.2.2-20',
      'https redirect URIs',
      () => ({
        profile: 'fapi1-advanced',
        jwks: key.jwks,
        redirect_uris: ['http://127.0.0.1/cb'],
        application_type: 'native',
      }),
      'redirect_uris',
    ],
  ];

  describe('registrations that break a rule', () => {
    for (const [clause, rule, metadata, field] of REGISTRATIONS) {
      test(`${clause}: ${rule}`, async () => {
        await assert.rejects(
          server.register({ profile: 'fapi2-security', ...metadata() }),
          (error: unknown) =>
            error instanceof InvalidClientMetadata && error.field === field && error.message.includes(clause),
        );
      });
    }

    test('a native application may have a loopback redirect URI (FAPI 2.0 §5.3.2.2-8)', async () => {
      assert.ok(await server.register({ profile: 'fapi2-security', redirect_uris: ['http://127.0.0.1/cb'] }));
    });

    test('DPoP is enough for FAPI 2.0 (§5.3.2.1-5)', async () => {
      assert.ok(
        await server.register({
          profile: 'fapi2-security',
          tls_client_certificate_bound_access_tokens: false,
          dpop_bound_access_tokens: true,
        }),
      );
    });
  });

  /** Each rule at run time: the clause, a request that breaks it, and the error it gets. */
  const REQUESTS: readonly (readonly [
    clause: string,
    rule: string,
    request: () => Promise<Answer>,
    error: readonly [status: number, error: string, because: string],
  ])[] = [
    [
      'FAPI 2.0 Security Profile §5.3.2.1-2',
      'no password grant',
      () =>
        post(
          at('token'),
          { grant_type: 'password', client_id: certified.client_id, username: 'ada', password: 'ada' },
          certified.tls,
        ),
      [400, 'unauthorized_client', 'grant_type_not_registered'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-4',
      'no token without certificate or DPoP proof',
      async () => post(at('token'), await machine()),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-6',
      'no client secret',
      () =>
        post(at('token'), {
          grant_type: 'client_credentials',
          client_id: asserting.client_id,
          client_secret: 'secret',
        }),
      [401, 'invalid_client', 'other_method_registered'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-8',
      'the issuer as aud, not the endpoint',
      async () => dpop.post(at('token'), await machine({ aud: at('token') })),
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-8',
      'the issuer as aud, not within an array',
      async () => dpop.post(at('token'), await machine({ aud: [server.issuer] })),
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-12',
      'a code bound to a DPoP key needs its proof',
      async () => redeem(certified, await authorized(certified, { dpop_jkt: dpop.jkt })),
      [400, 'invalid_grant', 'dpop_key_differs'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-13',
      'no iat more than 60 seconds ahead',
      async () => dpop.post(at('token'), await machine({ iat: now() + 61, exp: now() + 120 })),
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-13',
      'no nbf more than 60 seconds ahead',
      async () => dpop.post(at('token'), await machine({ nbf: now() + 61, exp: now() + 120 })),
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-1',
      'response_type code',
      () => push(certified, { response_type: 'code id_token' }),
      [400, 'unsupported_response_type', 'response_type_not_registered'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-3',
      'no request that was not pushed',
      () => browser.get(authorizationUrl(server.issuer, certified, wanted(certified))),
      [303, 'invalid_request', 'pushed_request_required'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-4',
      'no pushed request without client authentication',
      () => post(at('par'), present(wanted(certified))),
      [401, 'invalid_client', 'certificate_absent'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-5',
      'PKCE',
      () => push(certified, { code_challenge: undefined, code_challenge_method: undefined }),
      [400, 'invalid_request', 'pkce_missing'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-5',
      'PKCE with S256',
      () => push(certified, { code_challenge: 'c'.repeat(43), code_challenge_method: 'plain' }),
      [400, 'invalid_request', 'parameter_unsupported'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-6',
      'redirect_uri in the pushed request',
      () => push(certified, { redirect_uri: undefined, scope: 'offline_access' }),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.2-9',
      'a code serves once',
      async () => {
        const code = await authorized(certified);
        assert.equal((await redeem(certified, code)).status, 200);
        return redeem(certified, code);
      },
      [400, 'invalid_grant', 'code_reused'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.4-1',
      'no access token in the query',
      async () => {
        const { access_token } = (await redeem(certified, await authorized(certified))).json();
        return call(`${at('userinfo')}?access_token=${access_token}`, certified.tls);
      },
      [401, 'invalid_token', 'token_absent'],
    ],
    [
      'FAPI 2.0 Security Profile §5.3.4-5',
      'a token needs the certificate it is bound to',
      async () => {
        const { access_token } = (await redeem(certified, await authorized(certified))).json();
        return call(at('userinfo'), { headers: { authorization: `Bearer ${access_token}` } });
      },
      [401, 'invalid_token', 'token_binding_differs'],
    ],
    [
      'FAPI 2.0 Security Profile §5.4.1-1',
      'no RS256',
      async () => {
        const rs256: ClientKey = { ...key, sign: (claims) => key.sign(claims, { alg: 'RS256' }) };
        const signed = await clientAssertion(rs256, asserting.client_id, server.issuer);
        return dpop.post(at('token'), {
          grant_type: 'client_credentials',
          client_id: asserting.client_id,
          ...signed,
        });
      },
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Security Profile §5.4.1-1',
      'no alg none',
      async () => {
        const { client_assertion = '', ...others } = await machine();
        const none = Buffer.from('{"alg":"none"}').toString('base64url');
        return dpop.post(at('token'), {
          ...others,
          client_assertion: `${none}.${client_assertion.split('.')[1]}.`,
        });
      },
      [401, 'invalid_client', 'client_assertion_invalid'],
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-1',
      'a signed request object',
      () => push(signing, { response_mode: 'jwt' }),
      [400, 'invalid_request', 'request_object_missing'],
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-2',
      'the issuer as its aud',
      async () => pushObject(signing, await object(signing, { aud: at('par') })),
      [400, 'invalid_request_object', 'request_object_invalid'],
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-3',
      'an nbf',
      async () => pushObject(signing, await object(signing, { nbf: undefined })),
      [400, 'invalid_request_object', 'request_object_invalid'],
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-3',
      'an nbf of at most an hour ago',
      async () => pushObject(signing, await object(signing, { nbf: now() - 3700, exp: now() - 200 + 210 })),
      [400, 'invalid_request_object', 'request_object_invalid'],
    ],
    [
      'FAPI 2.0 Message Signing §5.3.1-4',
      'an exp of at most an hour after nbf',
      async () => pushObject(signing, await object(signing, { nbf: now() - 600, exp: now() + 3100 })),
      [400, 'invalid_request_object', 'request_object_invalid'],
    ],
    [
      'FAPI 2.0 Message Signing §5.4.1-1',
      'a signed response',
      async () => pushObject(signing, await object(signing, { response_mode: 'query' })),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 2.0 Message Signing §5.4.1-1',
      'a signed response, not by default',
      async () => pushObject(signing, await object(signing, { response_mode: undefined })),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-1',
      'a signed request object',
      () =>
        browser.get(
          authorizationUrl(server.issuer, advanced, {
            ...wanted(advanced),
            response_mode: 'query',
            nonce: 'n',
          }),
        ),
      [303, 'invalid_request', 'request_object_missing'],
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-2',
      'response_mode jwt',
      async () => pushObject(advanced, await object(advanced, { nonce: 'n', response_mode: 'query' })),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 1.0 Advanced §5.2.2-18',
      'PKCE in a pushed request',
      async () =>
        pushObject(
          advanced,
          await object(advanced, { nonce: 'n', code_challenge: undefined, code_challenge_method: undefined }),
        ),
      [400, 'invalid_request', 'pkce_missing'],
    ],
    [
      'FAPI 1.0 Baseline §5.2.2-9',
      'redirect_uri in the request',
      async () =>
        pushObject(
          advanced,
          await object(advanced, { redirect_uri: undefined, scope: undefined, state: 's' }),
        ),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 1.0 Baseline §5.2.2.2',
      'a nonce with openid',
      async () => pushObject(advanced, await object(advanced)),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
    [
      'FAPI 1.0 Baseline §5.2.2.3',
      'a state without openid',
      async () => pushObject(advanced, await object(advanced, { scope: 'email', nonce: 'n' })),
      [400, 'invalid_request', 'profile_rule_broken'],
    ],
  ];

  const errorOf = async (answer: Answer): Promise<unknown> => {
    if (answer.status !== 303) return answer.json().error;
    const { error, response } = redirected(answer).parameters;
    return response === undefined ? error : claimsOf(response).error;
  };

  describe('requests that break a rule', () => {
    for (const [clause, rule, request, [status, error, because]] of REQUESTS) {
      test(`${clause}: ${rule}`, async () => {
        const answer = await request();
        assert.deepEqual([answer.status, await errorOf(answer)], [status, error], answer.text);
        assert.equal(await causeOf(server.running, answer), because);
      });
    }
  });

  describe('what the server does', () => {
    const handshake = (options: {
      maxVersion?: SecureVersion;
      minVersion?: SecureVersion;
      ciphers?: string;
    }) =>
      new Promise<string>((done, fail) => {
        const { port } = new URL(server.issuer);
        const socket = connect(
          { host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ...options },
          () => {
            done(socket.getCipher().standardName);
            socket.destroy();
          },
        );
        socket.on('error', fail);
      });

    test('§5.2.1: TLS 1.2 or later', async () => {
      await assert.rejects(
        handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      );
    });

    test('§5.2.2: with TLS 1.2 the cipher suites of RFC 9325 §4.2', async () => {
      const name = await handshake({ maxVersion: 'TLSv1.2' });
      assert.match(name, /^TLS_ECDHE_(RSA|ECDSA)_WITH_AES_(128_GCM_SHA256|256_GCM_SHA384)$/);
      for (const ciphers of [
        'ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256',
        'ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA',
        'AES128-GCM-SHA256',
        'ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-CHACHA20-POLY1305',
      ]) {
        await assert.rejects(handshake({ maxVersion: 'TLSv1.2', ciphers }), ciphers);
      }
    });

    test('§5.2.3: strict transport security where it is set, no CORS at the authorization endpoint', async () => {
      const url = authorizationUrl(server.issuer, certified, wanted(certified));
      const { headers } = await call(url, { headers: { origin: 'https://client.example' } });
      assert.equal(headers['strict-transport-security'], 'max-age=31536000');
      assert.equal(headers['access-control-allow-origin'], undefined);
    });

    test('§5.3.2.1-1: the metadata is published', async () => {
      const metadata = (await call(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
      assert.equal(metadata.issuer, server.issuer);
      assert.equal(metadata.pushed_authorization_request_endpoint, at('par'));
      assert.equal(metadata.authorization_response_iss_parameter_supported, true);
    });

    test('§5.3.2.1-9: refresh tokens are not rotated', async () => {
      const first = (await redeem(certified, await authorized(certified))).json();
      assert.ok(first.refresh_token);
      for (let time = 0; time < 3; time++) {
        const answer = await refresh(certified, first.refresh_token);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json().refresh_token, undefined);
      }
    });

    test('§5.3.2.1-11: codes live for 60 seconds at most, whatever [oauth] says', async () => {
      const { code } = await authorized(certified);
      const stored = await server.opened.storage.authorizationCodes.find(hashOpaqueToken(code));
      assert.ok(stored && stored.expires_at <= Date.now() + 60_000);
      const usual = await server.register();
      await server.consent(browser, usual, SCOPE.split(' '));
      const other = await obtainCode(server, browser, usual, { scope: 'openid' });
      const longer = await server.opened.storage.authorizationCodes.find(hashOpaqueToken(other.code));
      assert.ok(longer && longer.expires_at > Date.now() + 500_000);
    });

    test('§5.3.2.1-13: clocks ten seconds ahead are accepted', async () => {
      // Learns the nonce: an assertion is of use once.
      await dpop.post(at('token'), await machine());
      const answer = await dpop.post(
        at('token'),
        await machine({ iat: now() + 10, nbf: now() + 10, exp: now() + 60 }),
      );
      assert.equal(answer.status, 200, answer.text);
    });

    test('§5.3.2.2-7, -11: 303 to the client with the issuer', async () => {
      const answer = await visit(certified, await push(certified, { state: 's'.repeat(1500) }));
      assert.equal(answer.status, 303);
      assert.equal(redirected(answer).parameters.iss, server.issuer);
      assert.equal(redirected(answer).parameters.state?.length, 1500);
    });

    test('§5.3.2.2-12: a request_uri lives for less than 600 seconds', async () => {
      const { expires_in } = (await push(certified)).json();
      assert.ok(typeof expires_in === 'number' && expires_in < 600);
    });

    test('§5.3.2.2-14: a nonce of 64 characters comes back', async () => {
      const nonce = randomBytes(32).toString('hex');
      const tokens = (await redeem(certified, await authorized(certified, { nonce }))).json();
      assert.equal(claimsOf(tokens.id_token).nonce, nonce);
    });

    test('§5.4.1-1: tokens are not signed with RS256, though the deployment is', async () => {
      const tokens = (await redeem(certified, await authorized(certified))).json();
      for (const token of [tokens.access_token, tokens.id_token]) {
        const header = JSON.parse(Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString());
        assert.equal(header.alg, 'ES256');
      }
    });

    test('Message Signing §5.3.1-5, §5.4.1-1, §5.5.1-1: signed requests, responses, introspection', async () => {
      const { verifier, challenge } = pkce();
      for (const typ of ['oauth-authz-req+jwt', 'JWT', undefined]) {
        const request = await object(signing, { code_challenge: challenge, state: 's' }, { typ });
        const answer = await visit(signing, await pushObject(signing, request));
        const { response, ...others } = redirected(answer).parameters;
        assert.deepEqual(others, {}, 'everything is inside the signed response');
        const { code, iss, aud } = claimsOf(response);
        assert.deepEqual([iss, aud], [server.issuer, signing.client_id]);
        const tokens = (await redeem(signing, { code: String(code), code_verifier: verifier })).json();
        assert.ok(tokens.access_token);
        const accept = { accept: 'application/token-introspection+jwt' };
        const options: Call = { ...signing.tls, headers: accept };
        const form = { client_id: signing.client_id, token: String(tokens.access_token) };
        const shown = await post(at('introspect'), form, options);
        assert.equal(shown.headers['content-type'], 'application/token-introspection+jwt');
      }
    });

    test('FAPI 1.0 Advanced: a signed request by value, a signed response, a bound token', async () => {
      const { verifier, challenge } = pkce();
      const request = await object(advanced, { code_challenge: challenge, nonce: 'n' });
      const { client_id, redirect_uri } = advanced;
      const query = new URLSearchParams({ client_id, request, response_type: 'code', scope: SCOPE });
      const answer = await browser.get(`${at('authorize')}?${query}`);
      const { code } = claimsOf(redirected(answer).parameters.response);
      const redeemed = await redeem(advanced, { code: String(code), code_verifier: verifier, redirect_uri });
      assert.deepEqual(claimsOf(redeemed.json().access_token).cnf, {
        'x5t#S256': advanced.identity.thumbprint,
      });
    });

    test('FAPI 1.0 Advanced: an assertion for the token endpoint, or for the endpoint it is sent to', async () => {
      const client = await server.register({
        profile: 'fapi1-advanced',
        scope: SCOPE,
        grant_types: ['client_credentials', 'authorization_code'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: key.jwks,
      });
      const proof = (aud: unknown) => assertion({ aud }, key, client);
      const request = await object(client, { code_challenge: pkce().challenge, nonce: 'n' });
      const other = 'https://other.example';
      for (const [endpoint, form] of [
        ['token', { grant_type: 'client_credentials' }],
        ['introspect', { token: 'x' }],
        ['revoke', { token: 'x' }],
      ] as const) {
        for (const aud of [server.issuer, at('token'), at(endpoint), [server.issuer, at('token')]]) {
          const answer = await post(at(endpoint), { ...form, ...(await proof(aud)) }, client.tls);
          assert.equal(answer.status, 200, `${endpoint} ${aud}: ${answer.text}`);
        }
        for (const aud of [other, [other, server.issuer]]) {
          const answer = await post(at(endpoint), { ...form, ...(await proof(aud)) }, client.tls);
          assert.deepEqual([answer.status, answer.json().error], [401, 'invalid_client']);
          assert.equal(await causeOf(server.running, answer), 'client_assertion_invalid');
        }
      }
      const pushed = await post(at('par'), { request, ...(await proof(at('par'))) }, client.tls);
      assert.equal(pushed.status, 201, pushed.text);
    });

    test('FAPI 2.0 with mutual TLS and DPoP binds to the key alone, unless the client asked for both', async () => {
      const cnfOf = async (metadata: Record<string, unknown>) => {
        const client = await server.register({
          profile: 'fapi2-security',
          grant_types: ['client_credentials'],
          dpop_bound_access_tokens: true,
          ...metadata,
        });
        const form = { grant_type: 'client_credentials', client_id: client.client_id };
        const answer = await dpop.post(at('token'), form, client.tls);
        return { client, cnf: claimsOf(answer.json().access_token).cnf };
      };
      assert.deepEqual((await cnfOf({})).cnf, { jkt: dpop.jkt });
      const { client, cnf } = await cnfOf({ tls_client_certificate_bound_access_tokens: true });
      assert.deepEqual(cnf, { 'x5t#S256': client.identity.thumbprint, jkt: dpop.jkt });
    });

    test('FAPI 1.0 Advanced §5.2.2-5: a client that does not say so asks for binding', async () => {
      const found = await server.opened.storage.clients.find(advanced.client_id);
      assert.equal(found?.metadata.tls_client_certificate_bound_access_tokens, true);
      assert.equal(found.metadata.id_token_signed_response_alg, 'ES256');
      const { tls_client_certificate_bound_access_tokens: bound } =
        (await server.opened.storage.clients.find(certified.client_id))?.metadata ?? {};
      assert.equal(bound, undefined, 'under FAPI 2.0 a DPoP key will do');
    });

    test('FAPI 1.0 Advanced §5.2.2-5: a DPoP proof alone binds nothing', async () => {
      const client = await server.register({
        profile: 'fapi1-advanced',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: key.jwks,
      });
      const form = async () => ({
        grant_type: 'client_credentials',
        client_id: client.client_id,
        ...(await assertion({}, key, client)),
      });
      const answer = await dpop.post(at('token'), await form());
      assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request']);
      assert.equal(await causeOf(server.running, answer), 'profile_rule_broken');
      const bound = await post(at('token'), await form(), client.tls);
      assert.deepEqual(claimsOf(bound.json().access_token).cnf, { 'x5t#S256': client.identity.thumbprint });
    });
  });

  describe('openid-client, unmodified', () => {
    const PARAMETERS = { scope: SCOPE, code_challenge_method: 'S256' };
    const come = async (url: URL): Promise<URL> => {
      const { location } = (await browser.get(url.href)).headers;
      assert.ok(typeof location === 'string');
      return new URL(location);
    };
    const asymmetric = () => openid.randomDPoPKeyPair('ES256', { extractable: true });

    test('FAPI 2.0 Security Profile with mutual TLS', async () => {
      const { client_id, redirect_uri, identity } = certified;
      const config = await openid.discovery(
        new URL(server.issuer),
        client_id,
        { use_mtls_endpoint_aliases: true },
        openid.TlsClientAuth(),
        { [openid.customFetch]: mutualTlsFetch(identity) },
      );
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier);
      const expectedNonce = openid.randomNonce();
      const url = await openid.buildAuthorizationUrlWithPAR(config, {
        ...PARAMETERS,
        redirect_uri,
        code_challenge,
        nonce: expectedNonce,
      });
      const tokens = await openid.authorizationCodeGrant(config, await come(url), {
        pkceCodeVerifier,
        expectedNonce,
        idTokenExpected: true,
      });
      const sub = tokens.claims()?.sub ?? '';
      const person = await openid.fetchUserInfo(config, tokens.access_token, sub);
      assert.equal(person.email, 'ada@example.com');
      const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.deepEqual(claimsOf(next.access_token).cnf, { 'x5t#S256': identity.thumbprint });
    });

    const withDpop = async (profile: 'fapi2-security' | 'fapi2-message-signing') => {
      const { publicKey, privateKey } = await asymmetric();
      const jwk = await crypto.subtle.exportKey('jwk', publicKey);
      const client = await server.register({
        profile,
        scope: SCOPE,
        token_endpoint_auth_method: 'private_key_jwt',
        dpop_bound_access_tokens: true,
        jwks: { keys: [{ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, kid: 'k1' }] },
      });
      await server.consent(browser, client, SCOPE.split(' '));
      const config = await openid.discovery(
        new URL(server.issuer),
        client.client_id,
        {},
        openid.PrivateKeyJwt({ key: privateKey, kid: 'k1' }),
        { [openid.customFetch]: mutualTlsFetch(undefined) },
      );
      const keys = await asymmetric();
      const DPoP = openid.getDPoPHandle(config, keys);
      const jkt = await calculateJwkThumbprint(await crypto.subtle.exportKey('jwk', keys.publicKey));
      return { client, config, DPoP, jkt, key: { key: privateKey, kid: 'k1' } };
    };

    test('FAPI 2.0 Security Profile with private_key_jwt and DPoP', async () => {
      const { client, config, DPoP, jkt } = await withDpop('fapi2-security');
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const url = await openid.buildAuthorizationUrlWithPAR(
        config,
        {
          ...PARAMETERS,
          redirect_uri: client.redirect_uri,
          code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        },
        { DPoP },
      );
      const tokens = await openid.authorizationCodeGrant(
        config,
        await come(url),
        { pkceCodeVerifier, idTokenExpected: true },
        undefined,
        { DPoP },
      );
      assert.equal(tokens.token_type, 'dpop');
      assert.deepEqual(claimsOf(tokens.access_token).cnf, { jkt });
      const sub = tokens.claims()?.sub ?? '';
      const person = await openid.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
      assert.equal(person.email, 'ada@example.com');
      const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
      assert.equal(next.claims()?.sub, sub);
    });

    test('FAPI 2.0 Message Signing: request object, PAR, DPoP, signed response', async () => {
      const { client, config, DPoP, key: signingKey } = await withDpop('fapi2-message-signing');
      openid.useJwtResponseMode(config);
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const withObject = await openid.buildAuthorizationUrlWithJAR(
        config,
        {
          ...PARAMETERS,
          redirect_uri: client.redirect_uri,
          code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        },
        signingKey,
      );
      const url = await openid.buildAuthorizationUrlWithPAR(config, withObject.searchParams, { DPoP });
      const tokens = await openid.authorizationCodeGrant(
        config,
        await come(url),
        { pkceCodeVerifier, idTokenExpected: true },
        undefined,
        { DPoP },
      );
      assert.equal(tokens.claims()?.sub, browser.user.sub);
    });
  });
});

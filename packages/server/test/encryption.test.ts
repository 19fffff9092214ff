import assert from 'node:assert/strict';
import {
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { InvalidClientMetadata } from '../src/client/client-registration.ts';
import {
  type AuthorizationServer,
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
import { type ClientKey, clientAssertion, createClientKey, requestObject } from './request-object.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

type EncryptionKey = { readonly privateKey: KeyObject; readonly jwk: JsonWebKey & { readonly kid: string } };

function encryptionKey(kty: 'RSA' | 'EC' | 'X25519', members: object = { use: 'enc' }): EncryptionKey {
  const { publicKey, privateKey } =
    kty === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : kty === 'EC'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('x25519');
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid: randomUUID(), ...members } };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Nested JWTs (RFC 7519 §11.2): what is answered encrypted, and what is asked so. */
describe('encryption', () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let signing: ClientKey;
  let own: EncryptionKey;
  let client: TestClient;
  let published: readonly (JsonWebKey & { readonly kid: string })[];

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const keysOf = async (): Promise<readonly (JsonWebKey & { kid: string; use: string })[]> =>
    JSON.parse((await call(at('jwks'))).text).keys;
  const register = async (metadata: Record<string, unknown>) => {
    const registered = await server.register({
      jwks: { keys: [...signing.jwks.keys, own.jwk] },
      ...metadata,
    });
    await server.consent(browser, registered, SCOPES);
    return registered;
  };
  const wanted = (by: TestClient, claims: Record<string, unknown> = {}) => ({
    response_type: 'code',
    redirect_uri: by.redirect_uri,
    scope: SCOPES.join(' '),
    ...claims,
  });
  const signed = (claims: Record<string, unknown> = {}, by = client) =>
    requestObject(signing, by.client_id, server.issuer, wanted(by, claims));
  const serverKey = (kty: string) => published.find((key) => key.kty === kty) ?? assert.fail(`no ${kty} key`);
  const encrypted = async (
    content: string | Uint8Array,
    {
      alg = 'RSA-OAEP-256',
      enc = 'A256GCM',
      kty = alg.startsWith('RSA') ? 'RSA' : 'EC',
      ...header
    } = {} as Record<string, string>,
  ) => {
    const jwk = serverKey(kty);
    return new CompactEncrypt(typeof content === 'string' ? new TextEncoder().encode(content) : content)
      .setProtectedHeader({ alg, enc, kid: jwk.kid, cty: 'JWT', ...header })
      .encrypt(await importJWK(jwk, alg));
  };
  const ask = (request: string, by = client) =>
    browser.get(
      `${at('authorize')}?${new URLSearchParams({ client_id: by.client_id, redirect_uri: by.redirect_uri, request })}`,
    );
  const codeOf = (answer: Answer) => redirected(answer).parameters.code;

  before(async () => {
    server = await startAuthorizationServer();
    browser = await server.browser();
    signing = createClientKey('PS256');
    own = encryptionKey('RSA');
    client = await register({});
    published = (await keysOf()).filter(({ use }) => use === 'enc');
  });
  after(() => server?.close());

  describe('to the client', () => {
    test('openid-client, unmodified, decrypts ID token, UserInfo and the signed authorization response', async () => {
      const by = await register({
        id_token_encrypted_response_alg: 'RSA-OAEP-256',
        id_token_encrypted_response_enc: 'A256GCM',
        userinfo_signed_response_alg: 'PS256',
        userinfo_encrypted_response_alg: 'RSA-OAEP-256',
        userinfo_encrypted_response_enc: 'A256GCM',
        authorization_encrypted_response_alg: 'RSA-OAEP-256',
        authorization_encrypted_response_enc: 'A256GCM',
      });
      const config = await openid.discovery(
        new URL(server.issuer),
        by.client_id,
        { userinfo_signed_response_alg: 'PS256' },
        openid.TlsClientAuth(),
        { [openid.customFetch]: mutualTlsFetch(by.identity) },
      );
      openid.useJwtResponseMode(config);
      openid.enableDecryptingResponses(config, ['A256GCM'], {
        key: await crypto.subtle.importKey(
          'jwk',
          own.privateKey.export({ format: 'jwk' }),
          { name: 'RSA-OAEP', hash: 'SHA-256' },
          false,
          ['decrypt'],
        ),
        alg: 'RSA-OAEP-256',
        kid: own.jwk.kid,
      });
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: by.redirect_uri,
        scope: SCOPES.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
      });
      const { location } = (await browser.get(url.href)).headers;
      const response = new URL(String(location)).searchParams.get('response') ?? '';
      assert.equal(response.split('.').length, 5, 'nobody between reads the code');
      const tokens = await openid.authorizationCodeGrant(config, new URL(String(location)), {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
      });
      assert.equal(tokens.claims()?.sub, browser.user.sub);
      assert.equal(tokens.id_token?.split('.').length, 5);
      const person = await openid.fetchUserInfo(config, tokens.access_token, browser.user.sub);
      assert.equal(person.email, browser.user.claims.email);
    });

    const KEYS = [
      ['RSA-OAEP-256', 'RSA', 'A128CBC-HS256'],
      ['RSA-OAEP', 'RSA', 'A256GCM'],
      ['ECDH-ES', 'EC', 'A128GCM'],
      ['ECDH-ES', 'X25519', 'A256CBC-HS512'],
      ['ECDH-ES+A256KW', 'EC', 'A256GCM'],
    ] as const;
    for (const [alg, kty, enc] of KEYS) {
      test(`${alg} to a key of ${kty}, ${enc}: ID tokens of every flow, and introspection`, async () => {
        const key = encryptionKey(kty);
        const by = await server.register({
          jwks: { keys: [...signing.jwks.keys, key.jwk] },
          response_types: ['code', 'code id_token'],
          id_token_encrypted_response_alg: alg,
          id_token_encrypted_response_enc: enc,
          introspection_encrypted_response_alg: alg,
          ...(enc !== 'A128CBC-HS256' && { introspection_encrypted_response_enc: enc }),
        });
        await server.consent(browser, by, SCOPES);
        const opened = async (jwe: unknown) => {
          const header = decodeProtectedHeader(String(jwe));
          assert.deepEqual([header.alg, header.enc, header.kid, header.cty], [alg, enc, key.jwk.kid, 'JWT']);
          return claimsOf(text((await compactDecrypt(String(jwe), key.privateKey)).plaintext));
        };
        const { verifier, challenge } = pkce();
        const query = new URLSearchParams({
          client_id: by.client_id,
          redirect_uri: by.redirect_uri,
          response_type: 'code id_token',
          scope: SCOPES.join(' '),
          nonce: 'n',
          code_challenge: challenge,
          code_challenge_method: 'S256',
        });
        const { code = '', id_token } = redirected(
          await browser.get(`${at('authorize')}?${query}`),
        ).parameters;
        assert.ok((await opened(id_token)).c_hash);
        const tokens = (await redeemCode(server, by, { code, verifier })).json();
        assert.equal((await opened(tokens.id_token)).sub, browser.user.sub);
        const accept = { accept: 'application/token-introspection+jwt' };
        const form = { client_id: by.client_id, token: String(tokens.access_token) };
        const shown = await post(at('introspect'), form, { ...by.tls, headers: accept });
        const { token_introspection } = await opened(shown.text);
        assert.equal(JSON.parse(JSON.stringify(token_introspection)).active, true);
        const refreshed = await post(
          at('token'),
          {
            grant_type: 'refresh_token',
            client_id: by.client_id,
            refresh_token: String(tokens.refresh_token),
          },
          by.tls,
        );
        assert.equal((await opened(refreshed.json().id_token)).sub, browser.user.sub);
      });
    }

    test('UserInfo that nobody asked to be signed is JSON, encrypted', async () => {
      const by = await register({ userinfo_encrypted_response_alg: 'RSA-OAEP-256' });
      const { verifier, challenge } = pkce();
      const query = new URLSearchParams({
        ...wanted(by),
        client_id: by.client_id,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      const code = codeOf(await browser.get(`${at('authorize')}?${query}`)) ?? '';
      const { access_token } = (await redeemCode(server, by, { code, verifier })).json();
      const shown = await call(at('userinfo'), {
        ...by.tls,
        headers: { authorization: `Bearer ${access_token}` },
      });
      assert.match(String(shown.headers['content-type']), /^application\/jwt/);
      const { plaintext, protectedHeader } = await compactDecrypt(shown.text, own.privateKey);
      assert.deepEqual([protectedHeader.enc, protectedHeader.cty], ['A128CBC-HS256', undefined]);
      assert.equal(JSON.parse(text(plaintext)).email, browser.user.claims.email);
    });

    test('registration: what cannot be had is refused by its member', async () => {
      const refused = async (metadata: Record<string, unknown>, field: string) =>
        assert.rejects(
          server.register(metadata),
          (error: unknown) => error instanceof InvalidClientMetadata && error.field === field,
          JSON.stringify(metadata),
        );
      const jwks = { keys: [...signing.jwks.keys, own.jwk] };
      for (const alg of ['RSA1_5', 'dir', 'A256KW', 'PBES2-HS256+A128KW', 'none']) {
        await refused({ jwks, id_token_encrypted_response_alg: alg }, 'id_token_encrypted_response_alg');
      }
      await refused({ jwks, id_token_encrypted_response_enc: 'A256GCM' }, 'id_token_encrypted_response_enc');
      await refused({ id_token_encrypted_response_alg: 'RSA-OAEP-256' }, 'jwks');
      const alg = { id_token_encrypted_response_alg: 'RSA-OAEP-256' };
      await refused({ jwks: { keys: [encryptionKey('EC').jwk] }, ...alg }, 'jwks');
      await refused({ jwks: { keys: [encryptionKey('RSA', { use: 'sig' }).jwk] }, ...alg }, 'jwks');
      await refused({ jwks: { keys: [encryptionKey('RSA', { alg: 'RSA-OAEP' }).jwk] }, ...alg }, 'jwks');
    });
  });

  describe('to this server', () => {
    test('its keys of use enc are published beside those that sign, and say no alg', async () => {
      assert.deepEqual(published.map(({ kty }) => kty).toSorted(), ['EC', 'RSA']);
      for (const key of published) {
        assert.equal(key.alg, undefined);
        assert.equal(key.d, undefined);
      }
      const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
      for (const what of ['id_token', 'userinfo', 'request_object', 'introspection', 'authorization']) {
        const algorithms = JSON.stringify(metadata[`${what}_encryption_alg_values_supported`]);
        assert.match(algorithms, /RSA-OAEP-256.*ECDH-ES/, what);
        assert.doesNotMatch(algorithms, /RSA1_5|dir/, what);
        assert.match(JSON.stringify(metadata[`${what}_encryption_enc_values_supported`]), /A256GCM/, what);
      }
    });

    for (const alg of ['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW']) {
      test(`an encrypted request object, ${alg}, by value and pushed`, async () => {
        for (const enc of ['A256GCM', 'A128CBC-HS256']) {
          assert.ok(codeOf(await ask(await encrypted(await signed(), { alg, enc }))));
        }
        const request = await encrypted(await signed(), { alg });
        const pushed = await post(at('par'), { client_id: client.client_id, request }, client.tls);
        assert.equal(pushed.status, 201, pushed.text);
      });
    }

    test('after a rotation what was encrypted to the key before is still read', async () => {
      const before = await encrypted(await signed());
      const old = serverKey('RSA').kid;
      const { code, stdout, stderr } = await server.command(
        'keys',
        'rotate',
        '--algorithm',
        'RSA-OAEP-256',
        '--json',
      );
      assert.equal(code, 0, stderr);
      const states = new Map<string, string>(
        JSON.parse(stdout).map(({ kid, state }: { kid: string; state: string }) => [kid, state]),
      );
      assert.equal(states.get(old), 'retired');
      assert.ok(codeOf(await ask(before)));
      published = (await keysOf()).filter(({ use }) => use === 'enc');
      assert.notEqual(serverKey('RSA').kid, old);
      assert.ok(codeOf(await ask(await encrypted(await signed()))));
    });

    const bomb = () => deflateRawSync(Buffer.alloc(8_000_000, 'a'), { level: 9 });
    const header = (jwe: string, change: Record<string, unknown>) => {
      const [first = '', ...rest] = jwe.split('.');
      const changed = { ...JSON.parse(Buffer.from(first, 'base64url').toString()), ...change };
      return [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
    };
    const unsigned = (claims: object) =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

    const HOSTILE: Readonly<Record<string, readonly [request: () => Promise<string>, because: string]>> = {
      'a zip bomb': [async () => header(await encrypted(bomb()), { zip: 'DEF' }), 'jwe_compressed'],
      'zip of another kind': [
        async () => header(await encrypted(await signed()), { zip: 'x' }),
        'jwe_compressed',
      ],
      RSA1_5: [async () => header(await encrypted(await signed()), { alg: 'RSA1_5' }), 'jwe_invalid'],
      dir: [async () => header(await encrypted(await signed()), { alg: 'dir' }), 'jwe_invalid'],
      'a password': [
        async () =>
          header(await encrypted(await signed()), {
            alg: 'PBES2-HS256+A128KW',
            p2c: 2_000_000_000,
            p2s: 'x',
          }),
        'jwe_invalid',
      ],
      'a crit': [
        async () => header(await encrypted(await signed()), { crit: ['exp'], exp: 1 }),
        'jwe_invalid',
      ],
      'an unknown enc': [
        async () => header(await encrypted(await signed()), { enc: 'A192GCM' }),
        'jwe_invalid',
      ],
      'another cty': [() => encrypted('{}', { cty: 'json' }), 'jwe_invalid'],
      'a changed header': [async () => header(await encrypted(await signed()), { typ: 'x' }), 'jwe_invalid'],
      'a truncated tag': [async () => (await encrypted(await signed())).slice(0, -8), 'jwe_invalid'],
      'a changed tag': [
        async () =>
          (await encrypted(await signed())).replace(/[^.]{22}$/, randomBytes(16).toString('base64url')),
        'jwe_invalid',
      ],
      'a key on another curve': [
        async () => {
          const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
          const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
          return header(await encrypted(await signed(), { alg: 'ECDH-ES' }), { epk: { kty, crv, x, y } });
        },
        'jwe_invalid',
      ],
      'a point off the curve': [
        async () => {
          const of = { kty: 'EC', crv: 'P-256', x: randomBytes(32).toString('base64url') };
          const epk = { ...of, y: randomBytes(32).toString('base64url') };
          return header(await encrypted(await signed(), { alg: 'ECDH-ES' }), { epk });
        },
        'jwe_invalid',
      ],
      'an unknown kid': [() => signed().then((jwt) => encrypted(jwt, { kid: 'unknown' })), 'jwe_key_unknown'],
      'the kid of a key that signs': [
        async () => {
          const kid = (await keysOf()).find(({ use, kty }) => use === 'sig' && kty === 'RSA')?.kid ?? '';
          return encrypted(await signed(), { kid });
        },
        'jwe_key_unknown',
      ],
      'nothing signed inside': [
        () => encrypted(unsigned({ ...wanted(client), client_id: client.client_id })),
        'nested_jwt_unsigned',
      ],
      'JSON inside': [() => encrypted(JSON.stringify(wanted(client))), 'nested_jwt_unsigned'],
      'a JWE inside': [async () => encrypted(await encrypted(await signed())), 'nested_jwt_unsigned'],
      'another’s signature inside': [
        async () =>
          encrypted(
            await requestObject(createClientKey('PS256'), client.client_id, server.issuer, wanted(client)),
          ),
        'request_object_invalid',
      ],
      'a key for encryption as signer': [
        async () =>
          encrypted(
            await new SignJWT({ ...wanted(client), iss: client.client_id, aud: server.issuer })
              .setProtectedHeader({ alg: 'PS256', kid: own.jwk.kid })
              .setExpirationTime('5m')
              .sign(own.privateKey),
          ),
        'key_of_other_use',
      ],
    };
    for (const [name, [request, because]] of Object.entries(HOSTILE)) {
      test(`refused: ${name}`, async () => {
        const answer = await ask(await request());
        assert.equal(redirected(answer).parameters.error, 'invalid_request_object');
        assert.equal(await causeOf(server.running, answer), because);
      });
    }

    test('refused: a client without keys, before anything is decrypted', async () => {
      const keyless = await server.register();
      const answer = await ask(await encrypted(await signed({}, keyless)), keyless);
      assert.equal(redirected(answer).parameters.error, 'invalid_request_object');
      assert.equal(await causeOf(server.running, answer), 'request_object_invalid');
    });
  });

  test('a key for encryption authenticates nobody', async () => {
    const asserting = await register({
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['client_credentials'],
      redirect_uris: [],
    });
    const ask_ = async (key: ClientKey) =>
      post(at('token'), {
        grant_type: 'client_credentials',
        client_id: asserting.client_id,
        ...(await clientAssertion(key, asserting.client_id, server.issuer)),
      });
    assert.equal((await ask_(signing)).status, 200);
    const byEncryptionKey: ClientKey = {
      ...signing,
      sign: (claims) =>
        new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'PS256', kid: own.jwk.kid })
          .sign(own.privateKey),
    };
    const refused = await ask_(byEncryptionKey);
    assert.equal(refused.status, 401);
    assert.equal(await causeOf(server.running, refused), 'key_of_other_use');
  });

  test('nor does the certificate of such a key, in TLS', async () => {
    const { identity } = client;
    for (const [members, status] of [
      [{ use: 'enc' }, 401],
      [{ key_ops: ['encrypt', 'wrapKey'] }, 401],
      [{ use: 'sig' }, 200],
      [{ use: 'tls' }, 200],
      [{}, 200],
    ] as const) {
      const bare = createPublicKey(identity.privateKey).export({ format: 'jwk' });
      const x5c = [identity.pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')];
      for (const named of [bare, { ...bare, x5c }]) {
        const by = await server.register({
          certificates: [],
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks: { keys: [{ ...named, kid: 'k', ...members }] },
          grant_types: ['client_credentials'],
          redirect_uris: [],
        });
        const form = { grant_type: 'client_credentials', client_id: by.client_id };
        const answer = await post(at('token'), form, { certificate: identity });
        assert.equal(answer.status, status, `${JSON.stringify(members)} ${answer.text}`);
        if (status === 401) assert.equal(await causeOf(server.running, answer), 'key_of_other_use');
      }
    }
  });
});

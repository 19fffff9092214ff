import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import test from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { knownClient } from '../../test/known-client.ts';
import { clientSecretPurpose } from '../client/client-secret.ts';
import { systemClock } from '../clock.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { ReplayStore } from '../storage/storage.ts';
import { seal } from '../token/sealing.ts';
import { NO_CLAIMS } from './authority-claims.ts';
import { JWT_BEARER } from './client-assertion.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { clientSecretJwt } from './client-secret-jwt.ts';
import type { Presentation } from './presentation.ts';
import { privateKeyJwt } from './private-key-jwt.ts';

const ISSUER = 'https://server.example';
const ENDPOINT = `${ISSUER}/oauth2/token`;

const noJwks: JwksSource = {
  keysOf: () => Promise.reject(new Error('not asked')),
  refreshFor: () => Promise.reject(new Error('not asked')),
  peek: () => undefined,
  held: () => [],
};

function replayStore() {
  const seen = new Set<string>();
  return {
    claim: async (key: string) => {
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    },
  };
}

const presenting = (client_assertion: string, client_assertion_type: string = JWT_BEARER): Presentation => ({
  client_id: 'c1',
  basic: undefined,
  client_secret: undefined,
  client_assertion,
  client_assertion_type,
  certificate: undefined,
  remote_address: '127.0.0.1',
  endpoint: ENDPOINT,
});

const now = () => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({
  iss: 'c1',
  sub: 'c1',
  aud: ISSUER,
  jti: randomUUID(),
  iat: now(),
  exp: now() + 60,
});

const without = (name: keyof JWTPayload): JWTPayload =>
  Object.fromEntries(Object.entries(good()).filter(([claim]) => claim !== name));

const keys = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
const assertion = (claims: JWTPayload, header: { alg?: string; kid?: string } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header }).sign(keys.privateKey);

const client = knownClient({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } });

const refusal = async (authenticator: ClientAuthenticator, presentation: Presentation, known = client) => {
  if (authenticator.kind !== 'method') throw new TypeError('not a method');
  try {
    await authenticator.authenticate(presentation, known);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

const method = (replays: Pick<ReplayStore, 'claim'> = replayStore()) =>
  privateKeyJwt(noJwks, { issuer: ISSUER, replays, clock: systemClock }, NO_CLAIMS);

test('an assertion by the registered key authenticates, for the issuer or for the endpoint', async () => {
  for (const aud of [ISSUER, ENDPOINT, [ISSUER], [ENDPOINT], [ISSUER, ENDPOINT], [ENDPOINT, ISSUER]]) {
    assert.equal(await refusal(method(), presenting(await assertion({ ...good(), aud }))), undefined);
  }
});

test('at every endpoint the audience is the issuer, that endpoint or the token endpoint, and no other', async () => {
  for (const name of ['par', 'introspect', 'revoke', 'device_authorize', 'bc-authorize']) {
    const endpoint = `${ISSUER}/oauth2/${name}`;
    const at = async (aud: string | string[]) =>
      refusal(method(), { ...presenting(await assertion({ ...good(), aud })), endpoint });
    for (const aud of [ISSUER, endpoint, ENDPOINT, [ISSUER, endpoint, ENDPOINT]]) {
      assert.equal(await at(aud), undefined, `${name}: ${aud}`);
    }
    for (const aud of [`${ISSUER}/oauth2/jwks`, `${ISSUER}/`, `${endpoint}/`, `${endpoint}?x`]) {
      assert.equal((await at(aud))?.because, 'client_assertion_invalid', `${name}: ${aud}`);
    }
  }
});

test('an audience beside this server could have had the assertion from the client: it is refused', async () => {
  const other = 'https://other.example';
  for (const aud of [
    [ISSUER, other],
    [other, ISSUER],
    [other, ENDPOINT, ISSUER],
    [ISSUER, `${other}/oauth2/token`],
    [ISSUER, ''],
    [],
    other,
    ISSUER.toUpperCase(),
  ]) {
    const refused = await refusal(method(), presenting(await assertion({ ...good(), aud })));
    assert.equal(refused?.because, 'client_assertion_invalid', JSON.stringify(aud));
    assert.match(JSON.stringify(refused.evidence), /"field":"aud"/);
  }
  const injected = await refusal(method(), presenting(await assertion({ ...good(), aud: [other, ISSUER] })));
  assert.deepEqual(injected?.evidence, {
    client_id: 'c1',
    field: 'aud',
    presented: [other, ISSUER],
    expected: [ISSUER, ENDPOINT],
    others: [other],
  });
});

const stranger = await generateKeyPair('ES256');
const BROKEN: readonly (readonly [string, () => Promise<Presentation>, RegExp])[] = [
  ['another client_id as iss', async () => presenting(await assertion({ ...good(), iss: 'c2' })), /iss, sub/],
  ['another client_id as sub', async () => presenting(await assertion({ ...good(), sub: 'c2' })), /iss, sub/],
  [
    'another audience',
    async () => presenting(await assertion({ ...good(), aud: 'https://other.example' })),
    /aud/,
  ],
  ['no sub', async () => presenting(await assertion(without('sub'))), /sub/],
  ['no jti', async () => presenting(await assertion(without('jti'))), /jti/],
  ['no exp', async () => presenting(await assertion(without('exp'))), /exp/],
  ['expired', async () => presenting(await assertion({ ...good(), exp: now() - 31 })), /exp/],
  ['valid too long', async () => presenting(await assertion({ ...good(), exp: now() + 3700 })), /exp/],
  ['issued in the future', async () => presenting(await assertion({ ...good(), iat: now() + 300 })), /iat/],
  ['not yet valid', async () => presenting(await assertion({ ...good(), nbf: now() + 300 })), /nbf/],
  ['an unknown kid', async () => presenting(await assertion(good(), { kid: 'k2' })), /kid/],
  [
    'the signature of another key',
    async () =>
      presenting(
        await new SignJWT(good()).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(stranger.privateKey),
      ),
    /signature/,
  ],
  [
    'HMAC with the public key',
    async () =>
      presenting(
        await new SignJWT(good())
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(Buffer.from(JSON.stringify(jwk))),
      ),
    /alg/,
  ],
  [
    'alg none',
    async () => {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return presenting(`${part({ alg: 'none' })}.${part(good())}.`);
    },
    /alg/,
  ],
  ['no JWT at all', async () => presenting('abc'), /client_assertion/],
  [
    'another assertion type',
    async () => presenting(await assertion(good()), 'urn:x'),
    /client_assertion_type/,
  ],
  ['a huge one', async () => presenting('a'.repeat(20_000)), /at most/],
];

for (const [what, make, evidence] of BROKEN) {
  test(`refused: ${what}`, async () => {
    const refused = await refusal(method(), await make());
    assert.equal(refused?.error, 'invalid_client');
    assert.equal(refused.because, 'client_assertion_invalid');
    assert.match(JSON.stringify(refused.evidence), evidence);
  });
}

test('the alias of the endpoint on the second listener is an audience too', async () => {
  const mtlsBase = 'https://mtls.example:9444';
  const authenticator = privateKeyJwt(
    noJwks,
    {
      issuer: ISSUER,
      replays: replayStore(),
      clock: systemClock,
      mtlsBase,
    },
    NO_CLAIMS,
  );
  const signed = await assertion({ ...good(), aud: `${mtlsBase}/oauth2/token` });
  assert.equal(await refusal(authenticator, presenting(signed)), undefined);
  const endpoint = `${ISSUER}/oauth2/par`;
  for (const aud of [
    `${mtlsBase}/oauth2/par`,
    `${mtlsBase}/oauth2/token`,
    [ISSUER, `${mtlsBase}/oauth2/par`],
  ]) {
    const pushed = { ...presenting(await assertion({ ...good(), aud })), endpoint };
    assert.equal(await refusal(authenticator, pushed), undefined, String(aud));
  }
  assert.equal((await refusal(method(), presenting(signed)))?.because, 'client_assertion_invalid');
});

test('times with fractions are remembered as storage keeps them: in whole milliseconds', async () => {
  const kept: number[] = [];
  const replays = { claim: async (_key: string, until: number) => kept.push(until) > 0 };
  const authenticator = method(replays);
  const claims = { ...good(), exp: Date.now() / 1000 + 60.123456 };
  assert.equal(await refusal(authenticator, presenting(await assertion(claims))), undefined);
  assert.deepEqual(kept.map(Number.isSafeInteger), [true]);
});

test('an assertion counts once', async () => {
  const authenticator = method();
  const presentation = presenting(await assertion(good()));
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => refusal(authenticator, presentation)));
  assert.equal(outcomes.filter((outcome) => outcome === undefined).length, 1);
  assert.ok(
    outcomes.every((outcome) => outcome === undefined || outcome.because === 'client_assertion_replayed'),
  );
});

const profiled = (profile: string) =>
  knownClient({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
    profile,
    redirect_uris: ['https://client.example/cb'],
    grant_types: ['authorization_code'],
    require_pushed_authorization_requests: true,
  });

test('under FAPI 1.0 Advanced the audience is as without a profile (RFC 9126 §2, CIBA §7.1)', async () => {
  const fapi = profiled('fapi1-advanced');
  const endpoint = `${ISSUER}/oauth2/bc-authorize`;
  const at = async (aud: string | string[]) =>
    refusal(method(), { ...presenting(await assertion({ ...good(), aud })), endpoint }, fapi);
  for (const aud of [ISSUER, ENDPOINT, endpoint, [ISSUER, endpoint]]) assert.equal(await at(aud), undefined);
  assert.equal((await at([ISSUER, 'https://other.example']))?.because, 'client_assertion_invalid');
});

test('under FAPI 2.0 the audience is the issuer alone, and RS256 is no choice', async () => {
  const fapi = profiled('fapi2-security');
  for (const client of [fapi, profiled('fapi2-message-signing')]) {
    assert.equal(await refusal(method(), presenting(await assertion(good())), client), undefined);
    for (const aud of [ENDPOINT, [ISSUER], [ISSUER, ENDPOINT], ['https://other.example', ISSUER]]) {
      const refused = await refusal(method(), presenting(await assertion({ ...good(), aud })), client);
      assert.equal(refused?.because, 'client_assertion_invalid');
      assert.match(JSON.stringify(refused.evidence), /§5\.3\.2\.1-8/);
    }
  }
  const rsa = await generateKeyPair('RS256');
  const signed = await new SignJWT(good()).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey);
  assert.match(
    JSON.stringify((await refusal(method(), presenting(signed), fapi))?.evidence),
    /"field":"alg"/,
  );
});

test('client_secret_jwt: the secret signs, another one does not', async () => {
  const encryptionKey = randomBytes(32);
  const secret = 'a secret of at least thirty-two octets';
  const known = knownClient(
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { client_secret_sealed: seal(secret, encryptionKey, clientSecretPurpose('c1')) },
  );
  const authenticator = clientSecretJwt(encryptionKey, {
    issuer: ISSUER,
    replays: replayStore(),
    clock: systemClock,
  });
  const signed = (key: string) =>
    new SignJWT(good()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key));
  assert.equal(await refusal(authenticator, presenting(await signed(secret)), known), undefined);
  const wrong = await refusal(
    authenticator,
    presenting(await signed('another secret of thirty-two octets')),
    known,
  );
  assert.match(JSON.stringify(wrong?.evidence), /signature/);
});

import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import test from 'node:test';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { DPOP_SIGNING_ALGORITHMS, type ProvenRequest, verifyDpopProof } from './dpop-proof.ts';
import { JwsRefused } from './jws.ts';

const NOW = 1_800_000_000_000;
const URL = 'https://as.example/oauth2/token';
const request: ProvenRequest = { method: 'POST', urls: [URL, 'https://mtls.as.example:9444/oauth2/token'] };
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

type Made = {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
};

const proof = ({ claims = {}, header = {}, key = ec.privateKey }: Made = {}) =>
  new SignJWT({ jti: randomUUID(), htm: 'POST', htu: URL, iat: NOW / 1000, ...claims })
    .setProtectedHeader({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk: ec.publicKey.export({ format: 'jwk' }),
      ...header,
    })
    .sign(key);

const refused = (field: string) => (error: unknown) =>
  error instanceof JwsRefused && error.evidence.field === field;

test('a proof is accepted with the thumbprint of its key', async () => {
  const jkt = await calculateJwkThumbprint(ec.publicKey.export({ format: 'jwk' }));
  const verified = await verifyDpopProof(await proof({ claims: { jti: 'one', nonce: 'n' } }), request, NOW);
  assert.deepEqual([verified.jkt, verified.jti, verified.nonce], [jkt, 'one', 'n']);
  assert.ok(verified.expires_at > NOW + 299_000);
});

const PAIRS = {
  ES256: ec,
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
  Ed25519: generateKeyPairSync('ed25519'),
};
for (const alg of DPOP_SIGNING_ALGORITHMS) {
  test(`${alg} is accepted`, async () => {
    const { publicKey, privateKey } = PAIRS[alg];
    const header = { alg, jwk: publicKey.export({ format: 'jwk' }) };
    assert.ok((await verifyDpopProof(await proof({ header, key: privateKey }), request, NOW)).jkt);
  });
}

for (const htu of [
  'HTTPS://AS.example:443/oauth2/token',
  `${URL}?a=b#c`,
  'https://as.example/oauth2/./token',
  'https://mtls.as.example:9444/oauth2/token',
]) {
  test(`htu ${htu} names the endpoint`, async () => {
    assert.ok(await verifyDpopProof(await proof({ claims: { htu } }), request, NOW));
  });
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const REFUSED: readonly (readonly [string, string, Made])[] = [
  ['typ JWT', 'typ', { header: { typ: 'JWT' } }],
  ['no typ', 'typ', { header: { typ: undefined } }],
  [
    'RS256',
    'alg',
    { header: { alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, key: rsa.privateKey },
  ],
  ['no jwk', 'jwk', { header: { jwk: undefined } }],
  ['a private jwk', 'jwk', { header: { jwk: ec.privateKey.export({ format: 'jwk' }) } }],
  ['a symmetric jwk', 'jwk', { header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } }],
  ['another key than its jwk', 'signature', { header: { jwk: p256.publicKey.export({ format: 'jwk' }) } }],
  ['a jwk of another type', 'signature', { header: { jwk: rsa.publicKey.export({ format: 'jwk' }) } }],
  ['a jwk of another curve', 'signature', { header: { jwk: p384.publicKey.export({ format: 'jwk' }) } }],
  ['another method', 'htm', { claims: { htm: 'GET' } }],
  ['the method in lower case', 'htm', { claims: { htm: 'post' } }],
  ['another path', 'htu', { claims: { htu: 'https://as.example/oauth2/par' } }],
  ['another host', 'htu', { claims: { htu: 'https://as.example.net/oauth2/token' } }],
  ['plain http', 'htu', { claims: { htu: 'http://as.example/oauth2/token' } }],
  ['no URL', 'htu', { claims: { htu: '/oauth2/token' } }],
  ['an old iat', 'iat', { claims: { iat: NOW / 1000 - 301 } }],
  ['an iat to come', 'iat', { claims: { iat: NOW / 1000 + 31 } }],
  ['no iat', 'iat', { claims: { iat: undefined } }],
  ['no jti', 'jti', { claims: { jti: undefined } }],
  ['an empty jti', 'jti', { claims: { jti: '' } }],
];
for (const [name, field, made] of REFUSED) {
  test(`refused for its ${field}: ${name}`, async () => {
    await assert.rejects(verifyDpopProof(await proof(made), request, NOW), refused(field));
  });
}

test('a clock ten seconds ahead is accepted (FAPI 2.0 §5.3.2.1-13)', async () => {
  assert.ok(await verifyDpopProof(await proof({ claims: { iat: NOW / 1000 + 10 } }), request, NOW));
});

test('a weak RSA key is refused', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { typ: 'dpop+jwt', alg: 'PS256', jwk: publicKey.export({ format: 'jwk' }) };
  const input = `${encoded(header)}.${encoded({ jti: 'weak', htm: 'POST', htu: URL, iat: NOW / 1000 })}`;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, padding, saltLength: 32 });
  await assert.rejects(
    verifyDpopProof(`${input}.${signature.toString('base64url')}`, request, NOW),
    refused('jwk'),
  );
});

test('alg none and a JWS without signature are refused', async () => {
  const [, payload] = (await proof()).split('.');
  const header = (alg: string) =>
    Buffer.from(
      JSON.stringify({ typ: 'dpop+jwt', alg, jwk: ec.publicKey.export({ format: 'jwk' }) }),
    ).toString('base64url');
  await assert.rejects(verifyDpopProof(`${header('none')}.${payload}.`, request, NOW), refused('alg'));
  await assert.rejects(verifyDpopProof(`${header('ES256')}.${payload}.`, request, NOW), JwsRefused);
  await assert.rejects(verifyDpopProof('not a proof', request, NOW), JwsRefused);
});

test('with an access token the proof carries its hash (RFC 9449 §4.3)', async () => {
  const access_token = 'token';
  const ath = createHash('sha256').update(access_token).digest('base64url');
  const with_token = { ...request, access_token };
  assert.ok(await verifyDpopProof(await proof({ claims: { ath } }), with_token, NOW));
  for (const other of [undefined, createHash('sha256').update('other').digest('base64url')]) {
    await assert.rejects(
      verifyDpopProof(await proof({ claims: { ath: other } }), with_token, NOW),
      refused('ath'),
    );
  }
});

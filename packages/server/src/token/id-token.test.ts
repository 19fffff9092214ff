import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { decodeJwt } from 'jose';
import { UNCHANGED } from '../../test/unchanged-registry.ts';
import { issueIdToken, leftHalfOfHash, readIdTokenHint } from './id-token.ts';
import { jtiOf } from './id-token-origin.ts';
import { jwtSigner } from './jwt.ts';
import { openKeyRing } from './key-ring.ts';
import { generateServerKey, openSigningKey } from './server-key.ts';

const NOW = Date.UTC(2030, 0, 1);
const encryptionKey = new Uint8Array(32);
const stored = await generateServerKey('ES256', 'active', encryptionKey, NOW);
const keyRing = await openKeyRing(
  { list: async () => [stored, { ...stored, state: 'next' }], insertIfNone: async () => {} },
  'ES256',
  encryptionKey,
  UNCHANGED,
  () => NOW,
);
const key = openSigningKey(stored, encryptionKey);
const issuer = 'https://localhost:9443';
const plan = {
  client_id: 'client',
  sub: 'ada',
  auth_time: 1,
  nonce: 'n',
  sid: 's',
  session_id: 's',
  grant_id: 'g',
  jti: 'j',
  claims: {},
};
const issue = (changes: object = {}, now = NOW, typ = 'JWT') =>
  issueIdToken(
    { ...plan, ...changes },
    issuer,
    { access_token: 'access' },
    60,
    'ES256',
    jwtSigner(key, typ),
    now,
  );

test('at_hash is the left half of the hash that goes with the algorithm', () => {
  const sha256 = createHash('sha256').update('access').digest();
  assert.equal(leftHalfOfHash('access', 'ES256'), sha256.subarray(0, 16).toString('base64url'));
  const sha512 = createHash('sha512').update('access').digest();
  assert.equal(leftHalfOfHash('access', 'EdDSA'), sha512.subarray(0, 32).toString('base64url'));
});

test('claims about the person never replace those of the sign-in', () => {
  const claims = { email: 'ada@example.com', sub: 'grace', iss: 'https://evil.example', aud: 'other' };
  const payload = decodeJwt(issue({ claims }));
  assert.deepEqual(payload, {
    email: 'ada@example.com',
    iss: issuer,
    sub: 'ada',
    aud: 'client',
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
    at_hash: leftHalfOfHash('access', 'ES256'),
    auth_time: 1,
    nonce: 'n',
    sid: 's',
    jti: 'j',
  });
});

test('a hint may have expired, but must be an ID token of this server', async () => {
  const old = issue({}, Date.UTC(2001, 0, 1));
  assert.deepEqual(await readIdTokenHint(old, issuer, keyRing, encryptionKey), {
    sub: 'ada',
    aud: ['client'],
  });
  const pairwise = issue({ jti: jtiOf({ grant_id: 'g', sub: 'the true one' }, encryptionKey) }, NOW);
  assert.equal((await readIdTokenHint(pairwise, issuer, keyRing, encryptionKey))?.sub, 'the true one');
  assert.equal(await readIdTokenHint(old, 'https://other.example', keyRing, encryptionKey), undefined);
  assert.equal(await readIdTokenHint(issue({}, NOW, 'at+jwt'), issuer, keyRing, encryptionKey), undefined);
  assert.equal(await readIdTokenHint(`${old.slice(0, -4)}AAAA`, issuer, keyRing, encryptionKey), undefined);
  const userinfo = jwtSigner(key, 'JWT')({ iss: issuer, aud: 'client', sub: 'ada', iat: NOW / 1000 });
  assert.equal(await readIdTokenHint(userinfo, issuer, keyRing, encryptionKey), undefined);
  assert.equal(await readIdTokenHint('nonsense', issuer, keyRing, encryptionKey), undefined);
});

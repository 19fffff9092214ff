import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { errors } from 'jose';
import { Refusal } from '../refusal/refusal.ts';
import { issueAccessToken } from './access-token.ts';
import { accessTokenVerifier } from './access-token-verification.ts';
import { jwtSigner } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';
import type { SigningKey } from './server-key.ts';

const ISSUER = 'https://as.example';
const NOW = 1_700_000_000_000;

function newKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } as const;
  return { kid, alg: 'ES256', state: 'active', created_at: NOW, privateKey, publicKey, publicJwk };
}

/** A ring whose keys can be replaced, and that counts how often one was looked for to verify with. */
function ringOf(...keys: readonly SigningKey[]) {
  let present = keys;
  let looked = 0;
  const ring: KeyRing = {
    alg: 'ES256',
    keys: async () => present,
    verificationKey: async () => (header) => {
      looked++;
      const key = present.find(({ kid }) => kid === header.kid);
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key.publicKey;
    },
    signer: async () => assert.fail('nothing is signed here'),
  };
  return {
    ring,
    replace: (...next: readonly SigningKey[]) => {
      present = next;
    },
    looked: () => looked,
  };
}

const issued = (key: SigningKey, lifetime = 60) =>
  issueAccessToken(
    { client_id: 'c', sub: 'c', scope: 'read', audience: ISSUER },
    ISSUER,
    lifetime,
    jwtSigner(key, 'at+jwt'),
    NOW,
  ).token;

const refusedAs = (cause: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal);
  assert.equal(error.because, cause);
  return true;
};

describe('the verifier of access tokens', () => {
  it('verifies a signature once', async () => {
    const key = newKey('a');
    const { ring, looked } = ringOf(key);
    const verify = accessTokenVerifier(ISSUER, ring);
    const token = issued(key);
    const claims = await verify(token, NOW);
    assert.deepEqual(await verify(token, NOW + 1_000), claims);
    assert.equal(looked(), 1);
    await verify(issued(key), NOW);
    assert.equal(looked(), 2);
  });

  it('does not let a remembered token outlive its end', async () => {
    const key = newKey('a');
    const verify = accessTokenVerifier(ISSUER, ringOf(key).ring);
    const token = issued(key);
    await verify(token, NOW + 59_999);
    await assert.rejects(verify(token, NOW + 60_000), refusedAs('token_expired'));
  });

  it('does not let a remembered token outlive its key', async () => {
    const key = newKey('a');
    const { ring, replace } = ringOf(key);
    const verify = accessTokenVerifier(ISSUER, ring);
    const token = issued(key);
    await verify(token, NOW);
    replace(newKey('b'));
    await assert.rejects(verify(token, NOW), refusedAs('token_invalid'));
  });

  it('remembers nothing of a token that differs in its signature alone, and no refusal', async () => {
    const key = newKey('a');
    const { ring, looked } = ringOf(key);
    const verify = accessTokenVerifier(ISSUER, ring);
    const token = issued(key);
    await verify(token, NOW);
    const [header, payload] = token.split('.');
    const forged = `${header}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`;
    for (let times = 0; times < 2; times++) {
      await assert.rejects(verify(forged, NOW), refusedAs('token_invalid'));
    }
    assert.equal(looked(), 3);
  });

  it('hands out claims that nobody can change for the next', async () => {
    const key = newKey('a');
    const verify = accessTokenVerifier(ISSUER, ringOf(key).ring);
    const claims = await verify(issued(key), NOW);
    assert.ok(Object.isFrozen(claims));
  });
});

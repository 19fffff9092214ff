import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { knownClient } from '../../test/known-client.ts';
import { parseJwks } from '../outbound/json-web-key-set.ts';
import type { JwksResult, JwksSource } from '../outbound/jwks-source.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createResponseEncryption } from './response-encryption.ts';

const rsa = (kid: string, members: object = {}) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  kid,
  ...members,
});

const known = knownClient({
  redirect_uris: ['https://client.example/cb'],
  jwks_uri: 'https://client.example/jwks',
  id_token_encrypted_response_alg: 'RSA-OAEP-256',
});

const failure = { because: 'status', message: 'the server answered 503', evidence: {} } as const;
const having = (...keys: readonly object[]): JwksResult => ({
  kind: 'fresh',
  ...parseJwks({ keys }),
  fetchedAt: 0,
  generation: 1,
  expiresAt: 0,
});
const away: JwksResult = { kind: 'unavailable', generation: 1, failure, failedAt: 0, nextAttemptAt: 0 };

/** @param refreshed what a fresh look finds, where it differs from what is held */
function source(held: JwksResult, refreshed = held): JwksSource & { readonly looks: () => number } {
  let looks = 0;
  return {
    peek: () => held,
    held: () => [],
    keysOf: async () => held,
    refreshFor: async () => {
      looks += 1;
      return refreshed;
    },
    looks: () => looks,
  };
}

const refusedBecause = (because: string) => (error: unknown) =>
  error instanceof Refusal && error.because === because && error.status === 503;

test('what the client did not register stays as it is, and nobody is asked for a key', async () => {
  const encrypt = createResponseEncryption(source(away));
  assert.equal(await encrypt('a.b.c', known, 'userinfo'), 'a.b.c');
});

test('a key of use enc comes before one that says nothing of its use, one that signs never', async () => {
  const jwks = source(having(rsa('bare'), rsa('enc', { use: 'enc' }), rsa('sig', { use: 'sig' })));
  const { kid, alg, enc, cty } = decodeProtectedHeader(
    await createResponseEncryption(jwks)('a.b.c', known, 'id_token'),
  );
  assert.deepEqual([kid, alg, enc, cty], ['enc', 'RSA-OAEP-256', 'A128CBC-HS256', 'JWT']);
  assert.equal(jwks.looks(), 0);
});

test('without one a fresh look is taken, and after that nothing is sent', async () => {
  const signing = having(rsa('sig', { use: 'sig' }), rsa('other', { use: 'enc', alg: 'RSA-OAEP' }));
  const renewed = source(signing, having(rsa('new', { use: 'enc' })));
  const jwe = await createResponseEncryption(renewed)('a.b.c', known, 'id_token');
  assert.equal(decodeProtectedHeader(jwe).kid, 'new');
  assert.equal(renewed.looks(), 1);
  for (const [jwks, because] of [
    [source(signing), 'client_encryption_key_missing'],
    [source(away), 'jwks_unavailable'],
  ] as const) {
    await assert.rejects(
      createResponseEncryption(jwks)('a.b.c', known, 'id_token'),
      refusedBecause(because),
      because,
    );
  }
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { jwtVerify } from 'jose';
import { jwtSigner } from './jwt.ts';
import { generateServerKey, openSigningKey, type SigningAlgorithm } from './server-key.ts';

const ALGORITHMS: readonly SigningAlgorithm[] = ['ES256', 'PS256', 'RS256', 'EdDSA'];

for (const alg of ALGORITHMS) {
  test(`${alg}: an independent implementation verifies every token`, async () => {
    const encryptionKey = randomBytes(32);
    const key = openSigningKey(await generateServerKey(alg, 'active', encryptionKey, 0), encryptionKey);
    const sign = jwtSigner(key, 'at+jwt');
    // Many, because r or s of an ECDSA signature is shorter than 32 octets once in 128 times.
    for (let serial = 0; serial < 400; serial++) {
      const { payload, protectedHeader } = await jwtVerify(sign({ serial }), key.publicKey);
      assert.equal(payload.serial, serial);
      assert.deepEqual(protectedHeader, { typ: 'at+jwt', alg, kid: key.kid });
    }
  });
}

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { isRocaModulus } from './weak-modulus.ts';

const modulusOf = (bits: number): bigint => {
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
};

/** A product of small primes, of which 65537 to any power is a power in question. */
const M = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]
  .concat([101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167])
  .reduce((product, prime) => product * BigInt(prime), 1n);

test('numbers of the form k * M + 65537^a are recognised, and their products', () => {
  const one = 12_345n * M + 65_537n ** 7n;
  const other = 98_765n * M + 65_537n ** 31n;
  assert.ok(isRocaModulus(one * other));
  assert.ok(!isRocaModulus(one * other + 2n));
});

test('ordinary keys are not', () => {
  for (let time = 0; time < 5; time++) assert.ok(!isRocaModulus(modulusOf(1024)));
});

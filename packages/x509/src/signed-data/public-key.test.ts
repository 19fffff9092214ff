import assert from 'node:assert/strict';
import test from 'node:test';
import { ecKeys, rsaKeys } from '../../test/made-certificate.ts';
import { derBitString, derInteger, derNull, derObjectIdentifier, derSequence } from '../der-encoding.ts';
import { keyProblem } from '../signed-data.ts';
import { DEFAULT_ALGORITHMS } from './algorithms.ts';
import { PublicKey } from './public-key.ts';

const rsa = (modulus: Uint8Array, exponent: number | Uint8Array): Uint8Array =>
  derSequence(
    derSequence(derObjectIdentifier('1.2.840.113549.1.1.1'), derNull()),
    derBitString(derSequence(derInteger(modulus), derInteger(exponent))),
  );
const problem = (spki: Uint8Array, rules = DEFAULT_ALGORITHMS) =>
  keyProblem(PublicKey.fromDer(spki), rules)?.reason;
const spki = (keys: ReturnType<typeof rsaKeys>) => keys.publicKey.export({ format: 'der', type: 'spki' });

test('keys are measured by their numbers', () => {
  assert.deepEqual(PublicKey.fromDer(spki(rsaKeys(1024))).kind, {
    kind: 'rsa',
    bits: 1024,
    exponent: 65_537n,
  });
  assert.deepEqual(PublicKey.fromDer(spki(ecKeys('P-384'))).kind, { kind: 'ec', curve: 'P-384' });
  const odd = Buffer.alloc(256, 0xff);
  odd[0] = 0x01;
  assert.deepEqual(PublicKey.fromDer(rsa(odd, 3)).kind, { kind: 'rsa', bits: 2041, exponent: 3n });
  assert.deepEqual(PublicKey.fromDer(rsa(Buffer.of(0), 0)).kind, { kind: 'rsa', bits: 0, exponent: 0n });
});

test('a key becomes the one that node works with', () => {
  const keys = ecKeys('P-256');
  const key = PublicKey.fromDer(spki(keys));
  assert.ok(key.keyObject.equals(keys.publicKey));
  assert.equal(key.keyObject, key.keyObject);
  assert.deepEqual([...key.octets], [...key.der.subarray(-65)]);
});

test('an RSA key with a trivial exponent or of a size that costs too much is not relied on', () => {
  const modulus = Buffer.alloc(256, 0xff);
  assert.equal(problem(rsa(modulus, 65_537)), undefined);
  for (const exponent of [0, 1, 2, 65_536])
    assert.equal(problem(rsa(modulus, exponent)), 'weak-key', `${exponent}`);
  assert.equal(problem(rsa(Buffer.alloc(1024, 0xff), 3)), undefined);
  assert.equal(problem(rsa(Buffer.alloc(1026, 0xff), 3)), 'unsupported-key');
  assert.equal(problem(rsa(Buffer.concat([Buffer.of(1), Buffer.alloc(1024)]), 3)), 'unsupported-key');
  assert.equal(problem(rsa(modulus, Buffer.alloc(4, 0xff))), undefined);
  assert.equal(problem(rsa(modulus, Buffer.alloc(5, 0xff))), 'unsupported-key');
  assert.equal(problem(rsa(modulus, Buffer.alloc(64, 0xff))), 'unsupported-key');
});

test('a modulus of whole octets is asked for where the rules say so', () => {
  const modulus = Buffer.alloc(257, 0xff);
  modulus[0] = 0x01;
  assert.equal(problem(rsa(modulus, 3)), undefined);
  assert.equal(problem(rsa(modulus, 3), { ...DEFAULT_ALGORITHMS, wholeOctetModulus: true }), 'weak-key');
});

import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import test from 'node:test';
import { clientKeyUse, keyName, serverKeyUse } from './key-use.ts';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;
const pss = (hashAlgorithm: 'sha1' | 'sha256') =>
  generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm,
    mgf1HashAlgorithm: hashAlgorithm,
  }).publicKey;

const TABLE: readonly (readonly [KeyObject, string, 'all' | 'some' | 'none', 'all' | 'some' | 'none'])[] = [
  [rsa(2048), 'RSA with 2048 bits', 'all', 'all'],
  [rsa(1024), 'RSA with 1024 bits', 'all', 'some'],
  [rsa(512), 'RSA with 512 bits', 'all', 'none'],
  [pss('sha256'), 'RSA-PSS with 2048 bits', 'all', 'some'],
  [pss('sha1'), 'RSA-PSS with 2048 bits', 'none', 'none'],
  [ec('prime256v1'), 'EC on P-256', 'all', 'all'],
  [ec('secp384r1'), 'EC on P-384', 'all', 'all'],
  [ec('secp521r1'), 'EC on P-521', 'all', 'some'],
  [ec('secp224r1'), 'EC on P-224', 'none', 'none'],
  [ec('secp256k1'), 'EC on secp256k1', 'none', 'none'],
  [ec('brainpoolP256r1'), 'EC on brainpoolP256r1', 'none', 'none'],
  [ec('brainpoolP512r1'), 'EC on brainpoolP512r1', 'none', 'none'],
  [generateKeyPairSync('ed25519').publicKey, 'Ed25519', 'all', 'some'],
  [generateKeyPairSync('ed448').publicKey, 'Ed448', 'all', 'some'],
  [generateKeyPairSync('x25519').publicKey, 'X25519', 'none', 'none'],
  [
    generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).publicKey,
    'DSA with 2048 bits',
    'some',
    'none',
  ],
  [generateKeyPairSync('ml-dsa-65').publicKey, 'ML-DSA-65', 'some', 'some'],
];

for (const [key, name, asClient, asServer] of TABLE) {
  test(`${name}: a client's key for ${asClient}, a server's for ${asServer}`, () => {
    assert.equal(keyName(key), name);
    assert.deepEqual([clientKeyUse(key).peers, serverKeyUse(key).peers], [asClient, asServer]);
  });
}

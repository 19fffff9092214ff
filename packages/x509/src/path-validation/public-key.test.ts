import assert from 'node:assert/strict';
import test from 'node:test';
import { ecKeys, rsaKeys } from '../../test/made-certificate.ts';
import { derBitString, derInteger, derNull, derObjectIdentifier, derSequence } from '../der-encoding.ts';
import { DEFAULT_ALGORITHMS } from './path-rules.ts';
import { publicKeyProblem, readPublicKey } from './public-key.ts';

const rsa = (modulus: Uint8Array, exponent: number | Uint8Array): Uint8Array =>
  derSequence(
    derSequence(derObjectIdentifier('1.2.840.113549.1.1.1'), derNull()),
    derBitString(derSequence(derInteger(modulus), derInteger(exponent))),
  );
const problem = (spki: Uint8Array) =>
  publicKeyProblem(readPublicKey(spki), DEFAULT_ALGORITHMS, 'none')?.reason;

test('keys are measured by their numbers', () => {
  const spki = (keys: ReturnType<typeof rsaKeys>) => keys.publicKey.export({ format: 'der', type: 'spki' });
  assert.deepEqual(readPublicKey(spki(rsaKeys(1024))), { kind: 'rsa', bits: 1024, exponent: 65_537n });
  assert.deepEqual(readPublicKey(spki(ecKeys('P-384'))), { kind: 'ec', curve: 'P-384' });
});

test('an RSA key with a trivial exponent or of a size that costs too much is not relied on', () => {
  const modulus = Buffer.alloc(256, 0xff);
  assert.equal(problem(rsa(modulus, 65_537)), undefined);
  for (const exponent of [1, 2, 65_536])
    assert.equal(problem(rsa(modulus, exponent)), 'weak-key', `${exponent}`);
  assert.equal(problem(rsa(Buffer.alloc(1024, 0xff), 3)), undefined);
  assert.equal(problem(rsa(Buffer.alloc(1026, 0xff), 3)), 'unsupported-key');
  assert.equal(problem(rsa(modulus, Buffer.alloc(64, 0xff))), 'unsupported-key');
});

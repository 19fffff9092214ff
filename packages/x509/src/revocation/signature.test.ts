import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import test from 'node:test';
import type { AlgorithmIdentifier } from '../certificate-fields.ts';
import { contextTag } from '../der.ts';
import { der, derInteger, derObjectIdentifier, derSequence } from '../der-encoding.ts';
import { signatureProblem } from './signature.ts';

const CONTENT = Buffer.from('what is signed');
const OID = {
  rsaSha256: '1.2.840.113549.1.1.11',
  rsaSha1: '1.2.840.113549.1.1.5',
  pss: '1.2.840.113549.1.1.10',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  ed25519: '1.3.101.112',
};
const SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA512 = '2.16.840.1.101.3.4.2.3';
const MGF1 = '1.2.840.113549.1.1.8';

const algorithm = (oid: string, parameters?: Uint8Array): AlgorithmIdentifier => ({
  oid,
  parameters,
  der: derSequence(derObjectIdentifier(oid), ...(parameters ? [parameters] : [])),
});

const pssParameters = (hash: string, maskHash: string, saltLength: number): Uint8Array =>
  derSequence(
    der(contextTag(0, true), derSequence(derObjectIdentifier(hash))),
    der(
      contextTag(1, true),
      derSequence(derObjectIdentifier(MGF1), derSequence(derObjectIdentifier(maskHash))),
    ),
    der(contextTag(2, true), derInteger(saltLength)),
  );

const problem = (identifier: AlgorithmIdentifier, publicKey: KeyObject, signature: Uint8Array) =>
  signatureProblem({ content: CONTENT, algorithm: identifier, signature }, publicKey)?.because;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = (saltLength: number) =>
  sign('sha256', CONTENT, {
    key: rsa.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  });

test('RSA PKCS#1 with SHA-2 and at least 2048 bits', () => {
  const signature = sign('sha256', CONTENT, rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), rsa.publicKey, signature), undefined);
  const other = sign('sha256', Buffer.from('other'), rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), rsa.publicKey, other), 'signature-invalid');
  const sha1 = sign('sha1', CONTENT, rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha1), rsa.publicKey, sha1), 'signature-algorithm');
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = sign('sha256', CONTENT, small.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), small.publicKey, weak), 'weak-key');
});

test('RSASSA-PSS with its parameters stated, one hash, and the salt as stated', () => {
  const stated = algorithm(OID.pss, pssParameters(SHA256, SHA256, 32));
  assert.equal(problem(stated, rsa.publicKey, pss(32)), undefined);
  assert.equal(problem(stated, rsa.publicKey, pss(20)), 'signature-invalid');
  const mixed = algorithm(OID.pss, pssParameters(SHA256, SHA512, 32));
  assert.equal(problem(mixed, rsa.publicKey, pss(32)), 'signature-algorithm');
  // The defaults are SHA-1.
  assert.equal(problem(algorithm(OID.pss, derSequence()), rsa.publicKey, pss(20)), 'signature-algorithm');
  assert.equal(problem(algorithm(OID.pss), rsa.publicKey, pss(20)), 'signature-algorithm');
});

test('ECDSA on the named curves in use, Ed25519, and no key of another kind', () => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const ed25519 = generateKeyPairSync('ed25519');
  const ecdsa = algorithm(OID.ecdsaSha384);
  const by = (key: KeyObject) => sign('sha384', CONTENT, key);
  assert.equal(problem(ecdsa, p384.publicKey, by(p384.privateKey)), undefined);
  assert.equal(problem(ecdsa, koblitz.publicKey, by(koblitz.privateKey)), 'weak-key');
  assert.equal(problem(ecdsa, rsa.publicKey, by(rsa.privateKey)), 'signature-algorithm');
  const signature = sign(null, CONTENT, ed25519.privateKey);
  assert.equal(problem(algorithm(OID.ed25519), ed25519.publicKey, signature), undefined);
  assert.equal(problem(algorithm('1.2.3.4'), ed25519.publicKey, signature), 'signature-algorithm');
});

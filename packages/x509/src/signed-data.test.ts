import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import test from 'node:test';
import type { AlgorithmIdentifier } from './algorithm-identifier.ts';
import { contextTag } from './der.ts';
import { der, derBitString, derInteger, derNull, derObjectIdentifier, derSequence } from './der-encoding.ts';
import { asRevocationProblem } from './revocation/status.ts';
import { type AlgorithmRules, DEFAULT_ALGORITHMS } from './signed-data/algorithms.ts';
import { PublicKey } from './signed-data/public-key.ts';
import { SignatureBudget, type SignedData, signatureProblem, verificationCost } from './signed-data.ts';

const CONTENT = Buffer.from('what is signed');
const OID = {
  rsaMd5: '1.2.840.113549.1.1.4',
  rsaSha1: '1.2.840.113549.1.1.5',
  rsaSha256: '1.2.840.113549.1.1.11',
  pss: '1.2.840.113549.1.1.10',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  ed25519: '1.3.101.112',
};
const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA512 = '2.16.840.1.101.3.4.2.3';
const MGF1 = '1.2.840.113549.1.1.8';

const algorithm = (oid: string, parameters?: Uint8Array): AlgorithmIdentifier => ({
  oid,
  parameters,
  der: derSequence(derObjectIdentifier(oid), ...(parameters ? [parameters] : [])),
});

type PssParameters = { hash: string; mask: string; salt?: number; trailer?: number; afterHash?: Uint8Array };
const pssParameters = ({ hash, mask, salt, trailer, afterHash }: PssParameters): Uint8Array =>
  derSequence(
    der(contextTag(0, true), derSequence(derObjectIdentifier(hash), ...(afterHash ? [afterHash] : []))),
    der(contextTag(1, true), derSequence(derObjectIdentifier(MGF1), derSequence(derObjectIdentifier(mask)))),
    ...(salt === undefined ? [] : [der(contextTag(2, true), derInteger(salt))]),
    ...(trailer === undefined ? [] : [der(contextTag(3, true), derInteger(trailer))]),
  );

const spki = (key: KeyObject): PublicKey => PublicKey.fromDer(key.export({ format: 'der', type: 'spki' }));
const found = (signed: SignedData, key: PublicKey, rules: Partial<AlgorithmRules> = {}) =>
  signatureProblem(signed, key, { ...DEFAULT_ALGORITHMS, ...rules }, new SignatureBudget());
const problem = (
  identifier: AlgorithmIdentifier,
  publicKey: KeyObject,
  signature: Uint8Array,
  rules: Partial<AlgorithmRules> = {},
) => found({ content: CONTENT, algorithm: identifier, signature }, spki(publicKey), rules)?.reason;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const pss = (saltLength: number, hash = 'sha256') =>
  sign(hash, CONTENT, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

test('RSA PKCS#1 with SHA-2 and at least 2048 bits', () => {
  const signature = sign('sha256', CONTENT, rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), rsa.publicKey, signature), undefined);
  assert.equal(problem(algorithm(OID.rsaSha256, derNull()), rsa.publicKey, signature), undefined);
  const other = sign('sha256', Buffer.from('other'), rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), rsa.publicKey, other), 'signature-invalid');
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = sign('sha256', CONTENT, small.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha256), small.publicKey, weak), 'weak-key');
  assert.equal(problem(algorithm(OID.rsaSha256), small.publicKey, weak, { minimumRsaBits: 1024 }), undefined);
});

test('SHA-1 counts only where the rules allow it, MD5 never', () => {
  const sha1 = sign('sha1', CONTENT, rsa.privateKey);
  assert.equal(problem(algorithm(OID.rsaSha1), rsa.publicKey, sha1), 'weak-signature-algorithm');
  assert.equal(problem(algorithm(OID.rsaSha1), rsa.publicKey, sha1, { sha1: true }), undefined);
  const md5 = sign('md5', CONTENT, rsa.privateKey);
  assert.equal(
    problem(algorithm(OID.rsaMd5), rsa.publicKey, md5, { sha1: true }),
    'weak-signature-algorithm',
  );
});

test('RSASSA-PSS with one hash, trailer 1, and the salt as stated or 20 octets', () => {
  const stated = algorithm(OID.pss, pssParameters({ hash: SHA256, mask: SHA256, salt: 32 }));
  assert.equal(problem(stated, rsa.publicKey, pss(32)), undefined);
  assert.equal(problem(stated, rsa.publicKey, pss(20)), 'signature-invalid');
  const unstated = algorithm(OID.pss, pssParameters({ hash: SHA256, mask: SHA256 }));
  assert.equal(problem(unstated, rsa.publicKey, pss(20)), undefined);
  assert.equal(problem(unstated, rsa.publicKey, pss(32)), 'signature-invalid');
  for (const parameters of [
    { hash: SHA256, mask: SHA512, salt: 32 },
    { hash: SHA256, mask: SHA256, salt: 32, trailer: 2 },
    { hash: SHA256, mask: SHA256, salt: 32, afterHash: derInteger(1) },
    { hash: MGF1, mask: MGF1, salt: 32 },
  ]) {
    const odd = algorithm(OID.pss, pssParameters(parameters));
    assert.equal(problem(odd, rsa.publicKey, pss(32)), 'malformed-signature-algorithm');
  }
  assert.equal(problem(algorithm(OID.pss), rsa.publicKey, pss(20)), 'malformed-signature-algorithm');
  // The defaults are SHA-1.
  const defaults = algorithm(OID.pss, derSequence());
  assert.equal(problem(defaults, rsa.publicKey, pss(20, 'sha1')), 'weak-signature-algorithm');
  assert.equal(problem(defaults, rsa.publicKey, pss(20, 'sha1'), { sha1: true }), undefined);
  const named = algorithm(OID.pss, pssParameters({ hash: SHA1, mask: SHA1, salt: 20 }));
  assert.equal(problem(named, rsa.publicKey, pss(20, 'sha1')), 'weak-signature-algorithm');
});

test('a key for RSASSA-PSS alone makes no other signatures', () => {
  const keys = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const signature = sign('sha256', CONTENT, {
    key: keys.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  const stated = algorithm(OID.pss, pssParameters({ hash: SHA256, mask: SHA256, salt: 32 }));
  assert.equal(problem(stated, keys.publicKey, signature), undefined);
  assert.equal(problem(algorithm(OID.rsaSha256), keys.publicKey, signature), 'key-of-another-kind');
});

test('ECDSA on the named curves in use, Ed25519, and no key of another kind', () => {
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const ecdsa = algorithm(OID.ecdsaSha384);
  const by = (key: KeyObject) => sign('sha384', CONTENT, key);
  assert.equal(problem(ecdsa, p384.publicKey, by(p384.privateKey)), undefined);
  assert.equal(problem(ecdsa, koblitz.publicKey, by(koblitz.privateKey)), 'unsupported-key');
  assert.equal(problem(ecdsa, rsa.publicKey, by(rsa.privateKey)), 'key-of-another-kind');
  const signature = sign(null, CONTENT, ed25519.privateKey);
  assert.equal(problem(algorithm(OID.ed25519), ed25519.publicKey, signature), undefined);
  assert.equal(
    problem(algorithm('1.2.3.4'), ed25519.publicKey, signature),
    'unsupported-signature-algorithm',
  );
});

test('parameters that an algorithm does not take', () => {
  const signature = sign('sha256', CONTENT, rsa.privateKey);
  const byRsa = algorithm(OID.rsaSha256, derInteger(1));
  assert.equal(problem(byRsa, rsa.publicKey, signature), 'malformed-signature-algorithm');
  const byEc = sign('sha384', CONTENT, p384.privateKey);
  const ecdsa = algorithm(OID.ecdsaSha384, derNull());
  assert.equal(problem(ecdsa, p384.publicKey, byEc), 'malformed-signature-algorithm');
  const byEd = sign(null, CONTENT, ed25519.privateKey);
  const edwards = algorithm(OID.ed25519, derNull());
  assert.equal(problem(edwards, ed25519.publicKey, byEd), 'malformed-signature-algorithm');
});

test('RSA keys beyond 8192 bits, or with an exponent that protects nothing, are not even tried', () => {
  const key = (modulusBytes: number, exponent: number) =>
    PublicKey.fromDer(
      derSequence(
        derSequence(derObjectIdentifier('1.2.840.113549.1.1.1'), derNull()),
        derBitString(derSequence(derInteger(Buffer.alloc(modulusBytes, 0xff)), derInteger(exponent))),
      ),
    );
  const signed = { content: CONTENT, algorithm: algorithm(OID.rsaSha256), signature: Buffer.alloc(256) };
  assert.equal(found(signed, key(1025, 65_537))?.reason, 'unsupported-key');
  assert.equal(found(signed, key(256, 1))?.reason, 'weak-key');
  assert.equal(found(signed, key(256, 65_536))?.reason, 'weak-key');
  assert.equal(found(signed, key(256, 65_537))?.reason, 'signature-invalid');
});

test('the algorithm within the signed part must be the one beside the signature', () => {
  const signature = sign('sha256', CONTENT, rsa.privateKey);
  const signed = (algorithmWithin: AlgorithmIdentifier): SignedData => ({
    content: CONTENT,
    algorithm: algorithm(OID.rsaSha256),
    algorithmWithin,
    signature,
  });
  const key = spki(rsa.publicKey);
  assert.equal(found(signed(algorithm(OID.rsaSha256)), key), undefined);
  assert.equal(found(signed(algorithm(OID.rsaSha1)), key)?.reason, 'signature-algorithm-mismatch');
  const otherParameters = signed(algorithm(OID.rsaSha256, derNull()));
  assert.equal(found(otherParameters, key)?.reason, 'signature-algorithm-mismatch');
});

test('a budget bounds the signatures verified; what is refused before costs nothing', () => {
  const budget = new SignatureBudget(2);
  const signed = {
    content: CONTENT,
    algorithm: algorithm(OID.rsaSha256),
    signature: sign('sha256', CONTENT, rsa.privateKey),
  };
  const ask = (data: SignedData) =>
    signatureProblem(data, spki(rsa.publicKey), DEFAULT_ALGORITHMS, budget)?.reason;
  assert.equal(ask({ ...signed, algorithm: algorithm(OID.rsaSha1) }), 'weak-signature-algorithm');
  assert.equal(ask({ ...signed, algorithm: algorithm(OID.ecdsaSha384) }), 'key-of-another-kind');
  assert.equal(ask(signed), undefined);
  assert.equal(ask(signed), undefined);
  assert.equal(budget.isExceeded, false);
  assert.equal(ask(signed), 'limit-exceeded');
  assert.equal(budget.isExceeded, true);
});

test('revocation names what is wrong by its own words', () => {
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const signature = sign('sha256', CONTENT, rsa.privateKey);
  const because = (identifier: AlgorithmIdentifier, key: KeyObject) =>
    asRevocationProblem(found({ content: CONTENT, algorithm: identifier, signature }, spki(key)))?.because;
  assert.equal(because(algorithm(OID.rsaSha256), rsa.publicKey), undefined);
  assert.equal(because(algorithm(OID.rsaSha1), rsa.publicKey), 'signature-algorithm');
  assert.equal(because(algorithm(OID.pss), rsa.publicKey), 'signature-algorithm');
  assert.equal(because(algorithm(OID.ecdsaSha384), rsa.publicKey), 'signature-algorithm');
  assert.equal(because(algorithm(OID.ecdsaSha384), koblitz.publicKey), 'weak-key');
  assert.equal(
    because(algorithm(OID.rsaSha256), generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
    'signature-invalid',
  );
});

test('a budget is spent by what the checks cost, and by their number', () => {
  const cost = (publicKey: KeyObject) =>
    verificationCost(PublicKey.fromDer(publicKey.export({ format: 'der', type: 'spki' })));
  const ec = (namedCurve: string) => cost(generateKeyPairSync('ec', { namedCurve }).publicKey);
  assert.deepEqual(['P-256', 'P-384', 'P-521'].map(ec), [1, 8, 20]);
  assert.equal(cost(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), 1);
  assert.equal(cost(generateKeyPairSync('rsa', { modulusLength: 4096 }).publicKey), 4);
  const budget = new SignatureBudget(3, 10);
  assert.deepEqual([budget.spend(4), budget.spend(4), budget.isExceeded], [true, true, false]);
  assert.deepEqual([budget.spend(4), budget.isExceeded], [false, true]);
  const counted = new SignatureBudget(2);
  assert.deepEqual([counted.spend(), counted.spend(20), counted.spend()], [true, true, false]);
});

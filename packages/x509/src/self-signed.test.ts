import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { makeCertificate, rsaKeys } from '../test/made-certificate.ts';
import { isSelfSigned } from './self-signed.ts';
import { SignatureBudget } from './signed-data.ts';

test('a certificate is self-signed by its name and its key together', () => {
  const own = makeCertificate({ subject: 'c' });
  assert.equal(isSelfSigned(own.certificate), true);
  assert.equal(isSelfSigned(makeCertificate({ subject: 'c', issuer: own }).certificate), false, 'the name');
  assert.equal(isSelfSigned(makeCertificate({ subject: 'd', issuer: own }).certificate), false, 'another');
});

test('what nothing rests on may be weak, and what is never relied on counts as not so', () => {
  const old = makeCertificate({ subject: 'c', keys: rsaKeys(1024), hash: 'sha1' });
  assert.equal(isSelfSigned(old.certificate), true);
  const odd = makeCertificate({ subject: 'c', keys: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) });
  assert.equal(isSelfSigned(odd.certificate), false);
  assert.equal(isSelfSigned(makeCertificate({ subject: 'c' }).certificate, new SignatureBudget(0)), false);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { keyUsage, makeCertificate } from '../test/made-certificate.ts';
import { readCertificateExtensions } from './certificate-extensions.ts';
import { CertificateFields } from './certificate-fields.ts';
import { DerReader, MalformedDer, onlyElement, TAG } from './der.ts';
import {
  der,
  derBitString,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
} from './der-encoding.ts';
import { EXTENSION } from './object-identifiers.ts';

const { certificate } = makeCertificate({ subject: 'c', extensions: [keyUsage(0)] });
const { tbsCertificate, signatureAlgorithm, signatureValue } = certificate.fields;
const parts = new DerReader(onlyElement(tbsCertificate, TAG.sequence, 'tbs').content, 'tbs')
  .rest()
  .map(({ bytes }) => bytes);
const version = (number: number): Uint8Array => der(0xa0, derInteger(number));
const framed = (...members: readonly (Uint8Array | undefined)[]): Uint8Array =>
  derSequence(
    derSequence(...members.filter((member) => member !== undefined)),
    signatureAlgorithm.der,
    derBitString(signatureValue),
  );
const [v3, ...rest] = parts;
const withoutExtensions = rest.slice(0, -1);
const extensions = rest.at(-1);

const refusals: readonly [what: string, bytes: Uint8Array, field: string][] = [
  ['version 4', framed(version(3), ...rest), 'tbsCertificate.version'],
  ['version 1 written out', framed(version(0), ...withoutExtensions), 'tbsCertificate.version'],
  ['version 1 with extensions', framed(...rest), 'tbsCertificate.version'],
  ['version 2 with extensions', framed(version(1), ...rest), 'tbsCertificate.version'],
  [
    'version 1 with a unique identifier',
    framed(...withoutExtensions, der(0x81, Buffer.of(0, 1))),
    'tbsCertificate.version',
  ],
  [
    'critical FALSE written out',
    framed(
      v3,
      ...withoutExtensions,
      der(
        0xa3,
        derSequence(
          derSequence(
            derObjectIdentifier(EXTENSION.keyUsage),
            der(TAG.boolean, Buffer.of(0)),
            derOctetString(derNamedBits([0])),
          ),
        ),
      ),
    ),
    'tbsCertificate.extensions',
  ],
  [
    'an empty list of extensions',
    framed(v3, ...withoutExtensions, der(0xa3, derSequence())),
    'tbsCertificate.extensions',
  ],
  ['more after the extensions', framed(v3, ...rest, derInteger(1)), 'tbsCertificate'],
];

test('the frame these cases are made in is right itself', () => {
  assert.deepEqual(new CertificateFields(framed(v3, ...rest)).subject.toString(), 'CN=c');
  assert.equal(new CertificateFields(framed(...withoutExtensions)).version, 1);
  assert.equal(
    new CertificateFields(framed(version(1), ...withoutExtensions, der(0x81, Buffer.of(0, 1)))).version,
    2,
  );
  assert.ok(extensions);
});

for (const [what, bytes, field] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => new CertificateFields(bytes),
      (error) => error instanceof MalformedDer && error.field === field,
    );
  });
}

const malformed: readonly [what: string, name: keyof typeof EXTENSION, value: Uint8Array][] = [
  [
    'a subtree with a minimum',
    'nameConstraints',
    derSequence(der(0xa0, derSequence(der(0x82, Buffer.from('a')), der(0x80, Buffer.of(1))))),
  ],
  ['no usage', 'keyUsage', der(TAG.bitString, Buffer.of(0))],
  [
    'one policy twice',
    'certificatePolicies',
    derSequence(derSequence(derObjectIdentifier('1.2.3')), derSequence(derObjectIdentifier('1.2.3'))),
  ],
  ['an authority’s serial number alone', 'authorityKeyIdentifier', derSequence(der(0x82, Buffer.of(1)))],
  [
    'a negative path length',
    'basicConstraints',
    derSequence(der(TAG.boolean, Buffer.of(0xff)), der(TAG.integer, Buffer.of(0xff))),
  ],
  [
    'bytes after the value',
    'subjectKeyIdentifier',
    Buffer.concat([derOctetString(Buffer.of(1)), Buffer.of(0)]),
  ],
];
for (const [what, name, value] of malformed) {
  test(`refuses ${name} with ${what}`, () => {
    assert.throws(
      () => readCertificateExtensions([{ oid: EXTENSION[name], critical: false, value }]),
      (error) => error instanceof MalformedDer && error.field.startsWith(`extensions.${name}`),
    );
  });
}

test('the last second of the validity counts whole', () => {
  assert.equal(certificate.isValidAt(certificate.notAfter + 999), true);
  assert.equal(certificate.isValidAt(certificate.notAfter + 1000), false);
  assert.equal(certificate.isValidAt(certificate.notBefore), true);
  assert.equal(certificate.isValidAt(certificate.notBefore - 1), false);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { keyUsage, makeCertificate } from '../test/made-certificate.ts';
import { type ReadExtensionName, readCertificateExtensions, readWhole } from './certificate-extensions.ts';
import { CertificateFields } from './certificate-fields.ts';
import { DerReader, onlyElement, TAG } from './der.ts';
import {
  der,
  derBitString,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTime,
} from './der-encoding.ts';
import { MalformedCertificate } from './malformed-certificate.ts';
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
const keyUsageExtension = derSequence(
  derObjectIdentifier(EXTENSION.keyUsage),
  derOctetString(derNamedBits([0])),
);
const repeatedExtension = der(0xa3, derSequence(keyUsageExtension, keyUsageExtension));
const [v3, ...rest] = parts;
const withoutExtensions = rest.slice(0, -1);
const extensions = rest.at(-1);

const refusals: readonly [what: string, bytes: Uint8Array, field: string][] = [
  ['version 4', framed(version(3), ...rest), 'tbsCertificate.version'],
  ['version 1 with extensions', framed(...rest), 'tbsCertificate.version'],
  ['version 2 with extensions', framed(version(1), ...rest), 'tbsCertificate.version'],
  [
    'version 1 with a unique identifier',
    framed(...withoutExtensions, der(0x81, Buffer.of(0, 1))),
    'tbsCertificate.version',
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
      (error) => error instanceof MalformedCertificate && error.unreadable.field === field,
    );
  });
}

test('reads the defaults written out as what they are, and an empty list of extensions as none', () => {
  const writtenOut = derSequence(
    derObjectIdentifier(EXTENSION.keyUsage),
    der(TAG.boolean, Buffer.of(0)),
    derOctetString(derNamedBits([0])),
  );
  const { extensions } = new CertificateFields(
    framed(v3, ...withoutExtensions, der(0xa3, derSequence(writtenOut))),
  );
  assert.equal(extensions[0]?.critical, false);
  assert.equal(new CertificateFields(framed(version(0), ...withoutExtensions)).version, 1);
  const empty = new CertificateFields(framed(v3, ...withoutExtensions, der(0xa3, derSequence())));
  assert.deepEqual(empty.extensions, []);
});

test('a field that cannot be read leaves the others readable', () => {
  const [serialNumber, signature, issuer, , subject, ...others] = withoutExtensions;
  const never = derSequence(der(TAG.utcTime, Buffer.from('251301000000Z')), derTime(0));
  const fields = new CertificateFields(
    framed(v3, serialNumber, signature, issuer, never, subject, ...others, repeatedExtension),
  );
  const unreadable = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      if (error instanceof MalformedCertificate) return error.unreadable.field;
    }
    return assert.fail('it was read');
  };
  assert.equal(
    unreadable(() => fields.notBefore),
    'tbsCertificate.validity.notBefore',
  );
  assert.equal(
    unreadable(() => fields.extensions),
    'tbsCertificate.extensions',
  );
  assert.equal(fields.notAfter.at, 0);
  assert.equal(fields.subject.toString(), 'CN=c');
});

const malformed: readonly [what: string, name: ReadExtensionName, value: Uint8Array][] = [
  [
    'a subtree with a minimum other than the default',
    'nameConstraints',
    derSequence(der(0xa0, derSequence(der(0x82, Buffer.from('a')), der(0x80, Buffer.of(1))))),
  ],
  ['no usage', 'keyUsage', der(TAG.bitString, Buffer.of(0))],
  [
    'one policy twice',
    'certificatePolicies',
    derSequence(derSequence(derObjectIdentifier('1.2.3')), derSequence(derObjectIdentifier('1.2.3'))),
  ],
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
    const extensions = readCertificateExtensions([
      { oid: EXTENSION[name], critical: false, value },
      { oid: EXTENSION.extKeyUsage, critical: false, value: derSequence(derObjectIdentifier('1.2.3')) },
    ]);
    assert.throws(
      () => extensions[name],
      (error) =>
        error instanceof MalformedCertificate && error.unreadable.field.startsWith(`extensions.${name}`),
    );
    assert.deepEqual(extensions.extKeyUsage, ['1.2.3']);
  });
}

test('an authority’s serial number without its issuer leaves the key identifier', () => {
  const value = derSequence(der(0x80, Buffer.of(7)), der(0x82, Buffer.of(1)));
  const { authorityKeyIdentifier } = readCertificateExtensions([
    { oid: EXTENSION.authorityKeyIdentifier, critical: false, value },
  ]);
  assert.deepEqual(Array.from(authorityKeyIdentifier?.keyIdentifier ?? []), [7]);
});

test('a subtree’s minimum of 0, the default, means nothing written out', () => {
  const subtree = derSequence(der(0x82, Buffer.from('a.example')), der(0x80, Buffer.of(0)));
  const { nameConstraints } = readCertificateExtensions([
    { oid: EXTENSION.nameConstraints, critical: true, value: derSequence(der(0xa0, subtree)) },
  ]);
  assert.deepEqual(nameConstraints?.permitted, [{ kind: 'dns', value: 'a.example' }]);
});

test('names that cannot be read stand among the others, and are whole names to nobody', () => {
  const value = derSequence(der(0x82, Buffer.from('a.example')), der(0x81, Buffer.from('jürgen@a.example')));
  const extensions = readCertificateExtensions([{ oid: EXTENSION.subjectAltName, critical: false, value }]);
  const [good, bad] = extensions.subjectAltName ?? [];
  assert.deepEqual(good, { kind: 'dns', value: 'a.example' });
  assert.ok(bad?.kind === 'unreadable' && bad.form === 'email');
  assert.equal(bad.field, 'extensions.subjectAltName.rfc822Name');
  assert.throws(() => readWhole(extensions, 'subjectAltName'), MalformedCertificate);
});

test('the last second of the validity counts whole', () => {
  assert.equal(certificate.isValidAt(certificate.notAfter + 999), true);
  assert.equal(certificate.isValidAt(certificate.notAfter + 1000), false);
  assert.equal(certificate.isValidAt(certificate.notBefore), true);
  assert.equal(certificate.isValidAt(certificate.notBefore - 1), false);
});

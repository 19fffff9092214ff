import assert from 'node:assert/strict';
import test from 'node:test';
import {
  boolean,
  characterString,
  integer,
  MalformedDer,
  namedBits,
  objectIdentifier,
  onlyElement,
  TAG,
  time,
} from './der.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const only = (text: string, tag: number) => onlyElement(hex(text), tag, 'field');

const refused: readonly [what: string, read: () => unknown, presented: RegExp][] = [
  ['an indefinite length', () => only('30 80 00 00', TAG.sequence), /indefinite/],
  ['a long length that fits the short form', () => only('04 81 01 00', TAG.octetString), /not minimal/],
  [
    'a length with leading zeros',
    () => only(`04 82 00 80 ${'00'.repeat(128)}`, TAG.octetString),
    /not minimal/,
  ],
  ['a length of five octets', () => only('04 85 01 00 00 00 00', TAG.octetString), /5 octets/],
  ['a length beyond the end', () => only('04 05 00', TAG.octetString), /ends within a value/],
  ['a length cut off', () => only('04 82 01', TAG.octetString), /ends within a length/],
  ['a high tag number', () => only('1f 81 01 00', TAG.octetString), /high-number/],
  ['bytes left over', () => only('04 01 00 00', TAG.octetString), /1 bytes left over/],
  ['another tag', () => only('04 01 00', TAG.integer), /tag 0x04 where 0x02/],
  ['nothing', () => only('', TAG.integer), /ends too early/],
  ['a BER TRUE', () => boolean(only('01 01 01', TAG.boolean), 'field'), /neither 00 nor FF/],
  ['a padded INTEGER', () => integer(only('02 02 00 01', TAG.integer), 'field'), /not minimal/],
  ['a padded negative INTEGER', () => integer(only('02 02 ff 80', TAG.integer), 'field'), /not minimal/],
  ['an empty INTEGER', () => integer(only('02 00', TAG.integer), 'field'), /without octets/],
  ['an OID cut off', () => objectIdentifier(only('06 02 55 84', TAG.objectIdentifier), 'field'), /cut off/],
  [
    'an OID with padding',
    () => objectIdentifier(only('06 03 55 80 03', TAG.objectIdentifier), 'field'),
    /padded/,
  ],
  ['unused bits set', () => namedBits(only('03 02 07 ff', TAG.bitString), 'field'), /unused bits set/],
  ['a ninth unused bit', () => namedBits(only('03 02 08 80', TAG.bitString), 'field'), /wrong count/],
  [
    'a time with an offset',
    () => time({ tag: TAG.utcTime, bytes: hex(''), content: Buffer.from('250101000000+0100') }, 'field'),
    /to the second in UTC/,
  ],
  [
    'a time with fractions',
    () =>
      time({ tag: TAG.generalizedTime, bytes: hex(''), content: Buffer.from('20500101000000.5Z') }, 'field'),
    /to the second in UTC/,
  ],
  [
    'the thirtieth of February',
    () => time({ tag: TAG.utcTime, bytes: hex(''), content: Buffer.from('240230000000Z') }, 'field'),
    /no clock/,
  ],
];

for (const [what, read, presented] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(
      read,
      (error) => error instanceof MalformedDer && presented.test(error.presented) && error.field === 'field',
    );
  });
}

test('reads times on both sides of the century as RFC 5280 §4.1.2.5.1 does', () => {
  const utc = (text: string) =>
    time({ tag: TAG.utcTime, bytes: hex(''), content: Buffer.from(text) }, 'field');
  assert.equal(utc('491231235959Z'), Date.UTC(2049, 11, 31, 23, 59, 59));
  assert.equal(utc('500101000000Z'), Date.UTC(1950, 0, 1));
});

test('reads a named bit list with and without its trailing zero bits alike', () => {
  for (const written of ['03 02 07 80', '03 02 05 80', '03 02 00 80', '03 03 00 80 00']) {
    assert.deepEqual(namedBits(only(written, TAG.bitString), 'field'), [0], written);
  }
});

test('reads object identifiers with arcs of any size', () => {
  assert.equal(objectIdentifier(only('06 03 55 04 03', TAG.objectIdentifier), 'field'), '2.5.4.3');
  assert.equal(objectIdentifier(only('06 03 88 37 03', TAG.objectIdentifier), 'field'), '2.999.3');
});

test('reads every string type, and none that does not hold its text', () => {
  const string = (tag: number, bytes: Uint8Array) => characterString({ tag, bytes, content: bytes });
  assert.equal(string(TAG.utf8String, Buffer.from('Zürich')), 'Zürich');
  assert.equal(string(TAG.utf8String, hex('c3 28')), undefined);
  assert.equal(string(TAG.printableString, Buffer.from('Bern')), 'Bern');
  assert.equal(string(TAG.printableString, hex('e4')), undefined);
  assert.equal(string(TAG.teletexString, hex('5a fc')), 'Zü');
  assert.equal(string(TAG.bmpString, hex('00 5a 00 fc')), 'Zü');
  assert.equal(string(TAG.bmpString, hex('00 5a 00')), undefined);
  assert.equal(string(TAG.bmpString, hex('d8 00')), undefined);
  assert.equal(string(TAG.universalString, hex('00 00 00 5a 00 01 f5 10')), 'Z🔐');
  assert.equal(string(TAG.universalString, hex('00 11 00 00')), undefined);
  assert.equal(string(TAG.integer, hex('01')), undefined);
});

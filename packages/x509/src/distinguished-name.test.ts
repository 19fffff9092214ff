import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { derName } from '../test/made-certificate.ts';
import {
  der,
  derBmpString,
  derObjectIdentifier,
  derPrintableString,
  derSequence,
  derSet,
  derUtf8String,
} from './der-encoding.ts';
import {
  type AttributeTypeAndValue,
  DistinguishedName,
  InvalidDistinguishedName,
  inConventionalOrder,
  normaliseRegisteredSubjectDn,
  readRegisteredSubjectDn,
  textValue,
} from './distinguished-name.ts';

const printed = (text: string): string => DistinguishedName.parse(text).toString();
const equal = (one: string, other: string): boolean =>
  DistinguishedName.parse(one).equals(DistinguishedName.parse(other));

test('reads what RFC 4514 writes, and writes it again', () => {
  for (const text of [
    'UID=jsmith,DC=example,DC=net',
    'OU=Sales+CN=J.  Smith,DC=example,DC=net',
    'CN=James \\"Jim\\" Smith\\, III,DC=example,DC=net',
    'CN=Before\\0dAfter,DC=example,DC=net',
    'CN=Lu\\C4\\8Di\\C4\\87',
    'CN=\\ padded\\ ,O=\\#1',
    'CN=a\\\\b,O=x\\+y\\;z\\<\\>',
    '1.3.6.1.4.1.1466.0=#04024869',
    '',
  ]) {
    assert.ok(equal(printed(text), text), text);
  }
  assert.equal(printed('CN=Lu\\C4\\8Di\\C4\\87'), 'CN=Lučić');
  assert.equal(printed('CN=a\\0db'), 'CN=a\\0db');
  assert.equal(printed('CN=James \\"Jim\\" Smith\\, III'), 'CN=James \\"Jim\\" Smith\\, III');
  assert.equal(printed('CN=\\ padded\\ '), 'CN=\\ padded\\ ');
});

test('reads quotation, semicolons and spaces of the older writings', () => {
  assert.ok(equal('CN="Smith, John" ; O = "a\\"b"', 'CN=Smith\\, John,O=a\\"b'));
  assert.ok(equal('CN = client , O = Example', 'CN=client,O=Example'));
  assert.ok(equal('CN="  inner  ",O=x', 'CN=inner,O=x'));
});

test('knows attribute types by keyword in any case, by object identifier and by what other programs print', () => {
  for (const [one, other] of [
    ['cn=x', '2.5.4.3=x'],
    ['OID.2.5.4.3=x', 'CN=x'],
    ['S=Bern', 'ST=Bern'],
    ['E=a@b.example', 'emailAddress=a@b.example'],
    ['EMAILADDRESS=a@b.example', '1.2.840.113549.1.9.1=a@b.example'],
    ['SERIALNUMBER=1', 'serialNumber=1'],
    ['T=Dr', 'title=Dr'],
    ['GIVENNAME=Ada', 'GN=Ada'],
    ['SURNAME=Lovelace', 'SN=Lovelace'],
    ['organizationIdentifier=PSDGB-1', '2.5.4.97=PSDGB-1'],
    ['jurisdictionC=GB', '1.3.6.1.4.1.311.60.2.1.3=GB'],
    ['businessCategory=Private', '2.5.4.15=Private'],
    ['UID=u', '0.9.2342.19200300.100.1.1=u'],
    ['STREET=Main', '2.5.4.9=Main'],
    ['2.5.4.97=#0c0750534447422d31', 'organizationIdentifier=PSDGB-1'],
    ['CN=#1303616263', 'CN=abc'],
  ] as const) {
    assert.ok(equal(one, other), `${one} and ${other}`);
  }
});

test('compares without regard to case, string type, spaces and compatibility forms, but to nothing else', () => {
  assert.ok(equal('CN=Client  One ', 'cn=client one'));
  assert.ok(equal('CN=STRASSE', 'CN=straße'));
  assert.ok(!equal('CN=bilal', 'CN=bılal'), 'RFC 3454 B.2 leaves the dotless i alone');
  assert.ok(equal('CN=BıLAL', 'CN=bıLal'));
  assert.ok(equal('CN=ﬁle', 'CN=FILE'));
  assert.ok(equal('CN=a\u00a0b', 'CN=a b'));
  assert.ok(equal('CN=soft\u00adhyphen', 'CN=softhyphen'));
  assert.ok(equal('CN=e\u0301', 'CN=é'));
  assert.ok(equal('CN=a+OU=b', 'OU=b+CN=a'));
  const inTypes = [
    derUtf8String('Zürich'),
    derBmpString('ZÜRICH'),
    der(0x14, Buffer.from('Zürich', 'latin1')),
  ];
  for (const value of inTypes) {
    assert.ok(DistinguishedName.fromDer(derName([['L', value]])).equals(DistinguishedName.parse('L=zürich')));
  }
  assert.ok(!equal('CN=a,O=b', 'O=b,CN=a'));
  assert.ok(!equal('CN=a', 'OU=a'));
  assert.ok(!equal('CN=a', 'CN=a,O=b'));
  assert.ok(!equal('CN=a+OU=b', 'CN=a,OU=b'));
  assert.ok(!equal('CN=adm\\00in', 'CN=admin'));
  assert.ok(!equal('CN=a b', 'CN=ab'));
  assert.ok(!equal('CN=e', 'CN=é'));
});

test('compares values that are no text by their octets', () => {
  const name = DistinguishedName.fromDer(derName([['2.5.4.45', Buffer.from('03020780', 'hex')]]));
  assert.equal(name.toString(), 'x500UniqueIdentifier=#03020780');
  assert.ok(name.equals(DistinguishedName.parse('2.5.4.45=#03020780')));
  assert.ok(!name.equals(DistinguishedName.parse('2.5.4.45=#03020700')));
});

test('finds its ancestors by whole relative names from the root', () => {
  const name = DistinguishedName.parse('CN=x,OU=a,O=Example,C=GB');
  assert.ok(name.isWithin(DistinguishedName.parse('O=EXAMPLE,C=gb')));
  assert.ok(name.isWithin(name));
  assert.ok(name.isWithin(DistinguishedName.parse('')));
  assert.ok(!name.isWithin(DistinguishedName.parse('O=Exam,C=GB')));
  assert.ok(!DistinguishedName.parse('O=Example,C=GB').isWithin(name));
});

for (const [text, position, problem] of [
  ['CN', 2, /no = after CN/],
  ['CN=a,', 5, /no attribute type/],
  ['CN=a,,O=b', 5, /no attribute type/],
  ['CN=a,FOO=b', 5, /unknown attribute type FOO/],
  ['CN="a', 3, /quotation without end/],
  ['CN="a"b', 6, /b where a name goes on/],
  ['CN=a"b', 4, /" without/],
  ['CN=a<b', 4, /< without/],
  ['CN=a\\', 4, /\\ before neither/],
  ['CN=a\\zz', 4, /\\ before neither/],
  ['CN=\\c3\\28', 3, /not UTF-8/],
  ['CN=#zz', 3, /hexadecimal DER/],
  ['CN=#0c05', 3, /hexadecimal DER/],
  ['CN=a\0b', 4, /must be escaped/],
  ['CN=\ud800', 3, /must be escaped/],
  ['1.2.=x', 0, /unknown attribute type/],
  ['/CN=a/FOO', undefined, undefined],
  ['/FOO=a', 1, /no known attribute type/],
  [`CN=${'a'.repeat(20_000)}`, 16_384, /more than/],
] as const) {
  test(`${problem ? 'refuses' : 'reads'} ${JSON.stringify(text.slice(0, 20))}`, () => {
    if (!problem) {
      DistinguishedName.parse(text);
      return;
    }
    assert.throws(
      () => DistinguishedName.parse(text),
      (error) =>
        error instanceof InvalidDistinguishedName &&
        error.position === position &&
        problem.test(error.message),
    );
  });
}

test('reads openssl’s one-line form root first, with slashes and plus signs within values', () => {
  const name = DistinguishedName.parse('/C=GB/O=A/B Ltd/CN=client+OU=x/emailAddress=a@b.example');
  assert.equal(name.toString(), 'emailAddress=a@b.example,CN=client+OU=x,O=A/B Ltd,C=GB');
  assert.equal(DistinguishedName.parse('/CN=Z\\xC3\\xBCrich').toString(), 'CN=Zürich');
});

test('one certificate’s subject matches however its order was written', () => {
  const subject = DistinguishedName.parse('CN=client,OU=Ops,O=Example,C=GB');
  for (const [text, writtenForm] of [
    ['CN=client,OU=Ops,O=Example,C=GB', 'rfc4514'],
    ['CN=client, OU=Ops, O=Example, C=GB', 'rfc4514'],
    ['C = GB, O = Example, OU = Ops, CN = client', 'openssl'],
    ['subject=C=GB, O=Example, OU=Ops, CN=client', 'openssl'],
    ['subject= C = GB, O = Example, OU = Ops, CN = client', 'openssl'],
    ['/C=GB/O=Example/OU=Ops/CN=client', 'openssl-oneline'],
    ['subject= /C=GB/O=Example/OU=Ops/CN=client', 'openssl-oneline'],
  ] as const) {
    const registered = normaliseRegisteredSubjectDn(text);
    assert.equal(registered.canonical, 'CN=client,OU=Ops,O=Example,C=GB', text);
    assert.equal(registered.writtenForm, writtenForm);
    assert.equal(registered.warning === undefined, writtenForm === 'rfc4514');
    if (registered.warning) assert.match(registered.warning, /RFC 4514.*CN=client,OU=Ops,O=Example,C=GB/);
    assert.ok(DistinguishedName.parse(registered.canonical).equals(subject));
  }
});

test('a subject encoded most specific first matches the same texts', () => {
  const encoded = DistinguishedName.fromDer(
    derName([
      ['CN', 'client'],
      ['O', 'Example'],
      ['C', 'GB'],
    ]),
  );
  for (const text of [
    encoded.toString(),
    'CN=client,O=Example,C=GB',
    'CN=client, O=Example, C=GB',
    '/CN=client/O=Example/C=GB',
  ]) {
    const { canonical } = normaliseRegisteredSubjectDn(text);
    assert.ok(
      inConventionalOrder(DistinguishedName.parse(canonical)).equals(inConventionalOrder(encoded)),
      text,
    );
  }
});

test('an order that the types do not tell is read as RFC 4514 and said so', () => {
  const { canonical, writtenForm, warning } = normaliseRegisteredSubjectDn('OU=a,OU=b');
  assert.deepEqual([canonical, writtenForm], ['OU=a,OU=b', 'rfc4514']);
  assert.match(warning ?? '', /do not tell which end is the root/);
  assert.match(normaliseRegisteredSubjectDn('O=a,CN=b,C=GB').warning ?? '', /do not tell/);
  assert.equal(normaliseRegisteredSubjectDn('CN=a').warning, undefined);
  assert.equal(normaliseRegisteredSubjectDn('CN=a,DC=example,DC=org').warning, undefined);
  assert.equal(normaliseRegisteredSubjectDn('DC=org,DC=example,CN=a').canonical, 'CN=a,DC=example,DC=org');
  assert.equal(normaliseRegisteredSubjectDn('C=GB,O=a').canonical, 'O=a,C=GB');
});

for (const [text, ...suggestions] of [
  ['CN=x/O=y', 'CN=x,O=y', 'CN=x/O\\=y'],
  ['O=Fintech Ltd/CN=x', 'CN=x,O=Fintech Ltd', 'O=Fintech Ltd/CN\\=x'],
  ['C=GB/O=x/CN=y', 'CN=y,O=x,C=GB', 'C=GB/O\\=x/CN\\=y'],
  ['CN=a O=b', 'CN=a,O=b', 'CN=a O\\=b'],
  ['CN=CN=foo', 'CN=foo', 'CN=CN\\=foo'],
  ['CN=a, OU=b\nO=c', 'CN=a,OU=b,O=c', 'CN=a\\, OU=b,O=c'],
  ['CN=a\\nO=b', 'CN=a,O=b', 'CN=a\\\\nO=b'],
  ['"CN=a,O=b"', 'CN=a,O=b'],
  ['CN=a,O=b,', 'CN=a,O=b'],
  ['C=GB; O=Smith, Jones; CN=x', 'CN=x,O=Smith\\, Jones,C=GB'],
  ['C=GB; O=Smith, OU=x; CN=x', 'CN=x,OU=x,O=Smith,C=GB', 'CN=x,O=Smith\\, OU=x,C=GB'],
  ['/C=GB/O=Foo/BAR=x', 'O=Foo/BAR=x,C=GB'],
  ['/CN=caf\\C3\\A9', 'CN=café', 'CN=caf\\\\C3\\\\A9'],
  ['CN=UTF8STRING:abc', 'CN=abc', 'CN=UTF8STRING\\3aabc'],
  ['O=DOMAIN\\abc,CN=x', 'CN=x,O=DOMAIN«c', 'CN=x,O=DOMAIN\\\\abc'],
  ['CN=caf\ufffd'],
  ['Common Name: x'],
] as const) {
  test(`registered ${JSON.stringify(text)} is refused with what to write`, () => {
    assert.throws(
      () => normaliseRegisteredSubjectDn(text),
      (error) => {
        assert.ok(error instanceof InvalidDistinguishedName, String(error));
        assert.deepEqual(error.suggestions, suggestions);
        for (const suggestion of suggestions) {
          assert.ok(error.message.includes(suggestion));
          assert.equal(normaliseRegisteredSubjectDn(suggestion).canonical, suggestion);
        }
        return true;
      },
    );
  });
}

test('an escaped sign or a quotation is part of a value, and what was registered stays what it was', () => {
  assert.equal(normaliseRegisteredSubjectDn('CN=a\\, O=b').canonical, 'CN=a\\, O=b');
  assert.equal(normaliseRegisteredSubjectDn('CN="a/O=b"').canonical, 'CN=a/O\\=b');
  assert.equal(normaliseRegisteredSubjectDn('/C=GB/O=a\\/CN=x').canonical, 'O=a/CN\\=x,C=GB');
  assert.equal(normaliseRegisteredSubjectDn('CN=svc / web=1').canonical, 'CN=svc / web=1');
  assert.equal(readRegisteredSubjectDn('O=Fintech Ltd/CN=x').canonical, 'O=Fintech Ltd/CN\\=x');
  assert.match(normaliseRegisteredSubjectDn('CN=CORP\\5678').warning ?? '', /\\56 was read as V/);
});

test('an empty subject cannot be registered, and positions count the label', () => {
  assert.throws(() => normaliseRegisteredSubjectDn('  '), InvalidDistinguishedName);
  assert.throws(
    () => normaliseRegisteredSubjectDn('subject=CN=a,FOO=b'),
    (error) => error instanceof InvalidDistinguishedName && error.position === 13,
  );
  assert.throws(
    () => normaliseRegisteredSubjectDn('  /FOO=b'),
    (error) => error instanceof InvalidDistinguishedName && error.position === 3,
  );
});

const attribute: fc.Arbitrary<AttributeTypeAndValue> = fc.record({
  type: fc.constantFrom(
    '2.5.4.3',
    '2.5.4.10',
    '2.5.4.6',
    '2.5.4.11',
    '0.9.2342.19200300.100.1.25',
    '1.2.3.4',
    '2.999.1',
  ),
  value: fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.stringMatching(/^[ #"+,;<>=\\a-cA-C]{0,8}$/),
      fc.constantFrom('', ' ', '#', '\\', '\0', 'ß', 'ﬀ', 'Σ', 'ς', 'a  b'),
    )
    .filter((text) => text.isWellFormed())
    .map(textValue),
});
const name = fc
  .array(fc.array(attribute, { minLength: 1, maxLength: 3 }), { maxLength: 5 })
  .map((rdns) => new DistinguishedName(rdns));

test('property: printing and parsing give the same name, and the same text again', () => {
  fc.assert(
    fc.property(name, (one) => {
      const text = one.toString();
      const again = DistinguishedName.parse(text);
      assert.ok(again.equals(one), text);
      assert.equal(again.toString(), text);
    }),
    { numRuns: 3000 },
  );
});

/** The same name in other clothes. */
const dressed = (one: DistinguishedName, upper: boolean): DistinguishedName =>
  new DistinguishedName(
    one.rdns.map((rdn) =>
      rdn
        .map(({ type, value }) => ({
          type,
          value:
            value.kind === 'text' ? textValue(` ${upper ? value.text.toUpperCase() : value.text} `) : value,
        }))
        .toReversed(),
    ),
  );

test('property: comparison is an equivalence', () => {
  fc.assert(
    fc.property(name, name, fc.boolean(), (one, other, upper) => {
      const same = dressed(one, upper);
      assert.ok(one.equals(one));
      assert.ok(one.equals(same) && same.equals(one));
      assert.equal(one.equals(other), other.equals(one));
      assert.equal(one.equals(other), same.equals(other));
      assert.equal(one.matchingKey === other.matchingKey, one.equals(other));
    }),
    { numRuns: 3000 },
  );
});

test('property: conventional order is settled once, and joins a name only with its reverse', () => {
  fc.assert(
    fc.property(name, (one) => {
      const settled = inConventionalOrder(one);
      assert.ok(inConventionalOrder(settled).equals(settled));
      assert.ok(settled.equals(one) || settled.equals(one.reversed()));
    }),
    { numRuns: 1000 },
  );
});

test('property: the canonical registered form is kept when registered again', () => {
  fc.assert(
    fc.property(
      name.filter((one) => !one.isEmpty),
      fc.boolean(),
      (one, reversed) => {
        const { canonical } = normaliseRegisteredSubjectDn((reversed ? one.reversed() : one).toString());
        assert.equal(normaliseRegisteredSubjectDn(canonical).canonical, canonical);
      },
    ),
    { numRuns: 1000 },
  );
});

test('property: any text is a name or refused with a position in it', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.stringMatching(/^[CNO=,+;#"\\ /a0-9.]{0,40}$/),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        normaliseRegisteredSubjectDn(text);
      } catch (error) {
        assert.ok(error instanceof InvalidDistinguishedName, String(error));
        assert.ok(error.position >= 0 && error.position <= text.length);
      }
    }),
    { numRuns: 5000 },
  );
});

test('a relative name must be a set of attributes', () => {
  const bad = derSequence(derSequence(derSequence(derObjectIdentifier('2.5.4.3'), derPrintableString('a'))));
  assert.throws(() => DistinguishedName.fromDer(bad), /no SET/);
  assert.throws(() => DistinguishedName.fromDer(derSequence(derSet())), /empty list/);
});

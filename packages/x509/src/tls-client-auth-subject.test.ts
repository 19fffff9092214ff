import assert from 'node:assert/strict';
import test from 'node:test';
import { type MadeAttribute, makeCertificate, san, subjectAltName } from '../test/made-certificate.ts';
import { type Certificate, MalformedCertificate } from './certificate.ts';
import { derSequence } from './der-encoding.ts';
import { InvalidDistinguishedName } from './distinguished-name.ts';
import { EXTENSION } from './object-identifiers.ts';
import { canonicalAddress, dnsNameProblem, mailboxParts, uriHost } from './subject-alternative-name.ts';
import { matchTlsClientAuthSubject, type TlsClientAuthSubject } from './tls-client-auth-subject.ts';

const made = (...names: Uint8Array[]): Certificate =>
  makeCertificate({
    subject: 'client.example',
    extensions: names.length > 0 ? [subjectAltName(...names)] : [],
  }).certificate;
const V6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

const all = made(
  san.dns('Client.Example'),
  san.dns('*.wild.example'),
  san.uri('https://client.example/a'),
  san.ip(192, 0, 2, 1),
  san.ip(...V6),
  san.email('Ops@Client.Example'),
  san.directoryName([['O', 'Elsewhere']]),
  san.registeredId('1.2.3.4'),
);

const matching: readonly [TlsClientAuthSubject, boolean][] = [
  [{ tls_client_auth_san_dns: 'client.example' }, true],
  [{ tls_client_auth_san_dns: 'CLIENT.EXAMPLE' }, true],
  [{ tls_client_auth_san_dns: 'a.wild.example' }, false],
  [{ tls_client_auth_san_dns: '*.wild.example' }, false],
  [{ tls_client_auth_san_dns: 'example' }, false],
  [{ tls_client_auth_san_dns: '192.0.2.1' }, false],
  [{ tls_client_auth_san_dns: '' }, false],
  [{ tls_client_auth_san_uri: 'https://client.example/a' }, true],
  [{ tls_client_auth_san_uri: 'https://CLIENT.example/a' }, false],
  [{ tls_client_auth_san_uri: 'https://client.example/a/' }, false],
  [{ tls_client_auth_san_uri: 'Client.Example' }, false],
  [{ tls_client_auth_san_ip: '192.0.2.1' }, true],
  [{ tls_client_auth_san_ip: '192.0.2.2' }, false],
  [{ tls_client_auth_san_ip: '192.0.2.001' }, false],
  [{ tls_client_auth_san_ip: '3221225985' }, false],
  [{ tls_client_auth_san_ip: '::ffff:192.0.2.1' }, false],
  [{ tls_client_auth_san_ip: '2001:db8::1' }, true],
  [{ tls_client_auth_san_ip: '2001:0DB8:0:0:0:0:0:1' }, true],
  [{ tls_client_auth_san_ip: '2001:db8::1%eth0' }, false],
  [{ tls_client_auth_san_email: 'Ops@client.example' }, true],
  [{ tls_client_auth_san_email: 'ops@client.example' }, false],
  [{ tls_client_auth_san_email: 'client.example' }, false],
  [{ tls_client_auth_subject_dn: 'CN=client.example' }, true],
  [{ tls_client_auth_subject_dn: 'O=Elsewhere' }, false],
];
for (const [subject, expected] of matching) {
  test(`${JSON.stringify(subject)} ${expected ? 'matches' : 'does not match'}`, () => {
    assert.equal(matchTlsClientAuthSubject(all, subject).matches, expected);
  });
}

test('a mismatch says what was expected and what the certificate carries', () => {
  assert.deepEqual(
    matchTlsClientAuthSubject(made(san.dns('*.a.example'), san.uri('urn:x')), {
      tls_client_auth_san_dns: 'b.a.example',
    }),
    {
      matches: false,
      field: 'extensions.subjectAltName',
      expected: 'dns:b.a.example',
      presented: 'dns:*.a.example, uri:urn:x',
      note: 'a wildcard never names a client',
    },
  );
  assert.deepEqual(matchTlsClientAuthSubject(made(), { tls_client_auth_san_ip: 'nonsense' }), {
    matches: false,
    field: 'extensions.subjectAltName',
    expected: 'ip:nonsense',
    presented: 'no subject alternative names',
    note: 'the registered value is no ip name',
  });
  assert.deepEqual(matchTlsClientAuthSubject(made(), { tls_client_auth_subject_dn: 'CN=other' }), {
    matches: false,
    field: 'subject',
    expected: 'CN=other',
    presented: 'CN=client.example',
  });
});

test('a subject in the opposite order, where the types do not tell, is no match and is named', () => {
  const { certificate } = makeCertificate({
    subject: [
      ['OU', 'a'],
      ['OU', 'b'],
    ],
  });
  assert.equal(
    matchTlsClientAuthSubject(certificate, { tls_client_auth_subject_dn: 'OU=b,OU=a' }).matches,
    true,
  );
  const other = matchTlsClientAuthSubject(certificate, { tls_client_auth_subject_dn: 'OU=a,OU=b' });
  assert.ok(!other.matches && other.note === 'the same relative names in the opposite order');
});

test('a subject matches in either order of its attributes’ encoding', () => {
  const attributes: readonly MadeAttribute[] = [
    ['C', 'GB'],
    ['O', 'Example Ltd'],
    ['CN', 'client'],
  ];
  for (const subject of [attributes, attributes.toReversed()]) {
    const { certificate } = makeCertificate({ subject });
    for (const text of [
      'CN=client,O=example  ltd,C=gb',
      'C = GB, O = Example Ltd, CN = client',
      '/C=GB/O=Example Ltd/CN=client',
    ]) {
      assert.equal(
        matchTlsClientAuthSubject(certificate, { tls_client_auth_subject_dn: text }).matches,
        true,
        text,
      );
    }
  }
});

for (const [what, name] of [
  ['a NUL', san.dns('client.example\0.evil.example')],
  ['a newline', san.email('a@b.example\n')],
  ['an escape', san.uri('https://client.example/\u001b')],
  ['UTF-8', san.dns(Buffer.from('zürich.example', 'utf8'))],
  ['DEL', san.dns('a\u007f.example')],
  ['an address of five octets', san.ip(1, 2, 3, 4, 5)],
  ['an address as text', san.ip(...Buffer.from('192.0.2.1'))],
] as const) {
  test(`an alternative name with ${what} is never compared, and leaves the others`, () => {
    const certificate = made(san.dns('client.example'), name);
    assert.equal(certificate.subjectAlternativeNames[1]?.kind, 'unreadable');
    const { matches } = matchTlsClientAuthSubject(certificate, { tls_client_auth_san_dns: 'client.example' });
    assert.equal(matches, true);
    const text = Buffer.from(name.subarray(2)).toString();
    for (const subject of [
      { tls_client_auth_san_dns: text },
      { tls_client_auth_san_uri: text },
      { tls_client_auth_san_email: text },
      { tls_client_auth_san_ip: text },
    ]) {
      assert.equal(matchTlsClientAuthSubject(certificate, subject).matches, false);
    }
  });
}

test('alternative names that are no list are refused whole, and the subject is compared without them', () => {
  for (const value of [derSequence(), Buffer.from('text'), Buffer.of(0x30, 0x05, 0x82, 0x09, 0x61)]) {
    const { certificate } = makeCertificate({
      subject: 'client',
      extensions: [{ oid: EXTENSION.subjectAltName, value }],
    });
    assert.throws(() => certificate.subjectAlternativeNames, MalformedCertificate);
    assert.throws(
      () => matchTlsClientAuthSubject(certificate, { tls_client_auth_san_dns: 'client.example' }),
      MalformedCertificate,
    );
    const { matches } = matchTlsClientAuthSubject(certificate, { tls_client_auth_subject_dn: 'CN=client' });
    assert.equal(matches, true);
  }
});

test('a registered subject that is none throws', () => {
  assert.throws(
    () => matchTlsClientAuthSubject(all, { tls_client_auth_subject_dn: 'nonsense' }),
    InvalidDistinguishedName,
  );
});

test('the preferred name syntax, mailboxes, hosts and addresses', () => {
  for (const good of ['example', 'a-b.example', '*.example.org', '1a.example', 'xn--n3h.example']) {
    assert.equal(dnsNameProblem(good), undefined, good);
  }
  const long = 'a'.repeat(64);
  const deep = Array.from({ length: 64 }, () => 'abc').join('.');
  assert.equal(dnsNameProblem(deep.slice(0, 253)), undefined);
  assert.equal(dnsNameProblem(deep), '255 characters');
  for (const bad of [
    '',
    '.',
    '*',
    'a..b',
    '.a',
    'a.',
    '-a.b',
    'a-.b',
    'a_b',
    'a.*.b',
    'f*.a',
    `${long}.a`,
    '10.0.0.1',
    'a b',
  ]) {
    assert.notEqual(dnsNameProblem(bad), undefined, bad);
  }
  assert.equal(dnsNameProblem('a_b.example', true), undefined);
  assert.deepEqual(mailboxParts('a.b+c@Example.org'), { local: 'a.b+c', domain: 'Example.org' });
  for (const bad of ['a', '@b', 'a@', 'a@b@c', '"a"@b', 'a@.b', 'a@*.b'])
    assert.equal(mailboxParts(bad), undefined, bad);
  assert.equal(uriHost('https://user@host.example:8443/x'), 'host.example');
  assert.equal(uriHost('https://[::1]/'), '[::1]');
  assert.equal(uriHost('spiffe://trust.example/a'), 'trust.example');
  for (const none of ['urn:x:y', 'mailto:a@b', 'https:///x', '//host/x'])
    assert.equal(uriHost(none), undefined, none);
  assert.equal(canonicalAddress('2001:DB8::0:1'), '2001:db8::1');
  for (const none of ['1.2.3', '0x7f.1', '1.2.3.4.5', 'fe80::1%1', 'example', '']) {
    assert.equal(canonicalAddress(none), undefined, none);
  }
});

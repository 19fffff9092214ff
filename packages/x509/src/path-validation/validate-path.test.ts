import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import {
  basicConstraints,
  certificatePolicies,
  ecKeys,
  extendedKeyUsage,
  keyUsage,
  type MadeAttribute,
  type MadeCertificate,
  makeAuthority,
  makeCertificate,
  makeClient,
  NOW,
  nameConstraints,
  policyMappings,
  rsaKeys,
  SERVER_AUTH,
  san,
  subjectAltName,
} from '../../test/made-certificate.ts';
import { Certificate } from '../certificate.ts';
import {
  der,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
} from '../der-encoding.ts';
import { EXTENSION } from '../object-identifiers.ts';
import type { PathRefusal, PathRefusalReason } from './path-refusal.ts';
import { type PathRequest, type PathResult, validatePath } from './validate-path.ts';

const root = makeAuthority({ subject: 'Root' });
const issuing = makeAuthority({ subject: 'Issuing', issuer: root });
const client = makeClient({ subject: 'client', issuer: issuing });

const certificates = (...made: MadeCertificate[]): Certificate[] =>
  made.map(({ certificate }) => certificate);

function validate(
  leaf: MadeCertificate,
  intermediates: readonly MadeCertificate[] = [issuing],
  options: Partial<PathRequest> = {},
): PathResult {
  return validatePath({
    leaf: leaf.certificate,
    intermediates: certificates(...intermediates),
    anchors: [root.certificate],
    at: NOW,
    usage: 'client-auth',
    ...options,
  });
}

function refused(
  result: PathResult,
  reason: PathRefusalReason,
  at: MadeCertificate,
  field: string,
): PathRefusal {
  if (result.valid) assert.fail(`valid where ${reason} was expected`);
  const shown = `${result.reason} at ${result.field}: expected ${result.expected}, presented ${result.presented}`;
  assert.equal(result.reason, reason, shown);
  assert.equal(result.field, field, shown);
  assert.equal(result.certificate, at.certificate, `the certificate of ${shown}`);
  assert.ok(result.expected && result.presented);
  return result;
}

test('a path from a client over an intermediate to an anchor is valid under every profile it keeps', () => {
  for (const profile of ['none', 'rfc5280'] as const) {
    const result = validate(client, [issuing], { profile });
    assert.ok(result.valid);
    assert.deepEqual(result.path, certificates(client, issuing, root));
    assert.equal(result.anchor, root.certificate);
  }
});

test('the intermediate may come from anywhere, in any order, among others', () => {
  const unrelated = makeAuthority({ subject: 'Unrelated' });
  assert.ok(validate(client, [unrelated, root, client, issuing, issuing]).valid);
});

test('every algorithm that is relied on verifies, and no signature by another key', () => {
  const keys = [
    ['RSA', rsaKeys(2048), {}],
    ['RSA with SHA-512', rsaKeys(2048), { hash: 'sha512' }],
    ['RSA-PSS', rsaKeys(2048), { pss: true }],
    ['P-256', ecKeys('P-256'), {}],
    ['P-384', ecKeys('P-384'), { hash: 'sha384' }],
    ['P-521', ecKeys('P-521'), { hash: 'sha512' }],
    ['Ed25519', generateKeyPairSync('ed25519'), {}],
  ] as const;
  for (const [what, pair, options] of keys) {
    const authority = makeAuthority({ subject: what, keys: pair });
    const good = makeClient({ subject: 'good', issuer: authority, ...options });
    assert.ok(validate(good, [], { anchors: [authority.certificate] }).valid, what);
    const impostor = makeAuthority({
      subject: what,
      keys:
        pair.publicKey.asymmetricKeyType === 'rsa'
          ? rsaKeys(2048)
          : pair.publicKey.asymmetricKeyType === 'ec'
            ? ecKeys(pair.publicKey.asymmetricKeyDetails?.namedCurve)
            : generateKeyPairSync('ed25519'),
    });
    refused(
      validate(good, [], { anchors: [impostor.certificate] }),
      'signature-invalid',
      good,
      'signatureValue',
    );
  }
});

test('two authorities with one name are told apart by their keys', () => {
  const namesake = makeAuthority({ subject: 'Root' });
  refused(
    validate(client, [issuing], { anchors: [namesake.certificate] }),
    'signature-invalid',
    issuing,
    'signatureValue',
  );
  const result = validate(client, [issuing], { anchors: certificates(namesake, root) });
  assert.ok(result.valid && result.anchor === root.certificate);
});

test('an anchor among the intermediates is no anchor', () => {
  const own = makeAuthority({ subject: 'Own' });
  const leaf = makeClient({ subject: 'client', issuer: own });
  refused(validate(leaf, [own]), 'unknown-issuer', own, 'tbsCertificate.issuer');
  refused(validate(leaf, []), 'unknown-issuer', leaf, 'tbsCertificate.issuer');
});

test('a self-signed leaf is accepted as an anchor only as the very same octets', () => {
  const keys = ecKeys();
  const leaf = makeCertificate({ subject: 'self', keys });
  const again = makeCertificate({ subject: 'self', keys, serialNumber: 2 });
  const result = validate(leaf, [], { anchors: [leaf.certificate] });
  assert.ok(result.valid);
  assert.deepEqual(result.path, [leaf.certificate]);
  refused(
    validate(again, [], { anchors: [leaf.certificate] }),
    'not-a-ca',
    leaf,
    'extensions.basicConstraints.cA',
  );
});

test('a client’s own certificate in the trust store issues nothing', () => {
  const keys = ecKeys();
  const self = makeCertificate({ subject: 'self', keys });
  const forged = makeClient({ subject: 'someone else', issuer: self });
  refused(
    validate(forged, [], { anchors: [self.certificate] }),
    'not-a-ca',
    self,
    'extensions.basicConstraints.cA',
  );
});

test('every certificate must be within its validity, bounds included', () => {
  const day = 86_400_000;
  const short = { notBefore: NOW, notAfter: NOW + day };
  const leaf = makeClient({ subject: 'client', issuer: issuing, ...short });
  assert.ok(validate(leaf, [issuing], { at: NOW }).valid);
  assert.ok(validate(leaf, [issuing], { at: NOW + day + 999 }).valid);
  refused(
    validate(leaf, [issuing], { at: NOW - 1 }),
    'not-yet-valid',
    leaf,
    'tbsCertificate.validity.notBefore',
  );
  refused(
    validate(leaf, [issuing], { at: NOW + day + 1000 }),
    'expired',
    leaf,
    'tbsCertificate.validity.notAfter',
  );
  const brief = makeAuthority({ subject: 'Brief', issuer: root, ...short });
  const below = makeClient({ subject: 'client', issuer: brief });
  refused(
    validate(below, [brief], { at: NOW + 2 * day }),
    'expired',
    brief,
    'tbsCertificate.validity.notAfter',
  );
  const old = makeAuthority({ subject: 'Old root', ...short });
  const last = makeClient({ subject: 'client', issuer: old });
  refused(
    validate(last, [], { anchors: [old.certificate], at: NOW + 2 * day }),
    'expired',
    old,
    'tbsCertificate.validity.notAfter',
  );
});

test('an issuer must be an authority and may sign certificates', () => {
  const none = makeCertificate({ subject: 'none', issuer: root, extensions: [keyUsage(5)] });
  const leaf = makeClient({ subject: 'client', issuer: none });
  refused(validate(leaf, [none]), 'not-a-ca', none, 'extensions.basicConstraints.cA');
  const no = makeCertificate({
    subject: 'no',
    issuer: root,
    extensions: [basicConstraints(false), keyUsage(5)],
  });
  refused(
    validate(makeClient({ subject: 'c', issuer: no }), [no]),
    'not-a-ca',
    no,
    'extensions.basicConstraints.cA',
  );
  const mute = makeCertificate({
    subject: 'mute',
    issuer: root,
    extensions: [basicConstraints(true), keyUsage(6)],
  });
  refused(
    validate(makeClient({ subject: 'c', issuer: mute }), [mute]),
    'key-usage',
    mute,
    'extensions.keyUsage',
  );
  const old = makeCertificate({ subject: 'old', issuer: root, version: 1 });
  refused(
    validate(makeClient({ subject: 'c', issuer: old }), [old]),
    'not-a-ca',
    old,
    'extensions.basicConstraints.cA',
  );
});

test('path lengths count intermediates that are not self-issued', () => {
  const top = makeAuthority({ subject: 'Top' }, 0);
  const below = makeAuthority({ subject: 'Below', issuer: top });
  const leaf = makeClient({ subject: 'client', issuer: below });
  const anchors = [top.certificate];
  refused(
    validate(leaf, [below], { anchors }),
    'path-too-long',
    below,
    'extensions.basicConstraints.pathLenConstraint',
  );
  const rolled = makeAuthority({ subject: 'Top', issuer: top });
  assert.ok(validate(makeClient({ subject: 'client', issuer: rolled }), [rolled], { anchors }).valid);
  assert.ok(validate(client, [issuing], { limits: { pathLength: 1 } }).valid);
  refused(
    validate(client, [issuing], { limits: { pathLength: 0 } }),
    'path-too-long',
    issuing,
    'extensions.basicConstraints.pathLenConstraint',
  );
});

test('the leaf’s key must be for signing, and its purpose a client’s', () => {
  const sealing = makeCertificate({ subject: 'c', issuer: issuing, extensions: [keyUsage(2)] });
  refused(validate(sealing), 'key-usage', sealing, 'extensions.keyUsage');
  assert.ok(validate(sealing, [issuing], { usage: 'any' }).valid);
  const server = makeCertificate({
    subject: 'c',
    issuer: issuing,
    extensions: [extendedKeyUsage(SERVER_AUTH)],
  });
  const { expected, presented } = refused(
    validate(server),
    'extended-key-usage',
    server,
    'extensions.extKeyUsage',
  );
  assert.deepEqual([expected, presented], ['clientAuth', 'serverAuth']);
  assert.ok(validate(server, [issuing], { usage: 'server-auth' }).valid);
  const any = makeCertificate({
    subject: 'c',
    issuer: issuing,
    extensions: [extendedKeyUsage('2.5.29.37.0')],
  });
  assert.ok(validate(any).valid);
  assert.ok(validate(makeCertificate({ subject: 'plain', issuer: issuing })).valid);
});

test('an authority for servers issues no clients', () => {
  const servers = makeAuthority({
    subject: 'Servers',
    issuer: root,
    extensions: [extendedKeyUsage(SERVER_AUTH)],
  });
  const leaf = makeClient({ subject: 'client', issuer: servers });
  refused(validate(leaf, [servers]), 'extended-key-usage', servers, 'extensions.extKeyUsage');
});

test('critical extensions that are not understood refuse, others do not', () => {
  const unknown = { oid: '1.3.6.1.4.1.99999.1', value: derNull() };
  assert.ok(validate(makeClient({ subject: 'c', issuer: issuing, extensions: [unknown] })).valid);
  const leaf = makeClient({ subject: 'c', issuer: issuing, extensions: [{ ...unknown, critical: true }] });
  refused(validate(leaf), 'unknown-critical-extension', leaf, 'extensions.1.3.6.1.4.1.99999.1');
});

test('weak keys and hashes refuse wherever they stand', () => {
  const small = makeClient({ subject: 'small', issuer: issuing, keys: rsaKeys(1024) });
  refused(validate(small), 'weak-key', small, 'subjectPublicKeyInfo');
  assert.ok(validate(small, [issuing], { algorithms: { minimumRsaBits: 1024 } }).valid);
  const weak = makeAuthority({ subject: 'Weak', keys: rsaKeys(1024) });
  const below = makeClient({ subject: 'c', issuer: weak });
  refused(validate(below, [], { anchors: [weak.certificate] }), 'weak-key', weak, 'subjectPublicKeyInfo');

  const strong = makeAuthority({ subject: 'Strong', keys: rsaKeys(2048) });
  const anchors = [strong.certificate];
  const sha1 = makeClient({ subject: 'sha1', issuer: strong, hash: 'sha1' });
  refused(validate(sha1, [], { anchors }), 'weak-signature-algorithm', sha1, 'signatureAlgorithm');
  assert.ok(validate(sha1, [], { anchors, algorithms: { sha1: true } }).valid);
  const md5 = makeClient({ subject: 'md5', issuer: strong, hash: 'md5' });
  refused(
    validate(md5, [], { anchors, algorithms: { sha1: true } }),
    'weak-signature-algorithm',
    md5,
    'signatureAlgorithm',
  );
  const rooted = makeAuthority({ subject: 'Old root', keys: rsaKeys(2048), hash: 'sha1' });
  assert.ok(
    validate(makeClient({ subject: 'c', issuer: rooted }), [], { anchors: [rooted.certificate] }).valid,
    'nothing rests on the signature on an anchor',
  );
});

test('keys of other kinds refuse', () => {
  const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
  for (const keys of [ecKeys('secp256k1'), ecKeys('P-192'), generateKeyPairSync('ed448'), dsa]) {
    const leaf = makeClient({ subject: 'odd', issuer: issuing, keys });
    refused(validate(leaf), 'unsupported-key', leaf, 'subjectPublicKeyInfo');
  }
  const authority = makeAuthority({ subject: 'DSA', keys: dsa });
  const leaf = makeClient({ subject: 'c', issuer: authority });
  refused(
    validate(leaf, [], { anchors: [authority.certificate] }),
    'unsupported-signature-algorithm',
    leaf,
    'signatureAlgorithm',
  );
});

const OPS = san.email('ops@a.example');
const constrained: readonly [what: string, permitted: Uint8Array, inside: Uint8Array, outside: Uint8Array][] =
  [
    ['dns', san.dns('a.example'), san.dns('x.A.example'), san.dns('ba.example')],
    ['dns itself', san.dns('a.example'), san.dns('a.example'), san.dns('example')],
    ['wildcard dns', san.dns('a.example'), san.dns('*.a.example'), san.dns('*.example')],
    ['ip', san.ip(10, 1, 0, 0, 255, 255, 0, 0), san.ip(10, 1, 200, 3), san.ip(10, 2, 0, 1)],
    ['mailbox', san.email('Ops@a.example'), san.email('Ops@A.example'), OPS],
    ['mail host', san.email('a.example'), OPS, san.email('ops@b.a.example')],
    ['mail domain', san.email('.a.example'), san.email('ops@b.a.example'), OPS],
    ['uri host', san.uri('a.example'), san.uri('https://a.example:8443/x'), san.uri('https://b.a.example/')],
    ['uri domain', san.uri('.a.example'), san.uri('spiffe://b.a.example/x'), san.uri('https://a.example/')],
    [
      'directory name',
      san.directoryName([['O', 'A']]),
      san.directoryName([
        ['O', 'a'],
        ['CN', 'x'],
      ]),
      san.directoryName([['O', 'B']]),
    ],
  ];
for (const [what, constraint, inside, outside] of constrained) {
  test(`name constraints: ${what}`, () => {
    const subject =
      what === 'directory name'
        ? ([
            ['O', 'A'],
            ['CN', 'c'],
          ] as const)
        : 'c';
    const below = (authority: MadeCertificate, name: Uint8Array) =>
      makeClient({ subject, issuer: authority, extensions: [subjectAltName(name)] });
    const permits = makeAuthority({ subject: 'P', extensions: [nameConstraints([constraint])] });
    const excludes = makeAuthority({ subject: 'E', extensions: [nameConstraints([], [constraint])] });
    const field = 'extensions.subjectAltName';
    const under = (authority: MadeCertificate, leaf: MadeCertificate) =>
      validate(leaf, [], { anchors: [authority.certificate] });
    assert.ok(under(permits, below(permits, inside)).valid);
    const out = below(permits, outside);
    refused(under(permits, out), 'name-not-permitted', out, field);
    const hit = below(excludes, inside);
    if (what !== 'directory name') {
      refused(under(excludes, hit), 'name-excluded', hit, field);
      assert.ok(under(excludes, below(excludes, outside)).valid || what === 'wildcard dns');
    }
  });
}

test('name constraints hold for the subject, and for its emailAddress when there is no other', () => {
  const authority = makeAuthority({
    subject: 'A',
    extensions: [nameConstraints([san.directoryName([['O', 'A']]), san.email('a.example')])],
  });
  const anchors = [authority.certificate];
  const other = makeClient({ subject: [['O', 'B']], issuer: authority });
  refused(validate(other, [], { anchors }), 'name-not-permitted', other, 'subject');
  const mail = makeClient({
    subject: [
      ['O', 'A'],
      ['emailAddress', 'x@b.example'],
    ],
    issuer: authority,
  });
  refused(validate(mail, [], { anchors }), 'name-not-permitted', mail, 'subject.emailAddress');
});

test('a name written from its other end is excluded no less, and permitted no more', () => {
  const rdns = [
    ['C', 'GB'],
    ['O', 'A'],
    ['CN', 'x'],
  ] as const;
  const subtree = san.directoryName(rdns.slice(0, 2));
  const excluding = makeAuthority({ subject: 'E', extensions: [nameConstraints([], [subtree])] });
  const permitting = makeAuthority({ subject: 'P', extensions: [nameConstraints([subtree])] });
  for (const subject of [rdns, rdns.toReversed()]) {
    const excluded = makeClient({ subject, issuer: excluding });
    const anchors = [excluding.certificate];
    refused(validate(excluded, [], { anchors }), 'name-excluded', excluded, 'subject');
  }
  const anchors = [permitting.certificate];
  assert.ok(validate(makeClient({ subject: rdns, issuer: permitting }), [], { anchors }).valid);
  const backwards = makeClient({ subject: rdns.toReversed(), issuer: permitting });
  refused(validate(backwards, [], { anchors }), 'name-not-permitted', backwards, 'subject');
});

test('a wildcard that an excluded name could be used as is excluded', () => {
  const authority = makeAuthority({
    subject: 'A',
    extensions: [nameConstraints([], [san.dns('b.a.example')])],
  });
  const leaf = makeClient({
    subject: 'c',
    issuer: authority,
    extensions: [subjectAltName(san.dns('*.a.example'))],
  });
  refused(
    validate(leaf, [], { anchors: [authority.certificate] }),
    'name-excluded',
    leaf,
    'extensions.subjectAltName',
  );
});

test('names of a constrained form that cannot be compared refuse', () => {
  const authority = makeAuthority({
    subject: 'A',
    extensions: [
      nameConstraints([], [san.registeredId('1.2.3'), san.uri('a.example'), san.email('a.example')]),
    ],
  });
  for (const name of [
    san.registeredId('1.2.4'),
    san.uri('urn:x:y'),
    san.uri('https://192.0.2.1/'),
    san.email('no-at-sign'),
  ]) {
    const leaf = makeClient({ subject: 'c', issuer: authority, extensions: [subjectAltName(name)] });
    refused(
      validate(leaf, [], { anchors: [authority.certificate] }),
      'name-constraint-unsupported',
      leaf,
      'extensions.subjectAltName',
    );
  }
  assert.ok(
    validate(makeClient({ subject: 'c', issuer: authority }), [], { anchors: [authority.certificate] }).valid,
  );
});

test('malformed name constraints refuse their own certificate', () => {
  for (const bad of [
    san.dns('*.a.example'),
    san.dns('.a.example'),
    san.email('a@b@c'),
    san.email('*.a.example'),
    san.uri('*.a.example'),
    san.ip(10, 0, 0, 0, 255, 0, 255, 0),
  ]) {
    const authority = makeAuthority({ subject: 'A', extensions: [nameConstraints([bad])] });
    const leaf = makeClient({ subject: 'c', issuer: authority });
    refused(
      validate(leaf, [], { anchors: [authority.certificate] }),
      'malformed-certificate',
      authority,
      'extensions.nameConstraints',
    );
  }
});

test('policies: required, mapped, inhibited', () => {
  const P = '1.3.6.1.4.1.99999.2.1';
  const Q = '1.3.6.1.4.1.99999.2.2';
  const authority = makeAuthority({
    subject: 'Policies',
    issuer: root,
    extensions: [certificatePolicies(P), policyMappings([P, Q])],
  });
  const leaf = makeClient({ subject: 'c', issuer: authority, extensions: [certificatePolicies(Q)] });
  const path = (policies: PathRequest['policies']) =>
    validate(leaf, [authority], { ...(policies && { policies }) });
  const mapped = path({ initialPolicySet: [P], requireExplicitPolicy: true });
  assert.ok(mapped.valid);
  assert.deepEqual(mapped.policies, [P]);
  const field = 'extensions.certificatePolicies';
  refused(path({ initialPolicySet: [Q], requireExplicitPolicy: true }), 'policy', leaf, field);
  refused(path({ requireExplicitPolicy: true, inhibitPolicyMapping: true }), 'policy', leaf, field);
  assert.ok(path(undefined).valid);
  refused(
    validate(client, [issuing], { policies: { requireExplicitPolicy: true } }),
    'policy',
    issuing,
    field,
  );
});

test('a mapping to anyPolicy refuses its certificate', () => {
  const P = '1.3.6.1.4.1.99999.2.1';
  const authority = makeAuthority({
    subject: 'Any',
    issuer: root,
    extensions: [certificatePolicies(P), policyMappings([P, '2.5.29.32.0'])],
  });
  const leaf = makeClient({ subject: 'c', issuer: authority, extensions: [certificatePolicies(P)] });
  refused(validate(leaf, [authority]), 'policy', authority, 'extensions.policyMappings');
});

test('malformed and repeated extensions refuse with their field', () => {
  const twice = makeClient({ subject: 'c', issuer: issuing, extensions: [keyUsage(0)] });
  refused(validate(twice), 'malformed-certificate', twice, 'tbsCertificate.extensions');
  for (const [name, value] of [
    ['subjectAltName', derSequence()],
    ['subjectAltName', Buffer.from('text')],
    ['subjectAltName', derSequence(san.dns('a'), san.dns(Buffer.from('ü')))],
    ['policyConstraints', derSequence()],
    ['certificatePolicies', derSequence()],
    ['authorityInfoAccess', derSequence()],
    ['nameConstraints', derSequence()],
    ['inhibitAnyPolicy', derOctetString(Buffer.of(1))],
    ['inhibitAnyPolicy', Buffer.of(0x02, 0x01, 0xff)],
  ] as const) {
    const extension = { oid: EXTENSION[name], value };
    const field = `extensions.${name}`;
    const leaf = makeClient({ subject: 'c', issuer: issuing, extensions: [extension] });
    const decides = name === 'policyConstraints' || name === 'nameConstraints';
    if (decides) refused(validate(leaf), 'malformed-certificate', leaf, field);
    else assert.ok(validate(leaf).valid, name);
    const asked = validate(leaf, [issuing], { profile: 'rfc5280' });
    assert.ok(!asked.valid && asked.reason === 'malformed-certificate' && asked.field.startsWith(field));
    const critical = makeClient({
      subject: 'c',
      issuer: issuing,
      extensions: [{ ...extension, critical: true }],
    });
    const result = validate(critical);
    assert.ok(!result.valid, name);
    assert.ok(result.field.startsWith(field), result.field);
    const authority = makeAuthority({ subject: 'CA', issuer: root, extensions: [extension] });
    const below = validate(makeClient({ subject: 'c', issuer: authority }), [authority]);
    assert.ok(!below.valid && below.reason === 'malformed-certificate', name);
    assert.ok(below.certificate === authority.certificate && below.field.startsWith(field), below.field);
  }
});

test('what a leaf breaks by itself is said before what is wrong with its issuers', () => {
  const extension = { oid: EXTENSION.keyUsage, value: Buffer.of(3, 1, 0) };
  const stranger = makeAuthority({ subject: 'Stranger' });
  const leaf = makeCertificate({ subject: 'c', issuer: stranger, extensions: [extension] });
  refused(validate(leaf), 'malformed-certificate', leaf, 'extensions.keyUsage');
});

test('of two paths that come as far, the refusal is the leaf’s', () => {
  const keys = ecKeys();
  const outdated = makeAuthority({ subject: 'Root', keys, notAfter: Date.UTC(2026, 0, 1) });
  const renewed = makeAuthority({ subject: 'Root', keys });
  const leaf = makeClient({ subject: 'c', issuer: renewed, notAfter: Date.UTC(2027, 0, 1) });
  for (const anchors of [
    [outdated, renewed],
    [renewed, outdated],
  ]) {
    const result = validatePath({
      leaf: leaf.certificate,
      intermediates: [],
      anchors: anchors.map(({ certificate }) => certificate),
      at: NOW,
      usage: 'client-auth',
    });
    assert.ok(!result.valid && result.reason === 'expired' && result.certificate === leaf.certificate);
  }
});

test('names that cannot be read pass no constraint, of whatever form', () => {
  const authority = makeAuthority({
    subject: 'Narrow',
    issuer: root,
    extensions: [nameConstraints([], [san.ip(10, 0, 0, 0, 255, 0, 0, 0)])],
  });
  const named = (...extensions: Parameters<typeof subjectAltName>) =>
    makeClient({ subject: 'c', issuer: authority, extensions: [subjectAltName(...extensions)] });
  const bad = named(san.dns('c.example'), san.email(Buffer.from('jürgen@c.example')));
  refused(
    validate(bad, [authority]),
    'name-constraint-unsupported',
    bad,
    'extensions.subjectAltName.rfc822Name',
  );
  assert.ok(validate(named(san.dns('c.example')), [authority]).valid);
  const none = named();
  refused(validate(none, [authority]), 'malformed-certificate', none, 'extensions.subjectAltName');
});

test('policies that cannot be read are none', () => {
  const extension = { oid: EXTENSION.certificatePolicies, value: derSequence() };
  const authority = makeAuthority({
    subject: 'Policies',
    issuer: root,
    extensions: [certificatePolicies('1.3.6.1.4.1.99999.2.1')],
  });
  const leaf = makeClient({ subject: 'c', issuer: authority, extensions: [extension] });
  assert.ok(validate(leaf, [authority]).valid);
  const required = validate(leaf, [authority], { policies: { requireExplicitPolicy: true } });
  refused(required, 'policy', leaf, 'extensions.certificatePolicies');
  assert.ok(!required.valid && /cannot be read/.test(required.presented));
});

test('the signature algorithm must be the same within and beside the signed part', () => {
  const { certificate } = client;
  const bytes = Buffer.from(certificate.der);
  const at = bytes.lastIndexOf(Buffer.from(derObjectIdentifier('1.2.840.10045.4.3.2')));
  bytes[at + 9] = 3;
  const changed = Certificate.fromDer(bytes);
  const result = validatePath({
    leaf: changed,
    intermediates: [issuing.certificate],
    anchors: [root.certificate],
    at: NOW,
    usage: 'client-auth',
  });
  assert.ok(!result.valid && result.reason === 'signature-algorithm-mismatch');
});

test('the profile of RFC 5280 §4 is asked only when it is wanted', () => {
  const noIdentifier = makeCertificate({ subject: 'c', issuer: issuing, extensions: [keyUsage(0)] });
  const serials = [new Uint8Array([0]), new Uint8Array([0x80]), new Uint8Array(21).fill(1)];
  const broken = [
    [noIdentifier, 'extensions.authorityKeyIdentifier'],
    ...serials.map(
      (serialNumber) =>
        [makeClient({ subject: 'c', issuer: issuing, serialNumber }), 'tbsCertificate.serialNumber'] as const,
    ),
    [makeClient({ subject: '', issuer: issuing }), 'extensions.subjectAltName'],
    [
      makeClient({ subject: 'c', issuer: issuing, extensions: [subjectAltName(san.dns('a_b.example'))] }),
      'extensions.subjectAltName.dNSName',
    ],
    [
      makeClient({ subject: 'c', issuer: issuing, extensions: [nameConstraints([san.dns('a')])] }),
      'extensions.nameConstraints',
    ],
  ] as const;
  for (const [leaf, field] of broken) {
    assert.ok(validate(leaf).valid, field);
    refused(validate(leaf, [issuing], { profile: 'rfc5280' }), 'profile', leaf, field);
  }
});

test('the revocation check is asked of valid paths, and another path is looked for after it refuses', () => {
  const other = makeAuthority({ subject: 'Other root' });
  const keys = { publicKey: issuing.publicKey, privateKey: issuing.privateKey };
  const cross = makeAuthority({ subject: 'Issuing', issuer: other, keys });
  const asked: Certificate[] = [];
  const result = validate(client, [issuing, cross], {
    anchors: certificates(root, other),
    revocation: (path) => {
      const [, issuer] = path;
      if (issuer) asked.push(issuer);
      return issuer === issuing.certificate
        ? {
            reason: 'revoked',
            certificate: issuer,
            field: 'certificate',
            expected: 'good',
            presented: 'revoked',
          }
        : undefined;
    },
  });
  assert.ok(result.valid && result.anchor === other.certificate);
  assert.deepEqual(asked, certificates(issuing, cross));
  const revoked = validate(client, [issuing], {
    revocation: ([leaf]) =>
      leaf && {
        reason: 'revoked',
        certificate: leaf,
        field: 'certificate',
        expected: 'good',
        presented: 'revoked',
      },
  });
  refused(revoked, 'revoked', client, 'certificate');
});

test('a refused result lists the paths tried', () => {
  const result = validate(client, [issuing], { at: Date.UTC(2050, 0, 1) });
  assert.ok(!result.valid);
  assert.deepEqual(
    result.tried.map(({ path, refusal }) => [path.length, refusal.reason]),
    [[3, 'expired']],
  );
});

test('hostile chains end: cycles, many namesakes, long chains', () => {
  const keys = ecKeys();
  const a = makeAuthority({ subject: 'A', keys });
  const b = makeAuthority({ subject: 'B', issuer: a, keys });
  const back = makeAuthority({ subject: 'A', issuer: b, keys });
  const looped = makeClient({ subject: 'c', issuer: a });
  assert.equal(validate(looped, [a, b, back]).valid, false);

  // Every one of these signs every other, so that paths among them are without number.
  const crowd = Array.from({ length: 60 }, (_, index) =>
    makeAuthority({ subject: 'A', issuer: a, keys, serialNumber: index + 2 }),
  );
  let asked = 0;
  const result = validatePath({
    leaf: looped.certificate,
    intermediates: certificates(...crowd),
    anchors: [root.certificate],
    at: NOW,
    usage: 'client-auth',
    revocation: () => {
      asked++;
      return undefined;
    },
  });
  assert.ok(!result.valid && result.reason === 'limit-exceeded');
  assert.ok(result.tried.length <= 64);
  assert.equal(asked, 0);
});

test('a giant certificate is not read', () => {
  const leaf = makeClient({
    subject: Array.from({ length: 4000 }, (_, index) => ['OU', `unit ${index}`] as const),
    issuer: issuing,
  });
  refused(validate(leaf), 'limit-exceeded', leaf, 'certificate');
  const names = Array.from({ length: 1500 }, (_, index) => san.dns(`n${index}.a.example`));
  const constraints = Array.from({ length: 1500 }, (_, index) => san.dns(`x${index}.b.example`));
  const authority = makeAuthority({ subject: 'A', extensions: [nameConstraints([], constraints)] });
  const many = makeClient({ subject: 'c', issuer: authority, extensions: [subjectAltName(...names)] });
  refused(
    validate(many, [], { anchors: [authority.certificate] }),
    'limit-exceeded',
    many,
    'extensions.subjectAltName',
  );
  const policies = Array.from({ length: 200 }, (_, index) => `1.3.6.1.4.1.99999.3.${index}`);
  const listing = makeClient({
    subject: 'c',
    issuer: issuing,
    extensions: [certificatePolicies(...policies)],
  });
  refused(validate(listing), 'limit-exceeded', listing, 'extensions.certificatePolicies');
});

test('name constraints hold for intermediates too, but for self-issued ones', () => {
  const top = makeAuthority({
    subject: [['O', 'A']],
    extensions: [
      nameConstraints([
        san.directoryName([
          ['O', 'A'],
          ['OU', 'x'],
        ]),
      ]),
    ],
  });
  const anchors = [top.certificate];
  const outside = makeAuthority({ subject: [['O', 'B']], issuer: top });
  const inside: readonly MadeAttribute[] = [
    ['O', 'A'],
    ['OU', 'x'],
    ['CN', 'c'],
  ];
  const leaf = makeClient({ subject: inside, issuer: outside });
  refused(validate(leaf, [outside], { anchors }), 'name-not-permitted', outside, 'subject');
  const rolled = makeAuthority({ subject: [['O', 'A']], issuer: top });
  assert.ok(validate(makeClient({ subject: inside, issuer: rolled }), [rolled], { anchors }).valid);
});

test('constraints of several authorities hold together', () => {
  const top = makeAuthority({ subject: 'T', extensions: [nameConstraints([san.dns('a.example')])] });
  const below = makeAuthority({
    subject: 'B',
    issuer: top,
    extensions: [nameConstraints([san.dns('example')])],
  });
  const leaf = makeClient({
    subject: 'c',
    issuer: below,
    extensions: [subjectAltName(san.dns('b.example'))],
  });
  refused(
    validate(leaf, [below], { anchors: [top.certificate] }),
    'name-not-permitted',
    leaf,
    'extensions.subjectAltName',
  );
});

test('an alternative email takes the place of the subject’s, and an empty subject is no directory name', () => {
  const authority = makeAuthority({
    subject: 'A',
    extensions: [nameConstraints([san.email('a.example'), san.directoryName([['O', 'A']])])],
  });
  const anchors = [authority.certificate];
  const named = makeClient({
    subject: [
      ['O', 'A'],
      ['emailAddress', 'x@b.example'],
    ],
    issuer: authority,
    extensions: [subjectAltName(san.email('x@a.example'))],
  });
  assert.ok(validate(named, [], { anchors }).valid);
  const nameless = makeClient({
    subject: '',
    issuer: authority,
    extensions: [subjectAltName(san.email('x@a.example'))],
  });
  assert.ok(validate(nameless, [], { anchors }).valid);
});

const ANY = '2.5.29.32.0';
const POLICY = '1.3.6.1.4.1.99999.2.1';

test('inhibited, anyPolicy counts for self-issued certificates alone', () => {
  const authority = makeAuthority({ subject: 'I', issuer: root, extensions: [certificatePolicies(POLICY)] });
  const rolled = makeAuthority({ subject: 'I', issuer: authority, extensions: [certificatePolicies(ANY)] });
  const rules = { policies: { requireExplicitPolicy: true, inhibitAnyPolicy: true } };
  const named = makeClient({ subject: 'c', issuer: rolled, extensions: [certificatePolicies(POLICY)] });
  assert.ok(validate(named, [authority, rolled], rules).valid);
  const leaf = makeClient({ subject: 'c', issuer: authority, extensions: [certificatePolicies(ANY)] });
  assert.ok(validate(leaf, [authority], { policies: { requireExplicitPolicy: true } }).valid);
  refused(validate(leaf, [authority], rules), 'policy', leaf, 'extensions.certificatePolicies');
});

test('a leaf that requires an explicit policy must have one', () => {
  const value = derSequence(Buffer.of(0x80, 1, 0));
  const leaf = makeClient({
    subject: 'c',
    issuer: issuing,
    extensions: [{ oid: EXTENSION.policyConstraints, critical: true, value }],
  });
  refused(validate(leaf), 'policy', leaf, 'extensions.certificatePolicies');
});

test('an anchor that contradicts itself about its signature refuses', () => {
  const keys = ecKeys();
  const good = makeAuthority({ subject: 'Odd', keys });
  const bytes = Buffer.from(good.certificate.der);
  const at = bytes.lastIndexOf(Buffer.from(derObjectIdentifier('1.2.840.10045.4.3.2')));
  bytes[at + 9] = 3;
  const odd = { ...good, certificate: Certificate.fromDer(bytes) };
  const leaf = makeClient({ subject: 'c', issuer: odd });
  refused(
    validate(leaf, [], { anchors: [odd.certificate] }),
    'signature-algorithm-mismatch',
    odd,
    'signatureAlgorithm',
  );
});

test('parameters that a signature algorithm does not take refuse', () => {
  const authority = makeAuthority({ subject: 'RSA', keys: rsaKeys(2048) });
  const anchors = [authority.certificate];
  const hash = (oid: string) => derSequence(derObjectIdentifier(oid), derNull());
  const [sha256, sha384] = ['2.16.840.1.101.3.4.2.1', '2.16.840.1.101.3.4.2.2'].map(hash);
  assert.ok(sha256 && sha384);
  const pss = (message: Uint8Array, mask: Uint8Array, ...more: Uint8Array[]) =>
    derSequence(
      derObjectIdentifier('1.2.840.113549.1.1.10'),
      derSequence(
        der(0xa0, message),
        der(0xa1, derSequence(derObjectIdentifier('1.2.840.113549.1.1.8'), mask)),
        der(0xa2, derInteger(32)),
        ...more,
      ),
    );
  const written = (algorithm: Uint8Array, isPss: boolean) =>
    makeClient({ subject: 'c', issuer: authority, algorithm, pss: isPss });
  assert.ok(validate(written(pss(sha256, sha256), true), [], { anchors }).valid);
  for (const algorithm of [pss(sha256, sha384), pss(sha256, sha256, der(0xa3, derInteger(2)))]) {
    const leaf = written(algorithm, true);
    refused(validate(leaf, [], { anchors }), 'malformed-certificate', leaf, 'signatureAlgorithm.parameters');
  }
  const bare = written(derSequence(derObjectIdentifier('1.2.840.113549.1.1.11')), false);
  assert.ok(validate(bare, [], { anchors }).valid);
  const ec = makeClient({
    subject: 'c',
    issuer: issuing,
    algorithm: derSequence(derObjectIdentifier('1.2.840.10045.4.3.2'), derNull()),
  });
  refused(validate(ec), 'malformed-certificate', ec, 'signatureAlgorithm');
});

test('the issuer whose key identifier is named is tried first', () => {
  const others = Array.from({ length: 5 }, () => makeAuthority({ subject: 'Issuing', issuer: root }));
  assert.ok(validate(client, [...others, issuing], { limits: { signatureChecks: 2 } }).valid);
  const silent = makeCertificate({ subject: 'c', issuer: issuing });
  refused(
    validate(silent, [...others, issuing], { limits: { signatureChecks: 2 } }),
    'limit-exceeded',
    silent,
    'certificate',
  );
});

test('a path has no more certificates than allowed', () => {
  const chain = [root];
  for (let index = 0; index < 5; index++) {
    chain.push(makeAuthority({ subject: `CA ${index}`, issuer: chain.at(-1) ?? root }));
  }
  const leaf = makeClient({ subject: 'c', issuer: chain.at(-1) ?? root });
  assert.ok(validate(leaf, chain, { limits: { pathCertificates: 7 } }).valid);
  const result = validate(leaf, chain, { limits: { pathCertificates: 6 } });
  assert.ok(!result.valid && result.reason === 'limit-exceeded');
});

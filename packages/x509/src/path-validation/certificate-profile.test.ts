import assert from 'node:assert/strict';
import test from 'node:test';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificatePlan,
  ecKeys,
  extendedKeyUsage,
  keyUsage,
  type MadeCertificate,
  type MadeExtension,
  makeAuthority,
  makeCertificate,
  NOW,
  nameConstraints,
  rsaKeys,
  SERVER_AUTH,
  san,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../test/made-certificate.ts';
import { der, derInteger, derOctetString, derSequence } from '../der-encoding.ts';
import { EXTENSION } from '../object-identifiers.ts';
import type { CertificateProfile } from './path-rules.ts';
import { validatePath } from './validate-path.ts';

const root = makeAuthority({ subject: 'Root' });
const { publicKey } = root;
const critical = (extension: MadeExtension, is: boolean): MadeExtension => ({ ...extension, critical: is });

function problem(
  profile: CertificateProfile,
  leaf: MadeCertificate,
  anchor: MadeCertificate = root,
  intermediates: readonly MadeCertificate[] = [],
): string | undefined {
  const result = validatePath({
    leaf: leaf.certificate,
    intermediates: intermediates.map(({ certificate }) => certificate),
    anchors: [anchor.certificate],
    at: NOW,
    usage: 'server-auth',
    profile,
  });
  return result.valid ? undefined : `${result.reason} ${result.field}`;
}

const server = (plan: Partial<CertificatePlan> = {}, issuer = root): MadeCertificate =>
  makeCertificate({
    subject: 'server.example',
    issuer,
    ...plan,
    extensions: plan.extensions ?? [
      keyUsage(0),
      extendedKeyUsage(SERVER_AUTH),
      authorityKeyIdentifier(issuer.publicKey),
      subjectAltName(san.dns('server.example'), san.dns('*.server.example')),
    ],
  });

/** An anchor with exactly these extensions, and a server's certificate below it. */
const below = (...extensions: MadeExtension[]): [MadeCertificate, MadeCertificate] => {
  const keys = ecKeys();
  const anchor = makeCertificate({
    subject: 'Anchor',
    keys,
    extensions: [...extensions, subjectKeyIdentifier(keys.publicKey)],
  });
  return [server({}, anchor), anchor];
};

test('a certificate that keeps every profile passes every profile', () => {
  for (const profile of ['none', 'rfc5280', 'web-pki'] as const) {
    assert.equal(problem(profile, server()), undefined, profile);
  }
});

const { subjectKeyIdentifier: SKI, authorityKeyIdentifier: AKI } = EXTENSION;
const anchors: readonly [what: string, field: string, MadeExtension[]][] = [
  [
    'basic constraints not critical',
    'extensions.basicConstraints',
    [critical(basicConstraints(true), false), keyUsage(5)],
  ],
  [
    'an authority key identifier that is critical',
    'extensions.authorityKeyIdentifier',
    [basicConstraints(true), keyUsage(5), critical(authorityKeyIdentifier(publicKey), true)],
  ],
  [
    'name constraints not critical',
    'extensions.nameConstraints',
    [basicConstraints(true), keyUsage(5), critical(nameConstraints([san.dns('example')]), false)],
  ],
  [
    'policy constraints not critical',
    'extensions.policyConstraints',
    [
      basicConstraints(true),
      keyUsage(5),
      { oid: EXTENSION.policyConstraints, value: derSequence(der(0x80, Buffer.of(5))) },
    ],
  ],
  [
    'inhibitAnyPolicy not critical',
    'extensions.inhibitAnyPolicy',
    [basicConstraints(true), keyUsage(5), { oid: EXTENSION.inhibitAnyPolicy, value: derInteger(5) }],
  ],
];
for (const [what, field, extensions] of anchors) {
  test(`rfc5280: ${what} in an anchor`, () => {
    const [leaf, anchor] = below(...extensions);
    assert.equal(problem('none', leaf, anchor), undefined);
    assert.equal(problem('rfc5280', leaf, anchor), `profile ${field}`);
  });
}

test('rfc5280: key identifiers must be there, but for the one of a self-signed issuer', () => {
  const keys = ecKeys();
  const bare = makeCertificate({ subject: 'Bare', keys, extensions: [basicConstraints(true), keyUsage(5)] });
  assert.equal(problem('rfc5280', server({}, bare), bare), 'profile extensions.subjectKeyIdentifier');
  const crossed = makeCertificate({
    subject: 'Crossed',
    keys,
    issuer: root,
    extensions: [basicConstraints(true), keyUsage(5), subjectKeyIdentifier(keys.publicKey)],
  });
  assert.equal(problem('none', server({}, crossed), crossed), undefined);
  assert.equal(problem('rfc5280', server({}, crossed), crossed), 'profile extensions.authorityKeyIdentifier');
  // Self-issued is not self-signed.
  const renewed = makeCertificate({
    subject: 'Root',
    keys,
    issuer: root,
    extensions: [basicConstraints(true), keyUsage(5), subjectKeyIdentifier(keys.publicKey)],
  });
  assert.equal(
    problem('rfc5280', server({}, renewed), root, [renewed]),
    'profile extensions.authorityKeyIdentifier',
  );
});

const leaves: readonly [what: string, field: string, MadeExtension[]][] = [
  ['keyCertSign without cA', 'extensions.keyUsage', [keyUsage(0, 5)]],
  ['a path length without cA', 'extensions.basicConstraints.pathLenConstraint', [basicConstraints(false, 1)]],
  [
    'a critical subject key identifier',
    'extensions.subjectKeyIdentifier',
    [{ oid: SKI, critical: true, value: derOctetString(Buffer.of(1)) }],
  ],
];
for (const [what, field, extensions] of leaves) {
  test(`rfc5280: ${what} in a leaf`, () => {
    const leaf = server({ extensions: [...extensions, authorityKeyIdentifier(publicKey)] });
    assert.equal(problem('none', leaf), undefined);
    assert.equal(problem('rfc5280', leaf), `profile ${field}`);
  });
}

const webPki: readonly [what: string, problem: string, Partial<CertificatePlan>][] = [
  [
    'no extended key usage',
    'profile extensions.extKeyUsage',
    { extensions: [authorityKeyIdentifier(publicKey), subjectAltName(san.dns('server.example'))] },
  ],
  [
    'any extended key usage',
    'profile extensions.extKeyUsage',
    {
      extensions: [
        authorityKeyIdentifier(publicKey),
        extendedKeyUsage(SERVER_AUTH, '2.5.29.37.0'),
        subjectAltName(san.dns('server.example')),
      ],
    },
  ],
  [
    'no alternative name',
    'profile extensions.subjectAltName',
    { extensions: [authorityKeyIdentifier(publicKey), extendedKeyUsage(SERVER_AUTH)] },
  ],
  [
    'critical alternative names beside a subject',
    'profile extensions.subjectAltName',
    {
      extensions: [
        authorityKeyIdentifier(publicKey),
        extendedKeyUsage(SERVER_AUTH),
        critical(subjectAltName(san.dns('server.example')), true),
      ],
    },
  ],
  [
    'a common name in other letters',
    'profile tbsCertificate.subject.commonName',
    { subject: 'Server.Example' },
  ],
  [
    'an address in the common name written otherwise',
    'profile tbsCertificate.subject.commonName',
    {
      subject: '0xC0000201',
      extensions: [
        authorityKeyIdentifier(publicKey),
        extendedKeyUsage(SERVER_AUTH),
        subjectAltName(san.ip(192, 0, 2, 1)),
      ],
    },
  ],
  [
    'an authority that signs no certificates',
    'profile extensions.basicConstraints.cA',
    {
      extensions: [
        basicConstraints(true),
        keyUsage(0),
        subjectKeyIdentifier(publicKey),
        authorityKeyIdentifier(publicKey),
        subjectAltName(san.dns('server.example')),
      ],
    },
  ],
  [
    'an authority key identifier with issuer and serial number',
    'profile extensions.authorityKeyIdentifier',
    {
      extensions: [
        {
          oid: AKI,
          value: derSequence(
            der(0x80, Buffer.of(1)),
            der(0xa1, san.directoryName('Root')),
            der(0x82, Buffer.of(1)),
          ),
        },
        extendedKeyUsage(SERVER_AUTH),
        subjectAltName(san.dns('server.example')),
      ],
    },
  ],
  ['an RSA modulus of odd size', 'weak-key subjectPublicKeyInfo', { keys: rsaKeys(2050) }],
];
for (const [what, expected, plan] of webPki) {
  test(`web-pki: ${what}`, () => {
    assert.equal(problem('rfc5280', server(plan)), undefined);
    assert.equal(problem('web-pki', server(plan)), expected);
  });
}

test('web-pki: a root has no extended key usage and names its own key', () => {
  const [leaf, anchor] = below(basicConstraints(true), keyUsage(5), extendedKeyUsage(SERVER_AUTH));
  assert.equal(problem('rfc5280', leaf, anchor), undefined);
  assert.equal(problem('web-pki', leaf, anchor), 'profile extensions.extKeyUsage');
  const [other, wrong] = below(basicConstraints(true), keyUsage(5), authorityKeyIdentifier(publicKey));
  assert.equal(problem('rfc5280', other, wrong), undefined);
  assert.equal(problem('web-pki', other, wrong), 'profile extensions.authorityKeyIdentifier.keyIdentifier');
});

test('web-pki: version 1 is not enough', () => {
  const old = makeCertificate({ subject: 'old', issuer: root, version: 1 });
  assert.equal(problem('none', old), undefined);
  assert.match(problem('web-pki', old) ?? '', /^profile/);
});

test('rfc5280: names of issuers and authorities are not empty, and times are in their due form', () => {
  const nameless = makeAuthority({ subject: '' });
  const leaf = server({}, nameless);
  assert.equal(problem('none', leaf, nameless), undefined);
  assert.equal(problem('rfc5280', leaf, nameless), 'profile tbsCertificate.issuer');
  const authority = makeAuthority({
    subject: '',
    issuer: root,
    extensions: [subjectAltName(san.dns('a.example'))],
  });
  assert.equal(
    problem('rfc5280', server({}, authority), root, [authority]),
    'profile tbsCertificate.subject',
  );

  const late = server({ notAfter: Date.UTC(2050, 0, 1) });
  assert.equal(problem('rfc5280', late), undefined);
  const generalized = server({ times: [Buffer.from('20250101000000Z'), Buffer.from('20400101000000Z')] });
  assert.equal(problem('none', generalized), undefined);
  assert.equal(problem('rfc5280', generalized), 'profile tbsCertificate.validity.notBefore');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Certificate } from '@countersign/x509';
import { type CertificateUsage, issueCertificate } from '@countersign/x509/issuance';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { TrustRole } from '../client/trust-role.ts';
import { describeStanding, howToName, type Known, standingOf } from './authority.ts';

const issued = async (usage: CertificateUsage) =>
  (await issueCertificate({ subject: `CN=${usage}`, keyType: 'EC-P256', days: 1, usage, now: Date.now() }))
    .certificate;
const [authority, leaf] = [await issued('ca'), await issued('client')];

const known = (more: Partial<Known> = {}): Known => ({
  configured: { authorities: [], handshake: [] },
  named: new Map(),
  claimants: new Map(),
  unnamed: 'by-rule',
  ...more,
});
const named = ({ thumbprint }: Certificate, role: TrustRole) =>
  new Map([[thumbprint, { thumbprint, role, named_by: 'alice', named_at: 0 }]]);
const claimed = (...claims: readonly (Claim | undefined)[]) =>
  new Map(claims.flatMap((claim) => (claim === undefined ? [] : [[claim, ['mallory']] as const])));
const told = (certificate: Certificate, more?: Partial<Known>) => {
  const standing = standingOf(certificate, known(more));
  const { role, because, why } = describeStanding(certificate, standing);
  assert.ok(why.length > 0);
  return [role, because];
};

test('unnamed, a certificate authority that is nobody’s own is one, and nothing else', () => {
  assert.deepEqual(told(authority), ['authority', 'certificate-authority']);
  assert.deepEqual(told(leaf), ['handshake', 'not-a-certificate-authority']);
  assert.deepEqual(told(authority, { unnamed: 'handshake' }), ['handshake', 'unnamed']);
});

test('what a client has, or whose key it has, is none, in a trust group neither', () => {
  const [ofCertificate, ofKey] = claimsOn(authority);
  for (const unnamed of ['by-rule', 'handshake', 'trust-group'] as const) {
    const certificate = told(authority, { unnamed, claimants: claimed(ofCertificate) });
    assert.deepEqual(certificate, ['handshake', 'certificate-of-a-client']);
    assert.deepEqual(told(authority, { unnamed, claimants: claimed(ofKey) }), [
      'handshake',
      'key-of-a-client',
    ]);
  }
  assert.deepEqual(told(authority, { unnamed: 'trust-group' }), ['authority', 'trust-group']);
});

test('what somebody named stands, whatever else is known', () => {
  const claimants = claimed(...claimsOn(authority));
  assert.deepEqual(told(authority, { claimants, named: named(authority, 'authority') }), [
    'authority',
    'named',
  ]);
  assert.deepEqual(told(authority, { named: named(authority, 'handshake') }), ['handshake', 'named']);
});

test('what deployment.toml names goes before what somebody named, and the weaker of two before the other', () => {
  const { thumbprint } = authority;
  const configured = { authorities: [thumbprint], handshake: [] };
  assert.deepEqual(told(authority, { configured, named: named(authority, 'handshake') }), [
    'authority',
    'configured',
  ]);
  const both = { authorities: [thumbprint], handshake: [thumbprint] };
  assert.deepEqual(told(authority, { configured: both, named: named(authority, 'authority') }), [
    'handshake',
    'configured',
  ]);
});

test('of what was named it is told what is wrong with that, and who is in the way', () => {
  const claimants = claimed(...claimsOn(authority).slice(0, 1));
  const described = (certificate: Certificate, more: Partial<Known>) =>
    describeStanding(certificate, standingOf(certificate, known(more)));
  const given = described(authority, { claimants, named: named(authority, 'authority') });
  assert.deepEqual([given.clients, given.named_by], [['mallory'], 'alice']);
  assert.match(given.warning ?? '', /the certificate of mallory: whoever has that key can be any client/);
  assert.match(described(leaf, { named: named(leaf, 'authority') }).warning ?? '', /nothing chains to it/);
  assert.equal(described(authority, { named: named(authority, 'authority') }).warning, undefined);
  assert.equal(described(leaf, { named: named(leaf, 'handshake') }).warning, undefined);
});

test('unconfirmed is an authority by the rule alone that signed itself', () => {
  const isUnconfirmed = (more: Partial<Known>) =>
    describeStanding(authority, standingOf(authority, known(more))).unconfirmed;
  assert.equal(isUnconfirmed({}), true);
  assert.equal(isUnconfirmed({ named: named(authority, 'authority') }), false);
  assert.equal(isUnconfirmed({ unnamed: 'trust-group' }), false);
  assert.equal(isUnconfirmed({ unnamed: 'handshake' }), false);
});

test('what changes a role is a command that a shell takes as it stands, or names the key of deployment.toml', () => {
  const standing = standingOf(authority, known());
  const command = (entry: string) => howToName(entry, standing, 'authority').replace(/^.*authority /, '');
  assert.equal(command('my-ca'), 'my-ca');
  assert.equal(command('-x'), '-- -x');
  assert.equal(command("it's a; rm"), "'it'\\''s a; rm'");
  const configured = { authorities: [], handshake: [authority.thumbprint] };
  const inFile = standingOf(authority, known({ configured }));
  assert.match(
    howToName('my-ca', inFile, 'authority'),
    /out of \[truststore\] handshake of deployment\.toml$/,
  );
});

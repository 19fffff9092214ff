import assert from 'node:assert/strict';
import test from 'node:test';
import type { Certificate } from '@countersign/x509';
import { type CertificateUsage, issueCertificate } from '@countersign/x509/issuance';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { TrustRole } from '../client/trust-role.ts';
import { type Known, standingOf, standingText } from './authority.ts';

const issued = async (usage: CertificateUsage) =>
  (await issueCertificate({ subject: `CN=${usage}`, keyType: 'EC-P256', days: 1, usage, now: Date.now() }))
    .certificate;
const [authority, leaf] = [await issued('ca'), await issued('client')];

const known = (more: Partial<Known> = {}): Known => ({
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
  assert.ok(standingText(standing).length > 0);
  return [standing.role, standing.because];
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RevocationProblem, type RevocationSource, unusableStatus } from '@countersign/x509/revocation';
import { NOW, TestAuthority } from '../../../x509/test/revocation-authority.ts';
import { distrustOf } from './trusted-certificate.ts';

const authority = new TestAuthority('Asked');
const certificate = authority.issue({ serial: 3 });

/** What becomes of the certificate under `prefer` when its only source fails so. */
const whenFailing = (because: RevocationProblem['because']) => {
  const source: RevocationSource = { name: 'crl', statusOf: () => unusableStatus(because, 'in a test') };
  const trust = {
    name: 'trust_group test',
    anchors: [authority.certificate],
    revocation: 'prefer' as const,
    sources: [source],
    others: [],
    isUnconfirmed: () => false,
    generation: '1',
  };
  return distrustOf({ certificate, chain: [], source: { kind: 'tls' } }, trust, NOW);
};

test('under prefer a certificate is let in when its sources are down, and not when they were not asked', async () => {
  assert.equal(await whenFailing('unreachable'), undefined);
  assert.deepEqual(await whenFailing('not-asked'), {
    trust: 'trust_group test',
    revocation: 'undetermined',
  });
});

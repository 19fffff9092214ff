import assert from 'node:assert/strict';
import test from 'node:test';
import { extension, HOUR, NOW, TestAuthority } from '../../test/revocation-authority.ts';
import type { Certificate } from '../certificate.ts';
import { derNull } from '../der-encoding.ts';
import { evaluateRevocation, type RevocationSource, type RevocationStatus } from './policy.ts';

const root = new TestAuthority('Policy root');
const middle = new TestAuthority('Policy middle', root);
const leaf = middle.issue();
const path = [leaf, middle.certificate, root.certificate];

const good = (until: number): RevocationStatus => ({ status: 'good', until });
const revoked: RevocationStatus = {
  status: 'revoked',
  at: NOW - HOUR,
  reason: 'keyCompromise',
  until: Number.POSITIVE_INFINITY,
};
const unknown: RevocationStatus = {
  status: 'unusable',
  why: [{ because: 'unreachable', detail: 'timeout' }],
  retryAt: NOW + 5000,
};

/** A source that knows what the map says and remembers what it was asked. */
function fake(name: string, known: ReadonlyMap<Certificate, RevocationStatus>) {
  const asked: { certificate: Certificate; issuer: Certificate; above: readonly Certificate[] }[] = [];
  const source: RevocationSource = {
    name,
    statusOf(certificate, issuer, _at, above) {
      asked.push({ certificate, issuer, above });
      return known.get(certificate) ?? unknown;
    },
  };
  return { source, asked };
}

const evaluate = (policy: 'off' | 'prefer' | 'require', ...sources: readonly RevocationSource[]) =>
  evaluateRevocation({ path, policy, sources, at: NOW });

test('off asks nobody', async () => {
  const { source, asked } = fake('crl', new Map([[leaf, revoked]]));
  assert.equal((await evaluate('off', source)).decision, 'accept');
  assert.equal(asked.length, 0);
});

test('every certificate below the anchor is asked about, with its issuer and what stands above', async () => {
  const { source, asked } = fake(
    'crl',
    new Map([
      [leaf, good(NOW + HOUR)],
      [middle.certificate, good(NOW + 2 * HOUR)],
    ]),
  );
  assert.deepEqual(await evaluate('require', source), {
    status: 'good',
    decision: 'accept',
    until: NOW + HOUR,
  });
  assert.deepEqual(asked, [
    { certificate: leaf, issuer: middle.certificate, above: [root.certificate] },
    { certificate: middle.certificate, issuer: root.certificate, above: [] },
  ]);
});

test('a revoked certificate refuses under prefer too, and the one nearest the anchor is named', async () => {
  const { source } = fake(
    'ocsp',
    new Map([
      [leaf, revoked],
      [middle.certificate, revoked],
    ]),
  );
  for (const policy of ['prefer', 'require'] as const) {
    const outcome = await evaluate(policy, source);
    assert.ok(outcome.status === 'revoked');
    assert.equal(outcome.decision, 'refuse');
    assert.equal(outcome.certificate, middle.certificate);
    assert.deepEqual([outcome.source, outcome.reason, outcome.at], ['ocsp', 'keyCompromise', NOW - HOUR]);
  }
});

test('what cannot be told is refused under require, accepted and reported under prefer', async () => {
  const ocsp = fake('ocsp', new Map([[middle.certificate, good(NOW + HOUR)]]));
  const crl = fake('crl', new Map());
  for (const [policy, decision] of [
    ['require', 'refuse'],
    ['prefer', 'accept'],
  ] as const) {
    assert.deepEqual(await evaluate(policy, ocsp.source, crl.source), {
      status: 'undetermined',
      decision,
      undetermined: [
        {
          certificate: leaf,
          why: [
            { source: 'ocsp', problems: [{ because: 'unreachable', detail: 'timeout' }] },
            { source: 'crl', problems: [{ because: 'unreachable', detail: 'timeout' }] },
          ],
        },
      ],
      until: NOW + 5000,
    });
  }
});

test('the first source that knows decides, and the next is not asked', async () => {
  const all = new Map([
    [leaf, good(NOW + HOUR)],
    [middle.certificate, good(NOW + HOUR)],
  ]);
  const second = fake('crl', all);
  assert.equal((await evaluate('require', fake('ocsp', all).source, second.source)).status, 'good');
  assert.equal(second.asked.length, 0);
  const filled = await evaluate('require', fake('ocsp', new Map()).source, second.source);
  assert.equal(filled.status, 'good');
});

test('a source that throws or rejects counts as not knowing', async () => {
  const broken: RevocationSource = {
    name: 'broken',
    statusOf: () => {
      throw new Error('no disk');
    },
  };
  const outcome = await evaluate('require', broken);
  assert.equal(outcome.decision, 'refuse');
  assert.ok(outcome.status === 'undetermined');
  assert.deepEqual(outcome.undetermined[0]?.why, [
    { source: 'broken', problems: [{ because: 'unexpected', detail: 'no disk' }] },
  ]);
});

test('an anchor presented itself has nobody above to revoke it', async () => {
  const { source, asked } = fake('crl', new Map());
  const outcome = await evaluateRevocation({
    path: [root.certificate],
    policy: 'require',
    sources: [source],
    at: NOW,
  });
  assert.equal(outcome.status, 'good');
  assert.equal(asked.length, 0);
});

test('noRevAvail exempts an end entity, never an authority (RFC 9608)', async () => {
  const noRevAvail = extension('2.5.29.56', derNull());
  const { source } = fake('crl', new Map());
  const exempt = (certificate: Certificate) =>
    evaluateRevocation({
      path: [certificate, root.certificate],
      policy: 'require',
      sources: [source],
      at: NOW,
    });
  assert.equal((await exempt(root.issue({ extensions: [noRevAvail] }))).status, 'good');
  assert.equal((await exempt(root.issue({ isCa: true, extensions: [noRevAvail] }))).status, 'undetermined');
});

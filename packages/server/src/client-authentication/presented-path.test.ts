import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Certificate, parsePemCertificates } from '@countersign/x509';
import { COSTLY_KEYS, costlyChain } from '../../../x509/test/costly-chain.ts';
import {
  basicConstraints,
  keyUsage,
  makeCertificate,
  NOW,
  rsaKeys,
} from '../../../x509/test/made-certificate.ts';
import { createPresentedPaths, presentedPath } from './presented-path.ts';

const anchor = makeCertificate({ subject: 'Anchor', extensions: [basicConstraints(true), keyUsage(5)] });

const presented = (certificates: readonly Certificate[]) => {
  const [leaf, ...intermediates] = certificates;
  assert.ok(leaf);
  return { leaf, intermediates, anchors: [anchor.certificate], at: NOW };
};

/** Processor time of this process, milliseconds. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('costly keys presented by strangers cost little, and nothing the second time', () => {
  for (const kind of COSTLY_KEYS) {
    const request = presented(parsePemCertificates(costlyChain(kind, 10).cert));
    const paths = createPresentedPaths();
    let reason: string | undefined;
    const first = processorTime(() => {
      const result = paths.pathOf(request);
      if (!result.valid) reason = result.reason;
    });
    assert.ok(
      reason === 'limit-exceeded' || reason === 'unsupported-key' || reason === 'signature-invalid',
      reason,
    );
    assert.ok(first < 120, `${kind}: ${first} ms`);
    const again = processorTime(() => {
      for (let times = 0; times < 100; times++) assert.equal(paths.pathOf(request).valid, false);
    });
    assert.ok(again < 60, `${kind}: ${again} ms for a hundred`);
  }
});

test('a long RSA exponent is not even tried', () => {
  const result = presentedPath(
    presented(parsePemCertificates(costlyChain('rsa-8192-long-exponent', 2).cert)),
  );
  assert.ok(!result.valid);
  assert.equal(result.reason, 'unsupported-key');
});

test('an honest chain of large RSA keys is within the bounds', () => {
  let issuer = makeCertificate({
    subject: 'Root',
    keys: rsaKeys(4096),
    extensions: [basicConstraints(true), keyUsage(5)],
  });
  const root = issuer.certificate;
  const intermediates = [rsaKeys(4096), rsaKeys(4096)].map((keys, index) => {
    const made = makeCertificate({
      subject: `Intermediate ${index}`,
      issuer,
      keys,
      extensions: [basicConstraints(true), keyUsage(5)],
    });
    issuer = made;
    return made.certificate;
  });
  const leaf = makeCertificate({ subject: 'client', issuer }).certificate;
  const request = { leaf, intermediates, anchors: [root], at: NOW };
  assert.ok(presentedPath(request).valid);
});

test('what was found is found again only for the same chain, the same anchors, and while it is so', () => {
  const leaf = makeCertificate({ subject: 'client', issuer: anchor, notAfter: NOW + 30_000 }).certificate;
  const paths = createPresentedPaths();
  const anchors = [anchor.certificate];
  const request = { leaf, intermediates: [], anchors, at: NOW };
  const found = paths.pathOf(request);
  assert.ok(found.valid);
  assert.equal(paths.pathOf(request), found);
  assert.notEqual(paths.pathOf({ ...request, intermediates: [anchor.certificate] }), found);
  assert.equal(paths.pathOf({ ...request, anchors: [] }).valid, false);
  assert.equal(paths.pathOf({ ...request, at: NOW + 31_000 }).valid, false, 'it has expired meanwhile');
});

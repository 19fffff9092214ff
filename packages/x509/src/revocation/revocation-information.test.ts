import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCertificate, san } from '../../test/made-certificate.ts';
import { MalformedCertificate } from '../certificate.ts';
import { der, derObjectIdentifier, derSequence } from '../der-encoding.ts';
import { EXTENSION, OCSP_ACCESS } from '../object-identifiers.ts';
import { evaluateRevocation } from './policy.ts';
import { unusableStatus } from './status.ts';

const ISSUERS = '1.3.6.1.5.5.7.48.2';
const access = (method: string, uri: string) =>
  derSequence(derObjectIdentifier(method), san.uri(Buffer.from(uri)));
const made = (access: readonly Uint8Array[], points: Uint8Array) =>
  makeCertificate({
    subject: 'c',
    extensions: [
      { oid: EXTENSION.authorityInfoAccess, value: derSequence(...access) },
      { oid: EXTENSION.cRLDistributionPoints, value: points },
    ],
  }).certificate;
const point = derSequence(derSequence(der(0xa0, der(0xa0, san.uri('http://crl.example/')))));

test('a location that nobody asks for leaves the responders and the distribution points', () => {
  const certificate = made(
    [access(ISSUERS, 'http://jürgen.example/'), access(OCSP_ACCESS, 'http://ocsp.example/')],
    point,
  );
  assert.deepEqual(certificate.revocationInformation.ocspUris, ['http://ocsp.example/']);
  assert.deepEqual(certificate.revocationInformation.distributionPoints[0]?.uris, ['http://crl.example/']);
});

test('a responder or a distribution point that cannot be read is unreadable, and not absent', async () => {
  const responder = made([access(OCSP_ACCESS, 'http://jürgen.example/')], point);
  assert.throws(() => responder.revocationInformation.ocspUris, MalformedCertificate);
  assert.equal(responder.revocationInformation.distributionPoints.length, 1);
  const list = made([access(OCSP_ACCESS, 'http://ocsp.example/')], Buffer.from('text'));
  assert.throws(() => list.revocationInformation.distributionPoints, MalformedCertificate);
  assert.deepEqual(list.revocationInformation.ocspUris, ['http://ocsp.example/']);

  const source = {
    name: 'crl',
    statusOf: (certificate: typeof list) =>
      unusableStatus('no-source', `${certificate.revocationInformation.distributionPoints.length} points`),
  };
  for (const [policy, decision] of [
    ['require', 'refuse'],
    ['prefer', 'accept'],
  ] as const) {
    const outcome = await evaluateRevocation({ path: [list, list], policy, sources: [source], at: 0 });
    assert.deepEqual([outcome.status, outcome.decision], ['undetermined', decision]);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { claimsOn } from '../client/authority-claim.ts';
import { Refusal } from '../refusal/refusal.ts';
import { checkPossession, type ReservedClaims } from './certificate-possession.ts';

const issued = async (usage: 'ca' | 'client') => {
  const { certificate } = await issueCertificate({
    subject: `CN=${usage}`,
    keyType: 'EC-P256',
    days: 1,
    usage,
    now: Date.now(),
  });
  return { certificate, pem: certificateToPem(certificate) };
};
const [authority, plain, other] = [await issued('ca'), await issued('client'), await issued('client')];
const nothing: ReservedClaims = async () => new Set();
const reserving =
  (certificate: Certificate): ReservedClaims =>
  async () =>
    new Set(claimsOn(certificate));
const refused = (work: Promise<unknown>) =>
  assert.rejects(work, (error) => error instanceof Refusal && error.because === 'certificate_not_proven');

test('a certificate that nobody rests on is registered without proof, and proves nothing', async () => {
  assert.deepEqual(await checkPossession({ certificates: [plain.pem] }, undefined, nothing), []);
});

test('an authority, and whatever others rest on, is registered by who presents it', async () => {
  for (const [{ certificate, pem }, reserved] of [
    [authority, nothing],
    [plain, reserving(plain.certificate)],
  ] as const) {
    await refused(checkPossession({ certificates: [pem] }, undefined, reserved));
    await refused(checkPossession({ certificates: [other.pem, pem] }, undefined, reserved));
    await refused(checkPossession({ certificates: [pem] }, other.certificate, reserved));
    const proven = await checkPossession({ certificates: [pem] }, certificate, reserved);
    assert.deepEqual(proven, claimsOn(certificate));
  }
});

test('what a JWK set names, and its bare keys, are no less registered', async () => {
  const { certificate } = authority;
  const jwk = { ...certificate.x509.publicKey.export({ format: 'jwk' }), kty: 'EC' };
  const named = [
    jwk,
    { ...jwk, x5c: [Buffer.from(certificate.der).toString('base64')] },
    { ...jwk, 'x5t#S256': certificate.thumbprint },
  ];
  for (const key of named) {
    const metadata = { certificates: [], jwks: { keys: [key] } };
    await refused(checkPossession(metadata, undefined, reserving(certificate)));
    await checkPossession(metadata, certificate, reserving(certificate));
  }
  const strange = other.certificate.x509.publicKey.export({ format: 'jwk' });
  const beside = { keys: [{ ...strange, kty: 'EC', 'x5t#S256': certificate.thumbprint }] };
  await refused(checkPossession({ certificates: [], jwks: beside }, undefined, reserving(certificate)));
});

test('what is registered already may stay', async () => {
  const certificates = [authority.pem];
  await checkPossession({ certificates }, undefined, nothing, { certificates });
  await refused(checkPossession({ certificates }, undefined, nothing, { certificates: [plain.pem] }));
});

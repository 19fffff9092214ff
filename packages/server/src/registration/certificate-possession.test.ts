import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { Refusal } from '../refusal/refusal.ts';
import { checkPossession } from './certificate-possession.ts';

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
const [authority, plain] = [await issued('ca'), await issued('client')];
const nothing = () => false;
const everything = () => true;
const refused = (work: () => void) =>
  assert.throws(work, (error) => error instanceof Refusal && error.because === 'certificate_not_proven');

test('a certificate that nobody rests on is registered without proof', () => {
  checkPossession({ certificates: [plain.pem] }, undefined, nothing);
});

test('an authority, and whatever others rest on, is registered by who presents it', () => {
  for (const [{ certificate, pem }, isReserved] of [
    [authority, nothing],
    [plain, everything],
  ] as const) {
    refused(() => checkPossession({ certificates: [pem] }, undefined, isReserved));
    refused(() => checkPossession({ certificates: [plain.pem, pem] }, undefined, isReserved));
    checkPossession({ certificates: [pem] }, certificate, isReserved);
  }
  refused(() => checkPossession({ certificates: [authority.pem] }, plain.certificate, nothing));
});

test('a certificate in a JWK set is no less registered', () => {
  const { certificate } = authority;
  const jwk = { ...certificate.x509.publicKey.export({ format: 'jwk' }), kty: 'EC' };
  const named = [
    { ...jwk, x5c: [Buffer.from(certificate.der).toString('base64')] },
    { ...jwk, 'x5t#S256': certificate.thumbprint },
  ];
  for (const key of named) {
    const isReserved = (thumbprint: string) => thumbprint === certificate.thumbprint;
    const metadata = { certificates: [], jwks: { keys: [key] } };
    refused(() => checkPossession(metadata, undefined, isReserved));
    checkPossession(metadata, certificate, isReserved);
  }
  checkPossession({ certificates: [], jwks: { keys: [jwk] } }, undefined, everything);
});

test('what is registered already may stay', () => {
  checkPossession({ certificates: [authority.pem] }, undefined, nothing, { certificates: [authority.pem] });
  refused(() =>
    checkPossession({ certificates: [authority.pem] }, undefined, nothing, { certificates: [plain.pem] }),
  );
});

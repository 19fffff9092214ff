import assert from 'node:assert/strict';
import test from 'node:test';
import { certificateDescription } from './certificate-description.ts';
import { issueCertificate } from './issuance.ts';
import { isoTime, nearestTime, timeText } from './time-text.ts';

const request = { keyType: 'EC-P256', days: 30, usage: 'client', now: Date.UTC(2026, 0, 1) } as const;

test('a certificate is known by its subject, and without one by its alternative names', async () => {
  const named = await issueCertificate({ ...request, subject: 'CN=app,O=Example' });
  assert.deepEqual(certificateDescription(named.certificate), {
    'x5t#S256': named.certificate.thumbprint,
    subject: 'CN=app, O=Example',
    issuer: 'CN=app, O=Example',
    serial_number: named.certificate.x509.serialNumber,
    not_before: '2026-01-01T00:00:00.000Z',
    not_after: '2026-01-31T00:00:00.000Z',
  });
  const uri = Array.from({ length: 5 }, (_, index) => `spiffe://example.org/${index}`);
  const unnamed = await issueCertificate({ ...request, subject: '', subjectAltNames: { uri } });
  const { subject, issuer, unreadable } = certificateDescription(unnamed.certificate);
  assert.equal(
    subject,
    'empty subject (uri:spiffe://example.org/0, uri:spiffe://example.org/1, uri:spiffe://example.org/2, and 2 more)',
  );
  assert.equal(issuer, 'empty issuer');
  assert.equal(unreadable, undefined);
});

test('a number that is no time is said to be none, and never throws', () => {
  const none = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -Number.MAX_VALUE,
    8.64e15,
    -5_154_361_216_300_000,
    1e300,
  ];
  for (const at of none) {
    assert.equal(isoTime(at), undefined);
    assert.equal(timeText(at), 'a time that is none');
    assert.match(nearestTime(at), /^(?:0000-01-01T00:00:00\.000|9999-12-31T23:59:59\.999)Z$/);
  }
  assert.equal(isoTime(undefined), undefined);
  for (const text of ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2026-11-26T00:00:00.000Z']) {
    assert.equal(isoTime(Date.parse(text)), text);
    assert.equal(nearestTime(Date.parse(text)), text);
  }
});

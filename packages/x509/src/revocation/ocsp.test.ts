import assert from 'node:assert/strict';
import test from 'node:test';
import {
  DAY,
  extension,
  HOUR,
  NOW,
  type OcspSpec,
  ocspError,
  TestAuthority,
} from '../../test/revocation-authority.ts';
import type { Certificate } from '../certificate.ts';
import { derNull } from '../der-encoding.ts';
import { type OcspAnswer, statusByOcsp } from './ocsp.ts';
import { certIdOf, type OcspRequest } from './ocsp-request.ts';

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const NO_CHECK = extension('1.3.6.1.5.5.7.48.1.5', derNull());
const MINUTE = 60_000;
const authority = new TestAuthority('OCSP authority');
const certificate = authority.issue({ serial: 0x1234 });
const { serialNumber } = certificate.fields;

const responderOf = (issuer: TestAuthority, spec = {}) =>
  new TestAuthority('OCSP responder', issuer, {
    isCa: false,
    keyUsage: [0],
    extendedKeyUsage: [OCSP_SIGNING],
    ...spec,
  });

const request = (more: Partial<OcspRequest> = {}): OcspRequest => ({
  certId: certIdOf(certificate, authority.certificate, 'sha1'),
  ...more,
});

const ask = (response: Uint8Array, more: Partial<Parameters<typeof statusByOcsp>[0]> = {}): OcspAnswer =>
  statusByOcsp({
    request: request(),
    issuer: authority.certificate,
    response,
    at: NOW,
    maxBytes: 20_000,
    ...more,
  });

const causes = (answer: OcspAnswer): string[] =>
  answer.status === 'unusable' ? answer.why.map(({ because }) => because) : [answer.status];
const answered = (spec: OcspSpec, more = {}) => ask(authority.ocsp(serialNumber, spec), more);

test('good by the issuer itself, named or by its key, until nextUpdate', () => {
  for (const byKey of [false, true]) {
    assert.deepEqual(answered({ byKey }), {
      status: 'good',
      until: NOW + DAY,
      responder: { kind: 'issuer' },
      producedAt: NOW - HOUR,
      thisUpdate: NOW - HOUR,
      nextUpdate: NOW + DAY,
    });
  }
});

test('revoked, with the date and reason; unknown is no answer', () => {
  const revoked = answered({ status: 'revoked', reason: 1 });
  assert.ok(revoked.status === 'revoked');
  assert.deepEqual([revoked.at, revoked.reason], [NOW - 2 * HOUR, 'keyCompromise']);
  const unstated = answered({ status: 'revoked' });
  assert.equal(unstated.status === 'revoked' && unstated.reason, 'unspecified');
  assert.deepEqual(causes(answered({ status: 'unknown' })), ['unknown']);
});

test('the CertID may be made with SHA-256, and must be made as asked', () => {
  const sha256 = { request: { certId: certIdOf(certificate, authority.certificate, 'sha256') } };
  assert.deepEqual(causes(answered({ hash: 'sha256' }, sha256)), ['good']);
  assert.deepEqual(causes(answered({ hash: 'sha256' })), ['certificate-mismatch']);
});

test('a response about another certificate, or another issuer, is no answer', () => {
  assert.deepEqual(causes(answered({ serial: 0x1235 })), ['certificate-mismatch']);
  const namesake = new TestAuthority(authority.name);
  const byNamesake = namesake.ocsp(serialNumber, { responder: authority });
  assert.deepEqual(causes(ask(byNamesake)), ['certificate-mismatch']);
});

test('a delegated responder counts when the issuer itself issued it for this purpose', () => {
  const cases: readonly [string, TestAuthority, readonly string[]][] = [
    ['delegated', responderOf(authority), ['good']],
    [
      'without the purpose',
      responderOf(authority, { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }),
      ['signer-not-authorized'],
    ],
    [
      'any purpose is not this one',
      responderOf(authority, { extendedKeyUsage: ['2.5.29.37.0'] }),
      ['signer-not-authorized'],
    ],
    ['key usage of another kind', responderOf(authority, { keyUsage: [2] }), ['signer-not-authorized']],
    ['expired', responderOf(authority, { notAfter: NOW - HOUR }), ['signer-not-authorized']],
    ['by a stranger', responderOf(new TestAuthority(authority.name)), ['signer-not-authorized']],
    [
      'issued below the issuer',
      responderOf(new TestAuthority('Below', authority)),
      ['signer-not-authorized'],
    ],
    [
      'unknown critical extension',
      responderOf(authority, { extensions: [extension('1.3.6.1.4.1.99999.1', derNull(), true)] }),
      ['signer-not-authorized'],
    ],
  ];
  for (const [name, responder, expected] of cases) {
    const answer = answered({ responder, certificates: [responder.certificate] });
    assert.deepEqual(causes(answer), expected, name);
  }
});

test('a delegated responder is exempt from being checked only by id-pkix-ocsp-nocheck', () => {
  for (const exempt of [false, true]) {
    const responder = responderOf(authority, { extensions: exempt ? [NO_CHECK] : [] });
    const answer = answered({ responder, certificates: [responder.certificate], byKey: exempt });
    assert.ok(answer.status === 'good');
    assert.deepEqual(answer.responder, {
      kind: 'delegated',
      certificate: answer.responder.kind === 'delegated' ? answer.responder.certificate : undefined,
      exempt,
    });
  }
});

test('a responder whose certificate is not sent, or another signature, is refused', () => {
  const responder = responderOf(authority);
  assert.deepEqual(causes(answered({ responder })), ['signer-not-authorized']);
  const impostor = new TestAuthority(authority.name);
  assert.deepEqual(causes(answered({ responder: impostor })), ['signature-invalid']);
});

test('times: not before thisUpdate, not after nextUpdate, a little skew', () => {
  assert.deepEqual(causes(answered({ thisUpdate: NOW + HOUR })), ['not-yet-valid']);
  assert.deepEqual(causes(answered({ thisUpdate: NOW + MINUTE / 2 })), ['good']);
  assert.deepEqual(causes(answered({ nextUpdate: NOW - HOUR })), ['expired']);
  assert.deepEqual(causes(answered({ nextUpdate: NOW - MINUTE / 2 })), ['good']);
  assert.deepEqual(causes(answered({ nextUpdate: NOW - HOUR, status: 'revoked', reason: 1 })), ['revoked']);
  assert.deepEqual(causes(answered({ nextUpdate: NOW - HOUR, status: 'revoked', reason: 6 })), ['expired']);
});

test('a response without nextUpdate is believed for a few minutes', () => {
  const fresh = answered({ nextUpdate: null, thisUpdate: NOW - MINUTE });
  assert.ok(fresh.status === 'good');
  assert.equal(fresh.until, NOW + 4 * MINUTE);
  assert.deepEqual(causes(answered({ nextUpdate: null, thisUpdate: NOW - HOUR })), ['expired']);
});

test('the nonce: never another one, and demanded only when asked', () => {
  const nonce = Buffer.alloc(32, 5);
  const asked = { request: request({ nonce }) };
  assert.deepEqual(causes(answered({ nonce }, { ...asked, nonceDemanded: true })), ['good']);
  assert.deepEqual(causes(answered({}, asked)), ['good']);
  assert.deepEqual(causes(answered({}, { ...asked, nonceDemanded: true })), ['nonce']);
  assert.deepEqual(causes(answered({ nonce: Buffer.alloc(32, 6) }, asked)), ['nonce']);
});

test('errors of the responder are told apart from malformed responses', () => {
  const error = ask(ocspError(3));
  assert.deepEqual(causes(error), ['responder-error']);
  assert.match(error.status === 'unusable' ? (error.why[0]?.detail ?? '') : '', /tryLater/);
  assert.deepEqual(causes(ask(ocspError(0))), ['malformed']);
  assert.deepEqual(causes(ask(ocspError(4))), ['malformed']);
  assert.deepEqual(causes(ask(Buffer.from('<html>'))), ['malformed']);
  const good = authority.ocsp(serialNumber);
  assert.deepEqual(causes(ask(good, { maxBytes: good.length - 1 })), ['malformed']);
});

test('a critical extension of the response that is not understood makes it unusable', () => {
  const unknown = extension('1.3.6.1.4.1.99999.1', derNull(), true);
  assert.deepEqual(causes(answered({ extensions: [unknown] })), ['unknown-critical-extension']);
});

test('the issuer is compared by its certificate, not by its name', () => {
  const namesake: Certificate = new TestAuthority(authority.name).certificate;
  assert.deepEqual(causes(answered({}, { issuer: namesake })), ['signature-invalid']);
});
